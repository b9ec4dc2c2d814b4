//! The bytes of a part, see `docs/formats/part.md`.

use crate::error::{Corrupt, Error};
use crate::varint::{self, Reader};
use std::cell::RefCell;
use std::io;
use zstd::bulk::Decompressor;

/// First bytes of every part.
pub(crate) const MAGIC: &[u8; 7] = b"PUGPART";
/// Last bytes of every part.
pub(crate) const END_MAGIC: &[u8; 8] = b"PUGPEND\n";
/// The version this binary writes, and the newest it reads.
pub(crate) const VERSION: u8 = 1;
/// Magic, version, key id (0: not encrypted), reserved.
pub(crate) const HEADER_LEN: usize = 32;
/// Directory offset and length, its checksum, magic.
pub(crate) const TRAILER_LEN: usize = 24;
/// Compression level of sections, and of those that hold much text.
const LEVEL: i32 = 1;
const TEXT_LEVEL: i32 = 3;
/// From how many bytes values count as much text.
const TEXT_BYTES_MIN: usize = 256 << 10;
/// Largest decoded section taken, in bytes.
const SECTION_MAX: usize = 1 << 30;
/// How much smaller bytes may have become by compression; more is not ours.
pub(crate) const RATIO_MAX: usize = 1 << 16;

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Owner, counts, ranges.
    Summary = 0,
    /// Dictionary of shapes.
    Shapes = 1,
    /// Distinct values of a column.
    Values = 2,
    /// Codes of a column, one a row.
    Codes = 3,
    /// Rows by code, where the code is rare.
    Postings = 4,
    /// Ids, sixteen bytes a row.
    Ids = 5,
    /// Rows in order of id.
    IdOrder = 6,
    /// Times, in units from the earliest.
    Times = 7,
    /// Times of entry, in milliseconds from the earliest.
    Ingested = 8,
    /// Rank of each row among the part's record numbers.
    Ranks = 9,
    /// Hashes of resource names, with rows.
    Names = 10,
    /// Where each block ends.
    BlockEnds = 11,
    /// The text that blocks were compressed against.
    BlockDictionary = 12,
    /// Which ids there surely are not.
    IdFilter = 13,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::Summary,
        Self::Shapes,
        Self::Values,
        Self::Codes,
        Self::Postings,
        Self::Ids,
        Self::IdOrder,
        Self::Times,
        Self::Ingested,
        Self::Ranks,
        Self::Names,
        Self::BlockEnds,
        Self::BlockDictionary,
        Self::IdFilter,
    ];
}

/// The name of a section: what it holds, and of which column (0 where that says nothing).
pub(crate) type SectionKey = (Kind, u8);

/// Where a section lies and how to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) key: SectionKey,
    pub(crate) zstd: bool,
    pub(crate) offset: u64,
    pub(crate) stored: usize,
    pub(crate) raw: usize,
    pub(crate) crc: u32,
}

impl Section {
    /// Checks stored bytes and decodes them.
    pub(crate) fn open(&self, stored: &[u8]) -> Result<Vec<u8>, Corrupt> {
        if crc32c::crc32c(stored) != self.crc {
            return Err(Corrupt("a section's checksum does not match"));
        }
        if !self.zstd {
            return Ok(stored.to_vec());
        }
        let raw =
            decompress(stored, self.raw).map_err(|_| Corrupt("a section does not decompress"))?;
        if raw.len() == self.raw { Ok(raw) } else { Err(Corrupt("a section of a wrong length")) }
    }
}

thread_local! {
    /// Making one costs more than most sections do.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn decompress(stored: &[u8], len: usize) -> io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|slot| match slot {
        Some(decompressor) => decompressor.decompress(stored, len),
        None => slot.insert(Decompressor::new()?).decompress(stored, len),
    })
}

