//! Reads and rewrites the sections of a part with nothing but `docs/formats/part.md`, so that
//! whatever the lake decodes can be fed to it with every checksum right.

use model::{PartMeta, RecordId};

const HEADER: usize = 32;
const TRAILER: usize = 24;

/// An entry of a part's directory.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) kind: u8,
    pub(crate) column: u8,
    pub(crate) zstd: bool,
    pub(crate) offset: usize,
    pub(crate) stored: usize,
    pub(crate) raw: usize,
    pub(crate) crc: u32,
}

pub(crate) fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(bytes: &mut &[u8]) -> u64 {
    let len = bytes.iter().position(|byte| *byte < 0x80).unwrap() + 1;
    let (taken, rest) = bytes.split_at(len);
    *bytes = rest;
    taken.iter().rev().fold(0, |n, byte| n << 7 | u64::from(byte & 0x7f))
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes[..4].try_into().unwrap())
}

/// Where the directory begins.
pub(crate) fn directory_at(part: &[u8]) -> usize {
    let trailer = &part[part.len() - TRAILER..];
    u64::from_le_bytes(trailer[..8].try_into().unwrap()) as usize
}

/// The sections of a part, in the order in which they were written.
pub(crate) fn sections(part: &[u8]) -> Vec<Section> {
    let mut directory = &part[directory_at(part)..part.len() - TRAILER];
    let count = number(&mut directory);
    let mut entry = || {
        let (head, rest) = directory.split_at(3);
        let (kind, column, zstd) = (head[0], head[1], head[2] == 1);
        directory = rest;
        let mut size = || number(&mut directory) as usize;
        let (offset, stored, raw) = (size(), size(), size());
        let crc = word(directory);
        directory = &directory[4..];
        Section { kind, column, zstd, offset, stored, raw, crc }
    };
    (0..count).map(|_| entry()).collect()
}

/// A section's bytes before compression.
pub(crate) fn raw(part: &[u8], section: &Section) -> Vec<u8> {
    let stored = &part[section.offset..section.offset + section.stored];
    assert_eq!(crc32c::crc32c(stored), section.crc);
    match section.zstd {
        true => zstd::bulk::decompress(stored, section.raw).unwrap(),
        false => stored.to_vec(),
    }
}

/// The part with another content of one section, or with none where `content` is `None`.
pub(crate) fn with_section(part: &[u8], at: usize, content: Option<&[u8]>) -> Vec<u8> {
    let mut sections = sections(part);
    let mut out = part[..directory_at(part)].to_vec();
    match content {
        Some(content) => {
            let section = &mut sections[at];
            (section.zstd, section.offset) = (false, out.len());
            (section.stored, section.raw) = (content.len(), content.len());
            section.crc = crc32c::crc32c(content);
            out.extend_from_slice(content);
        }
        None => drop(sections.remove(at)),
    }
    finish(out, &sections)
}

/// Writes the directory and the trailer behind what there is.
pub(crate) fn finish(mut out: Vec<u8>, sections: &[Section]) -> Vec<u8> {
    let mut directory = Vec::new();
    varint(&mut directory, sections.len() as u64);
    for section in sections {
        directory.extend([section.kind, section.column, u8::from(section.zstd)]);
        for size in [section.offset, section.stored, section.raw] {
            varint(&mut directory, size as u64);
        }
        directory.extend(section.crc.to_le_bytes());
    }
    let at = out.len() as u64;
    out.extend_from_slice(&directory);
    out.extend(at.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(crc32c::crc32c(&directory).to_le_bytes());
    out.extend(b"PUGPEND\n");
    out
}

/// A block that holds `text` (lengths of its rows in front) and UUIDs, compressed without a
/// dictionary.
pub(crate) fn block(rows: u64, claimed: u64, text: &[u8], uuids: &[u8]) -> Vec<u8> {
    let packed = zstd::bulk::compress(text, 1).unwrap();
    let mut inner = Vec::new();
    [rows, claimed, packed.len() as u64].into_iter().for_each(|n| varint(&mut inner, n));
    inner.extend_from_slice(&packed);
    inner.extend_from_slice(uuids);
    [&crc32c::crc32c(&inner).to_le_bytes()[..], &inner].concat()
}

/// The part with all its rows in another block.
pub(crate) fn with_block(part: &[u8], block: &[u8]) -> Vec<u8> {
    const BLOCK_ENDS: u8 = 11;
    let at = sections(part).iter().position(|section| section.kind == BLOCK_ENDS).unwrap();
    let mut out = part[..directory_at(part)].to_vec();
    let start = out.len() as u32;
    out.extend_from_slice(block);
    let mut ends = vec![32, 2];
    ends.extend(start.to_le_bytes());
    ends.extend((start + block.len() as u32).to_le_bytes());
    with_section(&finish(out, &sections(part)), at, Some(&ends))
}

/// The line of the manifest that fits other bytes.
pub(crate) fn meta_of(meta: &PartMeta, bytes: &[u8]) -> PartMeta {
    PartMeta { bytes: bytes.len() as u64, ..meta.clone() }
}

#[test]
fn a_part_is_laid_out_as_its_document_says() {
    let samples: Vec<crate::sample::Sample> = (0..300)
        .map(|n| {
            let id = RecordId(u128::from(n + 1).to_be_bytes()).to_uuid();
            let json = format!("{{\"eventID\":\"{id}\",\"requestID\":\"{id}\",\"n\":{n}}}");
            crate::sample::Sample::of(json.as_bytes(), n, model::Timestamp(n as i64 * 1_000))
        })
        .collect();
    let owner = crate::sample::owner("111122223333");
    let sealed = crate::sample::draft(&samples).seal(&owner, lake::Numbering::ByTime).unwrap();
    let (part, sections) = (&sealed.bytes, sections(&sealed.bytes));
    assert_eq!(&part[..8], b"PUGPART\x01");
    assert_eq!(part[8..HEADER], [0; 24]);
    let of = |kind: u8| sections.iter().find(|section| section.kind == kind).unwrap();
    assert_eq!(raw(part, of(5)).len(), 300 * 16);
    let ends = raw(part, of(11));
    let width = usize::from(ends[0]);
    let read = |place: usize| {
        let bits = |bit: usize| u64::from(ends[2 + bit / 8] >> (bit % 8) & 1);
        (0..width).map(|bit| bits(place * width + bit) << bit).sum::<u64>() as usize
    };
    assert_eq!((ends[1], read(0)), (4, HEADER + of(12).stored));
    // Three blocks, then the section that says where they end.
    assert_eq!(read(3), of(11).offset);
    let mut block = &part[read(0) + 4..read(1)];
    assert_eq!(word(&part[read(0)..]), crc32c::crc32c(block));
    let (rows, len, packed) = (number(&mut block), number(&mut block), number(&mut block));
    let text = zstd::bulk::decompress(&block[..packed as usize], len as usize).unwrap();
    // A row: length 2 (a byte and its length), one UUID; the first number is 0.
    assert_eq!((rows, &text[..2], &text[256..258]), (128, &[2, 1][..], &[1, b'0'][..]));
    assert_eq!(block[packed as usize..][..16], samples[0].id.0);
}
