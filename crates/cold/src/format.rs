//! The frame of a run: header, index and footer. All integers are little-endian, all checksums
//! CRC-32C that begin with the directory's id.
//!
//! | offset | bytes | header |
//! |---|---|---|
//! | 0 | 8 | `PUGMARKC` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | key id; 0: not encrypted |
//! | 16 | 16 | the directory's id |
//! | 32 | 8 | number of the first spill in it |
//! | 40 | 8 | number of the last spill in it |
//! | 48 | 12 | 0 |
//! | 60 | 4 | checksum of bytes 0 to 59 |
//!
//! Blocks follow, then the index, then the footer:
//!
//! | offset | bytes | footer |
//! |---|---|---|
//! | 0 | 8 | where the index begins |
//! | 8 | 8 | blocks |
//! | 16 | 8 | entries |
//! | 24 | 8 | of these: removed keys |
//! | 32 | 4 | checksum of the index |
//! | 36 | 4 | checksum of bytes 0 to 35 |
//! | 40 | 8 | `PUGCEND\n` |

use crate::error::Corrupt;
use crate::limits::{INDEX_BYTES_MAX, KEY_BYTES_MAX, STORED_BYTES_MAX};
use crate::varint::{self, Reader};

const MAGIC: &[u8; 8] = b"PUGMARKC";
const END: &[u8; 8] = b"PUGCEND\n";
const VERSION: u32 = 1;
pub(crate) const HEADER_BYTES: usize = 64;
pub(crate) const FOOTER_BYTES: usize = 48;

/// A checksum of bytes that belong to a directory.
pub(crate) fn checksum(directory: &[u8; 16], bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(directory), bytes)
}

/// Which spills a run holds: both are in it, and all between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// Why a header is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Strange {
    Corrupt(Corrupt),
    Newer { version: u32, key: u32 },
    Elsewhere,
}

impl Header {
    pub(crate) fn encode(self, directory: &[u8; 16]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(0_u32.to_le_bytes());
        bytes.extend(directory);
        bytes.extend(self.first.to_le_bytes());
        bytes.extend(self.last.to_le_bytes());
        bytes.extend([0; 12]);
        let sum = checksum(directory, &bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(raw: &[u8], directory: &[u8; 16]) -> Result<Self, Strange> {
        let none = || Strange::Corrupt(Corrupt("it does not begin as a run does"));
        let mut reader = Reader(raw.strip_prefix(MAGIC).ok_or_else(none)?);
        let (version, key) = (reader.u32().ok_or_else(none)?, reader.u32().ok_or_else(none)?);
        let own: [u8; 16] = reader.array().ok_or_else(none)?;
        let sum = raw.get(..HEADER_BYTES - 4).map(|covered| checksum(&own, covered));
        let is_whole = sum.is_some_and(|sum| raw.ends_with(&sum.to_le_bytes()));
        match (version, key) {
            _ if !is_whole => return Err(Strange::Corrupt(Corrupt("the header's checksum"))),
            (VERSION, 0) if own != *directory => return Err(Strange::Elsewhere),
            (VERSION, 0) => {}
            _ => return Err(Strange::Newer { version, key }),
        }
        match (reader.u64(), reader.u64()) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(none()),
        }
    }
}

/// Where a block lies, and from which key on.
#[derive(Debug)]
pub(crate) struct Fence {
    /// Above every key of the block before, and not above the first of this one.
    pub(crate) key: Box<[u8]>,
    pub(crate) offset: u64,
    pub(crate) len: usize,
    pub(crate) sum: u32,
}

/// A line of the index: the bytes that the key shares with the one before, those that follow, the
/// length of the block, its checksum.
pub(crate) fn put_fence(index: &mut Vec<u8>, before: &[u8], key: &[u8], len: usize, sum: u32) {
    let shared = crate::block::common(before, key);
    let own = key.get(shared..).unwrap_or_default();
    varint::put(index, shared);
    varint::put(index, own.len());
    index.extend_from_slice(own);
    varint::put(index, len);
    index.extend(sum.to_le_bytes());
}

/// Reads the index of `count` blocks that fill the bytes from the header to `end`.
///
/// INVARIANT (no huge allocation): a fence takes seven bytes at least, and the index is read.
pub(crate) fn fences(raw: &[u8], count: u64, end: u64) -> Result<Vec<Fence>, Corrupt> {
    let mut fences: Vec<Fence> = Vec::new();
    let (mut reader, mut offset) = (Reader(raw), HEADER_BYTES as u64);
    while !reader.0.is_empty() {
        let fence = fence(&mut reader, fences.last(), offset).ok_or(Corrupt("the index"))?;
        offset += fence.len as u64;
        fences.push(fence);
    }
    match fences.len() as u64 == count && offset == end && count > 0 {
        true => Ok(fences),
        false => Err(Corrupt("the index does not describe the blocks")),
    }
}

fn fence(reader: &mut Reader<'_>, before: Option<&Fence>, offset: u64) -> Option<Fence> {
    let (shared, own) = (reader.number()?, reader.number()?);
    if shared + own > KEY_BYTES_MAX {
        return None;
    }
    let before = before.map(|fence| &*fence.key);
    let mut key = before.unwrap_or_default().get(..shared)?.to_vec();
    key.extend_from_slice(reader.take(own)?);
    let (len, sum) = (reader.number()?, reader.u32()?);
    let fits = len > 0 && len <= STORED_BYTES_MAX;
    let ascends = before.is_none_or(|before| before < &key[..]);
    (fits && ascends).then(|| Fence { key: key.into(), offset, len, sum })
}

/// What a run's end says of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) index_at: u64,
    pub(crate) blocks: u64,
    pub(crate) entries: u64,
    pub(crate) removed: u64,
    pub(crate) index_sum: u32,
}

