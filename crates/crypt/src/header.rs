//! The head of an encrypted file, and where its chunks lie.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `PUGMARKE` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | key id |
//! | 16 | 16 | the ring's random id |
//! | 32 | 16 | salt, random |
//! | 48 | 12 | 0 |
//! | 60 | 4 | CRC-32C of bytes 0 to 59 |
//!
//! Chunks follow, each with its tag. All but the last have 16 KiB in the clear.

use crate::cipher::{NONCE_BYTES, TAG_BYTES};
use std::io;

/// Length of the head, in bytes.
pub(crate) const HEADER_BYTES: usize = 64;

/// Bytes in the clear of every chunk but the last.
pub(crate) const CHUNK_BYTES: usize = 16 << 10;

/// The same as stored.
pub(crate) const STORED_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// What the key of a file is derived for.
pub(crate) const PURPOSE: &str = "pugmark encrypted file 1";

const MAGIC: &[u8; 8] = b"PUGMARKE";
const VERSION: u32 = 1;
const CRC_AT: usize = 60;

/// The head of an encrypted file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) key: u32,
    pub(crate) ring: [u8; 16],
    pub(crate) salt: [u8; 16],
}

/// Whether these bytes begin an encrypted file.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The error of bytes that are not what was written: `InvalidData`, which means that alone.
pub(crate) fn rot(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Header {
    pub(crate) fn bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let fields = MAGIC.iter().copied();
        let fields = fields.chain(VERSION.to_le_bytes()).chain(self.key.to_le_bytes());
        let fields = fields.chain(self.ring).chain(self.salt);
        bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        let (covered, sum) = bytes.split_at_mut(CRC_AT);
        sum.copy_from_slice(&crc32c::crc32c(covered).to_le_bytes());
        bytes
    }

    pub(crate) fn read(bytes: &[u8]) -> io::Result<Self> {
        let damaged = || rot("the head of the encrypted file is not what was written");
        let whole: &[u8; HEADER_BYTES] = bytes.try_into().map_err(|_| damaged())?;
        let (covered, sum) = whole.split_at(CRC_AT);
        let is_whole = sum == crc32c::crc32c(covered).to_le_bytes() && is_encrypted(whole);
        let rest = covered.get(MAGIC.len()..).filter(|_| is_whole).ok_or_else(damaged)?;
        let (version, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        match u32::from_le_bytes(*version) {
            VERSION => {}
            version => {
                let what = format!(
                    "the encrypted file has version {version}, newer than this binary reads: \
                     start the newer pugmark that wrote it"
                );
                return Err(io::Error::new(io::ErrorKind::Unsupported, what));
            }
        }
        let (key, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        let (ring, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        let (salt, _) = rest.split_first_chunk().ok_or_else(damaged)?;
        Ok(Self { key: u32::from_le_bytes(*key), ring: *ring, salt: *salt })
    }
}

/// The nonce of a chunk: its number, and whether it is the last. So none can be cut off, moved or
/// repeated.
pub(crate) fn nonce(number: u64, is_last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    let bytes = [u8::from(is_last), 0, 0, 0].into_iter().chain(number.to_be_bytes());
    nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    nonce
}

/// The chunks of a file that is `len` bytes long as stored, and its length in the clear; `None`
/// where no file has that length.
pub(crate) fn extent(len: u64) -> Option<(u64, u64)> {
    let stored = len.checked_sub(HEADER_BYTES as u64)?;
    let chunks = stored.div_ceil(STORED_BYTES as u64);
    let last = stored.checked_sub(chunks.checked_sub(1)? * STORED_BYTES as u64)?;
    // Only a file of nothing ends with a chunk of nothing.
    let least = if chunks == 1 { TAG_BYTES } else { TAG_BYTES + 1 };
    (last >= least as u64).then(|| (chunks, stored - chunks * TAG_BYTES as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header { key: 7, ring: [1; 16], salt: [2; 16] };

    #[test]
    fn comes_back_and_sees_every_flipped_bit() {
        let bytes = HEADER.bytes();
        assert_eq!(Header::read(&bytes).unwrap(), HEADER);
        for bit in 0..HEADER_BYTES * 8 {
            let mut bytes = bytes;
            bytes[bit / 8] ^= 1 << (bit % 8);
            let error = Header::read(&bytes).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{bit}");
        }
        assert!(Header::read(&bytes[..63]).is_err());
    }

    #[test]
    fn names_a_newer_version() {
        let mut bytes = HEADER.bytes();
        bytes[8] = 2;
        let sum = crc32c::crc32c(&bytes[..CRC_AT]).to_le_bytes();
        bytes[CRC_AT..].copy_from_slice(&sum);
        let error = Header::read(&bytes).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("newer pugmark"), "{error}");
    }

    #[test]
    fn lengths_are_those_that_files_have() {
        let (chunk, stored, head) = (CHUNK_BYTES as u64, STORED_BYTES as u64, HEADER_BYTES as u64);
        let tag = TAG_BYTES as u64;
        assert_eq!(extent(head + tag), Some((1, 0)));
        assert_eq!(extent(head + stored), Some((1, chunk)));
        assert_eq!(extent(head + stored + tag + 1), Some((2, chunk + 1)));
        for none in [0, head, head + tag - 1, head + stored + tag, head + stored + 3] {
            assert_eq!(extent(none), None, "{none}");
        }
    }
}