/// Collects the bytes of a part.
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
    sections: Vec<Section>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl Writer {
    pub(crate) fn new() -> Result<Self, Corrupt> {
        let mut bytes = Vec::with_capacity(1 << 20);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.resize(HEADER_LEN, 0);
        let compressor = zstd::bulk::Compressor::new(LEVEL);
        let compressor = compressor.map_err(|_| Corrupt("no compressor"))?;
        Ok(Self { bytes, sections: Vec::new(), compressor })
    }

    /// Adds a section, compressed where that makes it smaller.
    pub(crate) fn section(&mut self, kind: Kind, column: u8, raw: &[u8]) {
        let packed = match kind {
            Kind::Values if raw.len() >= TEXT_BYTES_MIN => {
                zstd::bulk::compress(raw, TEXT_LEVEL).unwrap_or_default()
            }
            _ => self.compress(raw),
        };
        self.section_packed(kind, column, raw, &packed);
    }

    /// Compresses; empty where that failed.
    pub(crate) fn compress(&mut self, raw: &[u8]) -> Vec<u8> {
        self.compressor.compress(raw).unwrap_or_default()
    }

    /// Adds a section whose compressed form is known; empty: there is none.
    pub(crate) fn section_packed(&mut self, kind: Kind, column: u8, raw: &[u8], packed: &[u8]) {
        let zstd = !packed.is_empty() && packed.len() < raw.len();
        let stored = if zstd { packed } else { raw };
        self.sections.push(Section {
            key: (kind, column),
            zstd,
            offset: self.bytes.len() as u64,
            stored: stored.len(),
            raw: raw.len(),
            crc: crc32c::crc32c(stored),
        });
        self.bytes.extend_from_slice(stored);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let at = self.bytes.len() as u64;
        let mut directory = Vec::new();
        varint::put(&mut directory, self.sections.len() as u64);
        for section in &self.sections {
            directory.extend_from_slice(&[
                section.key.0 as u8,
                section.key.1,
                u8::from(section.zstd),
            ]);
            varint::put(&mut directory, section.offset);
            varint::put(&mut directory, section.stored as u64);
            varint::put(&mut directory, section.raw as u64);
            directory.extend_from_slice(&section.crc.to_le_bytes());
        }
        self.bytes.extend_from_slice(&directory);
        self.bytes.extend_from_slice(&at.to_le_bytes());
        self.bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(&crc32c::crc32c(&directory).to_le_bytes());
        self.bytes.extend_from_slice(END_MAGIC);
        self.bytes
    }
}

/// Where the directory lies, as the trailer of a file of `len` bytes tells.
pub(crate) struct Trailer {
    pub(crate) offset: u64,
    pub(crate) len: usize,
    crc: u32,
}

impl Trailer {
    pub(crate) fn decode(raw: &[u8], file_len: u64) -> Result<Self, Corrupt> {
        let raw: &[u8; TRAILER_LEN] = raw.try_into().map_err(|_| Corrupt("no trailer"))?;
        let [o @ .., l0, l1, l2, l3, c0, c1, c2, c3, _, _, _, _, _, _, _, _] = *raw;
        if raw.get(16..) != Some(&END_MAGIC[..]) {
            return Err(Corrupt("the end of the file is missing"));
        }
        let offset = u64::from_le_bytes(o);
        let len = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let end = offset.checked_add((len + TRAILER_LEN) as u64);
        if end != Some(file_len) || offset < HEADER_LEN as u64 {
            return Err(Corrupt("the trailer points outside the file"));
        }
        Ok(Self { offset, len, crc: u32::from_le_bytes([c0, c1, c2, c3]) })
    }

    pub(crate) fn directory(&self, raw: &[u8]) -> Result<Vec<Section>, Corrupt> {
        if crc32c::crc32c(raw) != self.crc {
            return Err(Corrupt("the directory's checksum does not match"));
        }
        let mut reader = Reader(raw);
        let count = reader.size()?;
        (0..count.min(4_096)).map(|_| self.entry(&mut reader)).collect()
    }

    fn entry(&self, reader: &mut Reader<'_>) -> Result<Section, Corrupt> {
        let [kind, column, zstd] = *reader.take(3)? else {
            return Err(Corrupt("no section"));
        };
        let kind = Kind::ALL.get(usize::from(kind)).ok_or(Corrupt("unknown kind of section"))?;
        let (offset, stored, raw) = (reader.number()?, reader.size()?, reader.size()?);
        let crc = reader.take(4)?.try_into().map_err(|_| Corrupt("no checksum"))?;
        let end = offset.checked_add(stored as u64);
        let fits = end.is_some_and(|end| end <= self.offset)
            && raw <= SECTION_MAX
            && raw / RATIO_MAX <= stored
            && (zstd == 1 || raw == stored);
        if !fits || zstd > 1 {
            return Err(Corrupt("a section lies outside the file"));
        }
        let crc = u32::from_le_bytes(crc);
        Ok(Section { key: (*kind, column), zstd: zstd == 1, offset, stored, raw, crc })
    }
}

/// Checks the first bytes of a part.
pub(crate) fn check_header(raw: &[u8], part: &str) -> Result<(), Error> {
    let damaged = || Corrupt("it does not begin as a part").of(part);
    let (magic, rest) = raw.split_at_checked(MAGIC.len()).ok_or_else(damaged)?;
    let version = *rest.first().ok_or_else(damaged)?;
    if magic != MAGIC || version == 0 {
        return Err(damaged());
    }
    if version > VERSION {
        return Err(Error::Newer { part: part.to_owned(), version });
    }
    if rest.get(1..5) != Some(&[0; 4][..]) {
        return Err(Corrupt("it is encrypted, which this version does not read").of(part));
    }
    if rest.iter().skip(5).any(|byte| *byte != 0) {
        return Err(Corrupt("its header holds what this version does not know").of(part));
    }
    Ok(())
}
