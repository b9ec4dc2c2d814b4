//! Reading and writing gzip: the same text gives the same bytes, whenever it is written.

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::io::{Read, Write};

/// What a gzip file holds, read piece by piece; also of several files, one behind the other. How
/// long that may be, the caller bounds.
pub fn gunzip(file: impl Read) -> impl Read {
    MultiGzDecoder::new(file)
}

/// A gzip file that grows in memory: only what is compressed already is held.
#[derive(Debug)]
pub struct Gzip {
    encoder: GzEncoder<Vec<u8>>,
    /// Text that is not compressed yet. The encoder's output hangs on how its input was cut, so it
    /// is always cut alike.
    waiting: Vec<u8>,
}

/// Text that is compressed at one time.
const PIECE_BYTES: usize = 64 << 10;

impl Default for Gzip {
    fn default() -> Self {
        // No name, no system and no time: they would make two files of one text.
        let encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
        Self { encoder, waiting: Vec::with_capacity(PIECE_BYTES) }
    }
}

impl Gzip {
    /// Adds text.
    pub fn push(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let room = PIECE_BYTES - self.waiting.len();
            let (now, later) = text.split_at(room.min(text.len()));
            self.waiting.extend_from_slice(now);
            text = later;
            if self.waiting.len() == PIECE_BYTES {
                self.compress();
            }
        }
    }

    fn compress(&mut self) {
        let written = self.encoder.write_all(&self.waiting);
        debug_assert!(written.is_ok(), "a vector takes everything");
        self.waiting.clear();
    }

    /// The whole file.
    pub fn finish(mut self) -> Vec<u8> {
        self.compress();
        // Growing a vector does not fail.
        self.encoder.finish().unwrap_or_default()
    }
}

/// The whole file of a short text.
pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = Gzip::default();
    gzip.push(text);
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudtrail::{Limits, decompress};

    fn check(text: &[u8]) {
        let file = gzip(text);
        let mut back = Vec::new();
        decompress(&file, &Limits::default(), &mut back).unwrap();
        assert!(back == text);
        assert_eq!(file[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], "no time, no name");
    }

    #[test]
    fn several_files_behind_each_other_are_read_and_a_cut_off_one_is_an_error() {
        let (mut both, mut back) = ([gzip(b"one"), gzip(b"two")].concat(), String::new());
        gunzip(&both[..]).read_to_string(&mut back).unwrap();
        assert_eq!(back, "onetwo");
        both.pop();
        assert!(gunzip(&both[..]).read_to_end(&mut Vec::new()).is_err());
    }

    #[test]
    fn what_is_written_can_be_read() {
        check(b"");
        check(b"{\"Records\":[]}");
        check(&b"{\"eventName\":\"PutObject\"}".repeat(40_000));
    }

    #[test]
    fn pieces_and_repetitions_give_the_same_bytes() {
        let text: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(n) >> 7) as u8 % 23).collect();
        let whole = gzip(&text);
        for size in [1, 100, 65_536] {
            let mut gzip = Gzip::default();
            text.chunks(size).for_each(|piece| gzip.push(piece));
            assert!(gzip.finish() == whole, "in pieces of {size}");
        }
    }
}
