//! The files a journal consists of. Each begins with 128 bytes that say where it continues the
//! one before it:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `PUGMARKJ` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | key id; 0: not encrypted |
//! | 16 | 16 | the directory's id |
//! | 32 | 8 | number of the first frame |
//! | 40 | 8 | Seq of its first record |
//! | 48 | 32 | chain before it |
//! | 80 | 16 | salt of the segment's key; 0 where it is not encrypted |
//! | 96 | 28 | 0 |
//! | 124 | 4 | CRC-32C of bytes 0 to 123 |
//!
//! The first twelve bytes and the last four mean the same in every version.

use crate::varint::Reader;
use crate::{Chain, Damage, Error, Position};
use model::Seq;
use std::path::{Path, PathBuf};

/// Length of a segment's header, in bytes.
pub(crate) const HEADER_BYTES: usize = 128;

const MAGIC: &[u8; 8] = b"PUGMARKJ";
const VERSION: u32 = 1;
const NOT_ENCRYPTED: u32 = 0;
const NAME_DIGITS: usize = 20;
const CRC_BYTES: usize = 4;

/// A segment that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Number of its first frame; also its name.
    pub(crate) first: u64,
    /// Its length, in bytes.
    pub(crate) bytes: u64,
}

/// Where the segment that begins with frame `first` lies.
pub(crate) fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:0NAME_DIGITS$}.seg"))
}

/// The first frame of the segment with this name; `None` for other files.
pub(crate) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".seg")?;
    let plain = digits.len() == NAME_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// What stands at the head of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The data directory.
    pub(crate) directory: [u8; 16],
    /// Where the segment continues the journal.
    pub(crate) at: Position,
    /// What its frames are encrypted under.
    pub(crate) sealing: Option<Sealing>,
}

/// What a segment's frames are encrypted under: a key that is derived from one of the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealing {
    /// Id of the key, not 0.
    pub(crate) key: u32,
    /// Random: no other segment has it.
    pub(crate) salt: [u8; 16],
}

impl Header {
    /// The header as bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.sealing.map_or(NOT_ENCRYPTED, |sealing| sealing.key).to_le_bytes());
        bytes.extend(self.directory);
        bytes.extend(self.at.frame.to_le_bytes());
        bytes.extend(self.at.seq.0.to_le_bytes());
        bytes.extend(self.at.chain.0);
        bytes.extend(self.sealing.map_or([0; 16], |sealing| sealing.salt));
        bytes.resize(HEADER_BYTES - CRC_BYTES, 0);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a header. `path` is for the errors.
    ///
    /// # Errors
    /// [`Error::Newer`] or [`Error::Damaged`].
    pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::damaged(path, 0, Damage::Header);
        if !is_whole(bytes) {
            return Err(damaged());
        }
        let mut reader = Reader(bytes.strip_prefix(MAGIC).ok_or_else(damaged)?);
        let path = path.to_owned();
        match reader.array().map(u32::from_le_bytes) {
            Some(VERSION) => {}
            Some(version) if version > VERSION => return Err(Error::Newer { path, version }),
            _ => return Err(damaged()),
        }
        Self::read_rest(&mut reader).ok_or_else(damaged)
    }

    fn read_rest(reader: &mut Reader<'_>) -> Option<Self> {
        let key = u32::from_le_bytes(reader.array()?);
        let directory = reader.array()?;
        let at = Position {
            frame: u64::from_le_bytes(reader.array()?),
            seq: Seq(u64::from_le_bytes(reader.array()?)),
            chain: Chain(reader.array()?),
        };
        let salt = reader.array()?;
        let sealing = (key != NOT_ENCRYPTED).then_some(Sealing { key, salt });
        Some(Self { directory, at, sealing })
    }
}

/// Whether these bytes begin with a header that is as it was written, of whatever version.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let mut reader = Reader(bytes);
    let covered = reader.take(HEADER_BYTES - CRC_BYTES);
    let crc = reader.array().map(u32::from_le_bytes);
    covered.is_some() && covered.map(crc32c::crc32c) == crc
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            directory: [5; 16],
            at: Position { frame: 3, seq: Seq(77), chain: Chain([9; 32]) },
            sealing: None,
        }
    }

    fn read(bytes: &[u8]) -> Result<Header, Error> {
        Header::read(Path::new("journal/x.seg"), bytes)
    }

    #[test]
    fn comes_back() {
        assert_eq!(header().bytes().len(), HEADER_BYTES);
        assert_eq!(read(&header().bytes()).unwrap(), header());
        let sealing = Some(Sealing { key: 7, salt: [8; 16] });
        let sealed = Header { sealing, ..header() };
        assert_eq!(read(&sealed.bytes()).unwrap(), sealed);
    }

    #[test]
    fn sees_every_flipped_bit_and_every_cut() {
        let bytes = header().bytes();
        for bit in 0..HEADER_BYTES * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(read(&bytes), Err(Error::Damaged { .. })), "bit {bit}");
        }
        for len in 0..HEADER_BYTES {
            assert!(!is_whole(&bytes[..len]), "{len}");
        }
    }

    fn with(offset: usize, byte: u8) -> Vec<u8> {
        let mut bytes = header().bytes();
        bytes[offset] = byte;
        bytes.truncate(HEADER_BYTES - CRC_BYTES);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    }

    #[test]
    fn names_what_a_later_version_wrote() {
        let error = read(&with(8, 2)).unwrap_err().to_string();
        assert!(error.contains("written by a newer pugmark"), "{error}");
    }

    #[test]
    fn names_are_twenty_digits() {
        let name = "00000000000000000042.seg";
        assert_eq!(path(Path::new("journal"), 42), Path::new("journal").join(name));
        assert_eq!(first_of(name), Some(42));
        for other in ["42.seg", "0000000000000000004x.seg", "00000000000000000042.new"] {
            assert_eq!(first_of(other), None, "{other}");
        }
    }
}
