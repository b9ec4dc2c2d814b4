//! The parts of a lake while its server runs: how many there are, and what waits to be sealed or
//! merged.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::client;
use crate::repository::files_below;

/// The engine leaves a part of so many rows alone (`crates/engine/src/followers/lake.rs`).
const MERGED_ROWS: u64 = 262_144;
/// The end of a part, and the section that has so many bytes a row (`docs/formats/part.md`).
const TRAILER_BYTES: usize = 24;
const TRAILER_END: &[u8] = b"PUGPEND\n";
const IDS: u8 = 5;
const ID_BYTES: u64 = 16;
/// A directory has a few hundred sections of a few bytes.
const DIRECTORY_BYTES_MAX: usize = 64 * 1024;

/// What was seen at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) at_s: f64,
    /// All that the server names.
    pub(super) live: u64,
    /// Parts that are small enough to be merged once there are more of their size.
    pub(super) small: u64,
    /// The records in those, and in none yet.
    pub(super) waiting: u64,
}

impl Parts {
    /// Asks the server, and looks at what lies in its directory. Between the two a part may come
    /// or go.
    pub(super) fn look(address: &str, data: &Path, at_s: f64) -> Result<Self> {
        let page = client::page(address, "/metrics")?.good("/metrics")?;
        let text = String::from_utf8_lossy(&page.body);
        // One that is just written or removed cannot be read; it is seen the next time.
        let rows = files_below(&data.join("parts"))?.into_iter().filter_map(|it| rows(&it).ok());
        let small: Vec<u64> = rows.filter(|rows| *rows < MERGED_ROWS).collect();
        Ok(Self {
            at_s,
            live: gauge(&text, "pugmark_parts")?,
            small: small.len() as u64,
            waiting: gauge(&text, "pugmark_tail_records")? + small.iter().sum::<u64>(),
        })
    }
}

/// A figure without labels.
fn gauge(text: &str, name: &str) -> Result<u64> {
    let named = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
    text.lines().find_map(named).with_context(|| format!("/metrics has no `{name}`"))
}

/// How many rows a part has.
fn rows(path: &Path) -> Result<u64> {
    let mut file = File::open(path)?;
    let mut trailer = [0; TRAILER_BYTES];
    let end = file.seek(SeekFrom::End(-(TRAILER_BYTES as i64)))?;
    file.read_exact(&mut trailer)?;
    let (begin, rest) = trailer.split_first_chunk().context("no trailer")?;
    let (length, _) = rest.split_first_chunk().context("no trailer")?;
    let (begin, length) = (u64::from_le_bytes(*begin), u32::from_le_bytes(*length) as usize);
    let is_at_end = begin.checked_add(length as u64) == Some(end);
    if !trailer.ends_with(TRAILER_END) || length > DIRECTORY_BYTES_MAX || !is_at_end {
        bail!("`{}` does not end as a part does", path.display());
    }
    let mut directory = vec![0; length];
    file.seek(SeekFrom::Start(begin))?;
    file.read_exact(&mut directory)?;
    let rows = rows_told(&directory);
    rows.with_context(|| format!("`{}` has no ids", path.display()))
}

/// The rows by a part's directory: the ids take as many bytes for each of them.
fn rows_told(directory: &[u8]) -> Option<u64> {
    let mut rest = directory;
    let count = varint(&mut rest)?;
    for _ in 0..count {
        let ([kind, _column, _is_compressed], after) = rest.split_first_chunk()?;
        rest = after;
        let (_begin, _stored) = (varint(&mut rest)?, varint(&mut rest)?);
        let bytes = varint(&mut rest)?;
        if *kind == IDS {
            return Some(bytes / ID_BYTES);
        }
        let (_checksum, after) = rest.split_first_chunk::<4>()?;
        rest = after;
    }
    None
}

/// Seven bits a byte, lowest first, the eighth set on all bytes but the last.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Repository;
    use std::fs;

    #[test]
    fn counts_the_rows_of_the_frozen_examples() {
        let examples = Repository::find().unwrap().path("docs/formats/examples");
        let told = fs::read_to_string(examples.join("part-v1.expected.ndjson")).unwrap();
        assert_eq!(rows(&examples.join("part-v1.part")).unwrap(), told.lines().count() as u64);
        assert!(rows(&examples.join("part-v1-blocks.part")).unwrap() > 128);
    }

    #[test]
    fn refuses_what_is_no_part() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("a.part");
        for bytes in [vec![], vec![0; 100], [vec![0xff; 40], TRAILER_END.to_vec()].concat()] {
            fs::write(&path, bytes).unwrap();
            assert!(rows(&path).is_err());
        }
        assert_eq!(rows_told(&[2, 5, 0]), None);
        assert_eq!(varint(&mut &[0xff; 11][..]), None);
        assert_eq!(varint(&mut &[0xac, 0x02][..]), Some(300));
    }

    #[test]
    fn reads_the_gauge_of_that_name() {
        let text = "# TYPE pugmark_parts gauge\npugmark_parts_total 9\npugmark_parts 4\n";
        assert_eq!(gauge(text, "pugmark_parts").unwrap(), 4);
        assert!(gauge(text, "pugmark_tail_records").is_err());
    }
}
