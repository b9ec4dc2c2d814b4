//! Compression that is used only where it pays, and undone only within limits.

use crate::options::{COMPRESSED_BYTES_MIN, COMPRESSION_RATIO_MAX};
use std::fmt;
use std::io;
use zstd::bulk::Compressor;

const LEVEL: i32 = 1;

/// Compresses payloads; keeps its tables between them.
pub(crate) struct Squeezer(Compressor<'static>);

impl fmt::Debug for Squeezer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Squeezer")
    }
}

impl Squeezer {
    pub(crate) fn new() -> io::Result<Self> {
        Compressor::new(LEVEL).map(Self)
    }

    /// `bytes` in less space; `None` where that saves less than an eighth, or so much that
    /// [`expand`] would not believe it.
    pub(crate) fn squeeze(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if bytes.len() < COMPRESSED_BYTES_MIN {
            return None;
        }
        let squeezed = self.0.compress(bytes).ok()?;
        let pays = squeezed.len() < bytes.len() - bytes.len() / 8;
        (pays && is_believable(squeezed.len(), bytes.len())).then_some(squeezed)
    }
}

/// Whether something stored in `stored` bytes may claim to be `raw` bytes long.
pub(crate) const fn is_believable(stored: usize, raw: usize) -> bool {
    raw / COMPRESSION_RATIO_MAX <= stored
}

/// Undoes `squeeze`: exactly `raw` bytes or `None`. The caller has checked `raw` against its
/// limit; the ratio is checked here, before anything is allocated.
pub(crate) fn expand(stored: &[u8], raw: usize) -> Option<Vec<u8>> {
    if !is_believable(stored.len(), raw) {
        return None;
    }
    let bytes = zstd::bulk::decompress(stored, raw).ok()?;
    (bytes.len() == raw).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_and_only_at_its_length() {
        let bytes = b"arn:aws:iam::123456789012:user/".repeat(20);
        let stored = Squeezer::new().unwrap().squeeze(&bytes).unwrap();
        assert_eq!(expand(&stored, bytes.len()).unwrap(), bytes);
        assert_eq!(expand(&stored, bytes.len() - 1), None);
        assert_eq!(expand(&stored, bytes.len() + 1), None);
    }

    #[test]
    fn leaves_alone_what_is_short_or_shrinks_too_little_or_too_much() {
        let mut squeezer = Squeezer::new().unwrap();
        let noise: Vec<u8> = (0..999_u32).map(|i| (i * i * 31 / 8) as u8 ^ (i * 7) as u8).collect();
        assert_eq!(squeezer.squeeze(&[7; 255]), None);
        assert!(squeezer.squeeze(&noise).is_none_or(|s| s.len() < 875));
        assert_eq!(squeezer.squeeze(&vec![0; 60 << 20]), None);
    }

    #[test]
    fn refuses_a_bomb_before_it_allocates() {
        let bomb = zstd::bulk::compress(&vec![0; 60 << 20], 19).unwrap();
        assert_eq!(expand(&bomb, 60 << 20), None);
        assert_eq!(expand(&bomb, usize::MAX), None);
    }
}
