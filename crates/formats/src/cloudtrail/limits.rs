//! How much is taken from a stranger's file.

/// Bounds on one file. A record's own bound (16 MiB) is the scan's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest file, as it lies on disk.
    pub file_bytes_max: usize,
    /// Longest text, once decompressed.
    pub text_bytes_max: usize,
    /// Most bytes of text for one byte of file, beyond [`Limits::RATIO_FREE_BYTES`]. Deflate
    /// cannot reach 1,033, real logs stay below 100.
    pub ratio_max: usize,
}

impl Limits {
    /// Up to this length a text may come from any number of bytes.
    pub const RATIO_FREE_BYTES: usize = 16 << 20;

    /// The longest text that may come from `bytes` of file.
    pub(crate) fn text_bytes_of(&self, bytes: usize) -> usize {
        let by_ratio = bytes.saturating_mul(self.ratio_max);
        by_ratio.max(Self::RATIO_FREE_BYTES).min(self.text_bytes_max)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes_max: 1 << 30, text_bytes_max: 2 << 30, ratio_max: 1_000 }
    }
}
