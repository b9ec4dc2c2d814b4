//! A fingerprint of all that was done, to show that the same seed does the same.

/// A running hash (FNV-1a, 64 bits; a length after each piece keeps pieces apart).
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace(u64);

impl Trace {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed ^ 0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        let word = u64::from(crc32c::crc32c(bytes)) << 32 ^ bytes.len() as u64;
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) const fn hash(self) -> u64 {
        self.0
    }
}