impl Footer {
    pub(crate) fn encode(self, directory: &[u8; 16]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FOOTER_BYTES);
        for number in [self.index_at, self.blocks, self.entries, self.removed] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.index_sum.to_le_bytes());
        let sum = checksum(directory, &bytes);
        bytes.extend(sum.to_le_bytes());
        bytes.extend(END);
        bytes
    }

    /// Reads the footer of a file of `len` bytes; gives also the length of the index.
    pub(crate) fn decode(
        raw: &[u8],
        directory: &[u8; 16],
        len: u64,
    ) -> Result<(Self, usize), Corrupt> {
        let none = Corrupt("it does not end as a run does");
        let covered = raw.get(..FOOTER_BYTES - 12).ok_or(none)?;
        let mut tail = Reader(raw.get(FOOTER_BYTES - 12..).ok_or(none)?);
        let sum = tail.u32().ok_or(none)?;
        if tail.0 != END {
            return Err(none);
        }
        if checksum(directory, covered) != sum {
            return Err(Corrupt("the footer's checksum"));
        }
        let mut reader = Reader(covered);
        let mut number = || reader.u64().ok_or(none);
        let (index_at, blocks, entries, removed) = (number()?, number()?, number()?, number()?);
        let footer =
            Self { index_at, blocks, entries, removed, index_sum: reader.u32().ok_or(none)? };
        let end = len.saturating_sub(FOOTER_BYTES as u64);
        let index = end.checked_sub(index_at).and_then(|len| usize::try_from(len).ok());
        match index.filter(|len| *len <= INDEX_BYTES_MAX && removed <= entries) {
            Some(index) => Ok((footer, index)),
            None => Err(Corrupt("the footer says what cannot be")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const HERE: [u8; 16] = [7; 16];

    #[test]
    fn a_header_says_who_may_read_it() {
        let header = Header { first: 3, last: 9 };
        let raw = header.encode(&HERE);
        assert_eq!(raw.len(), HEADER_BYTES);
        assert_eq!(Header::decode(&raw, &HERE), Ok(header));
        assert_eq!(Header::decode(&raw, &[8; 16]), Err(Strange::Elsewhere));
        let mut newer = raw.clone();
        newer[8] = 2;
        let sum = checksum(&HERE, &newer[..60]);
        newer[60..].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(Header::decode(&newer, &HERE), Err(Strange::Newer { version: 2, key: 0 }));
        for bit in 0..raw.len() * 8 {
            let mut raw = raw.clone();
            raw[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::decode(&raw, &HERE).is_err(), "bit {bit}");
        }
    }

    proptest! {
        /// Checksums only keep accidents out.
        #[test]
        fn any_bytes_are_an_index_or_refused(raw in vec(0..9_u8, 0..100), end in 64..200_u64) {
            for count in 0..16 {
                if let Ok(fences) = fences(&raw, count, end) {
                    prop_assert!(fences.windows(2).all(|pair| pair[0].key < pair[1].key));
                    prop_assert_eq!(fences.len() as u64, count);
                }
            }
        }
    }

    #[test]
    fn a_footer_that_was_touched_is_refused() {
        let footer = Footer { index_at: 100, blocks: 1, entries: 5, removed: 2, index_sum: 4 };
        let (raw, len) = (footer.encode(&HERE), 100 + 20 + FOOTER_BYTES as u64);
        assert_eq!(Footer::decode(&raw, &HERE, len), Ok((footer, 20)));
        assert!(Footer::decode(&raw, &[8; 16], len).is_err());
        assert!(Footer::decode(&raw, &HERE, 100).is_err(), "the index begins behind the end");
        for bit in 0..raw.len() * 8 {
            let mut raw = raw.clone();
            raw[bit / 8] ^= 1 << (bit % 8);
            assert!(Footer::decode(&raw, &HERE, len).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn fences_must_ascend_and_fill_the_file() {
        let mut index = Vec::new();
        put_fence(&mut index, b"", b"", 10, 1);
        put_fence(&mut index, b"", b"ab", 20, 2);
        put_fence(&mut index, b"ab", b"ac", 30, 3);
        let end = HEADER_BYTES as u64 + 60;
        let read = fences(&index, 3, end).unwrap();
        let told: Vec<_> = read.iter().map(|it| (&*it.key, it.offset, it.len, it.sum)).collect();
        assert_eq!(told, [(&b""[..], 64, 10, 1), (b"ab", 74, 20, 2), (b"ac", 94, 30, 3)]);
        for (count, end) in [(2, end), (3, end + 1)] {
            assert!(fences(&index, count, end).is_err());
        }
        put_fence(&mut index, b"ac", b"ac", 10, 4);
        assert!(fences(&index, 4, end + 10).is_err(), "the same key again");
        assert!(fences(&[], 0, HEADER_BYTES as u64).is_err(), "a run holds something");
    }
}
