//! A part of the lake: as it lies there, or with strange content under right checksums.
//!
//! Claims: whatever can be opened can be asked anything, and answers or says that it is damaged;
//! it answers twice alike, with a cache and without, in order and out of it; a look-up returns
//! rows of the part; the example is read byte for byte.

use crate::bits::Bits;
use crate::example::{self, PART};
use crate::memory::MemoryDisk;
use lake::{
    Attribute, Chains, Error, Facet, Grid, Match, Part, PartCache, Path, Reader, Rows, Search,
    Snapshot, Term,
};
use model::{PartId, PartMeta, RecordId, Seq, Timestamp};
use std::path::Path as FilePath;
use std::sync::Arc;

const HEADER_BYTES: usize = 32;
const TRAILER_BYTES: usize = 24;
/// Asking costs by the row: a part that claims more of them is not asked for each.
const ROWS_MAX: u32 = 64;
/// Kinds of questions: an input asks those of one, so that many inputs can be tried.
const KINDS: u8 = 4;

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    let how = bits.byte();
    let asked = how / 3 % KINDS;
    match how % 3 {
        0 => look_at(bits.0, asked),
        1 => look_at(&rewritten(&mut bits), asked),
        _ => look_at(&flipped(&mut bits), asked),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let expected: Vec<Vec<u8>> = example::records().into_iter().map(String::into_bytes).collect();
    assert_eq!(records_of_example(), expected);
    let mut seeds = Vec::new();
    for asked in 0..KINDS {
        let how = asked * 3;
        seeds.extend([[&[how], PART].concat(), vec![how + 1], vec![how + 2, 0, 50, 1, 1, 20, 3]]);
    }
    // Every section by itself, as it is before compression.
    for place in 0..sections(PART).len() {
        let raw = raw(&sections(PART)[place]);
        let len = (raw.len() as u16).to_be_bytes();
        let how = 1 + place as u8 % KINDS * 3;
        seeds.push([&[how, place as u8, 0][..], &len, &raw].concat());
        seeds.push(vec![how, place as u8, 1, 0, 3, 0xff, 0, 9, 1]);
    }
    seeds
}

fn records_of_example() -> Vec<Vec<u8>> {
    let part = open(PART, &PartCache::new(1 << 20)).expect("the example can be opened");
    let mut reader = Reader::new(&part).expect("the example can be read");
    let mut record = |row| {
        let mut bytes = Vec::new();
        reader.record(row, &mut bytes).map(|()| bytes)
    };
    (0..part.rows()).map(|row| record(row).expect("a record of the example")).collect()
}

// --- Files -----------------------------------------------------------------------------------

/// An entry of a part's directory, and the bytes it stands for.
#[derive(Clone)]
struct Section {
    kind: u8,
    column: u8,
    packed: u8,
    raw_len: u64,
    stored: Vec<u8>,
}

fn sections(part: &[u8]) -> Vec<Section> {
    let trailer = &part[part.len() - TRAILER_BYTES..];
    let at = u64::from_le_bytes(trailer[..8].try_into().unwrap()) as usize;
    let mut directory = &part[at..part.len() - TRAILER_BYTES];
    let count = number(&mut directory);
    let mut section = || {
        let [kind, column, packed] = [directory[0], directory[1], directory[2]];
        directory = &directory[3..];
        let (offset, len) = (number(&mut directory) as usize, number(&mut directory) as usize);
        let raw_len = number(&mut directory);
        directory = &directory[4..];
        let stored = part[offset..offset + len].to_vec();
        Section { kind, column, packed, raw_len, stored }
    };
    (0..count).map(|_| section()).collect()
}

fn raw(section: &Section) -> Vec<u8> {
    match section.packed {
        0 => section.stored.clone(),
        _ => zstd::bulk::decompress(&section.stored, section.raw_len as usize).unwrap(),
    }
}

/// The example with other sections, all checksums right. Blocks stay where they are.
fn assembled(sections: &[Section]) -> Vec<u8> {
    let mut part = PART.to_vec();
    let mut directory = Vec::new();
    put(&mut directory, sections.len() as u64);
    for section in sections {
        directory.extend([section.kind, section.column, section.packed]);
        put(&mut directory, part.len() as u64);
        put(&mut directory, section.stored.len() as u64);
        put(&mut directory, section.raw_len);
        directory.extend(crc32c::crc32c(&section.stored).to_le_bytes());
        part.extend(&section.stored);
    }
    let at = part.len() as u64;
    part.extend(&directory);
    part.extend(at.to_le_bytes());
    part.extend((directory.len() as u32).to_le_bytes());
    part.extend(crc32c::crc32c(&directory).to_le_bytes());
    part.extend(b"PUGPEND\n");
    part
}

fn number(bytes: &mut &[u8]) -> u64 {
    let len = bytes.iter().position(|byte| *byte < 0x80).unwrap() + 1;
    let (taken, rest) = bytes.split_at(len);
    *bytes = rest;
    taken.iter().rev().fold(0, |n, byte| n << 7 | u64::from(byte & 0x7f))
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Sections are replaced, patched, dropped or given twice; at last the block is, too.
fn rewritten(bits: &mut Bits<'_>) -> Vec<u8> {
    let mut sections = sections(PART);
    while !bits.is_over() && !sections.is_empty() && sections.len() < 200 {
        let place = usize::from(bits.byte()) % sections.len();
        let how = bits.byte() % 6;
        let len = bits.word();
        let content = bits.take(len);
        let section = &mut sections[place];
        let mut bytes = raw(section);
        match how {
            0 => bytes = content.to_vec(),
            1 => patch(&mut bytes, content),
            2 => bytes.truncate(len),
            3 => bytes.extend(content),
            4 => {
                sections.remove(place);
                continue;
            }
            _ => {
                let copy = Section { column: len as u8, ..section.clone() };
                sections.push(copy);
                continue;
            }
        }
        (section.packed, section.raw_len) = (0, bytes.len() as u64);
        section.stored = bytes;
    }
    assembled(&sections)
}

/// Pairs of a place and what to put there.
fn patch(bytes: &mut [u8], content: &[u8]) {
    for pair in content.chunks_exact(3) {
        let at = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        let len = bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at % len) {
            *byte = pair[2];
        }
    }
}

fn flipped(bits: &mut Bits<'_>) -> Vec<u8> {
    let mut part = PART.to_vec();
    while !bits.is_over() {
        let at = bits.word() % part.len();
        part[at] ^= bits.byte();
    }
    part
}

// --- Questions -------------------------------------------------------------------------------

fn disk_of(bytes: &[u8]) -> (MemoryDisk, PartId) {
    let (disk, id) = (MemoryDisk::default(), PartId("0".repeat(32)));
    disk.put(id.file_name(), bytes.to_vec());
    (disk, id)
}

fn open(bytes: &[u8], cache: &PartCache) -> Result<Arc<Part>, Error> {
    let (disk, id) = disk_of(bytes);
    let meta: PartMeta = Part::describe(&disk, FilePath::new(""), id)?;
    Part::open(&disk, FilePath::new(""), meta, cache).map(Arc::new)
}

fn look_at(bytes: &[u8], asked: u8) {
    if bytes.len() < HEADER_BYTES {
        return assert!(open(bytes, &PartCache::new(0)).is_err());
    }
    let Ok(part) = open(bytes, &PartCache::new(1 << 20)) else { return };
    let seen = look(&part, asked);
    let _ = part.warm();
    let warm = look(&part, asked);
    assert_eq!(seen, warm, "a second look differs");
    let cold = open(bytes, &PartCache::new(0)).map(|part| look(&part, asked));
    assert_eq!(Some(seen), cold.ok(), "a look without a cache differs");
}

/// Everything of a kind that there is to know of a part, as texts.
fn look(part: &Arc<Part>, asked: u8) -> Vec<String> {
    let mut seen = Vec::new();
    let snapshot =
        Snapshot { parts: Arc::new(vec![Arc::clone(part)]), tail: Vec::new(), end: Seq(u64::MAX) };
    let rows = part.rows().min(ROWS_MAX);
    (0..rows).for_each(|row| seen.push(told(row_of(part, row))));
    seen.push(told(part.rows_of(RecordId([0; 16]))));
    seen.push(told(part.first_at(Timestamp(0))));
    seen.push(told(part.note_puts()));
    seen.push(told(part.holds_put(RecordId([0; 16]))));
    seen.push(told(part.memberships().map(|all| all.and_then(|all| all.of(0).map(str::to_owned)))));
    seen.extend(match asked {
        0 => records(part, rows),
        1 => values(part, rows),
        2 => answers(&snapshot),
        _ => counts(&snapshot),
    });
    seen
}

fn told<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => error.to_string(),
    }
}

fn row_of(part: &Part, row: u32) -> Result<(Timestamp, Timestamp, lake::Flags, Seq), Error> {
    let id = part.id(row)?;
    let found = part.rows_of(id)?;
    assert!(found.iter().all(|row| *row < part.rows()), "a row that is none");
    Ok((part.time(row)?, part.ingested(row)?, part.flags(row)?, part.seq(row)?))
}

/// The records in order, and backwards by another reader.
fn records(part: &Arc<Part>, rows: u32) -> Vec<String> {
    let read = |reader: &mut Reader, row| {
        let mut bytes = Vec::new();
        told(reader.record(row, &mut bytes).map(|()| bytes))
    };
    let (Ok(mut forward), Ok(mut backward)) = (Reader::sequential(part), Reader::new(part)) else {
        return vec!["no reader".to_owned()];
    };
    let there: Vec<String> = (0..rows).map(|row| read(&mut forward, row)).collect();
    let mut back: Vec<String> = (0..rows).rev().map(|row| read(&mut backward, row)).collect();
    back.reverse();
    assert_eq!(there, back, "the order of reading matters");
    there
}

/// Values at places within records, by their shapes and not by reading whole records.
fn values(part: &Arc<Part>, rows: u32) -> Vec<String> {
    let Ok(mut reading) = Rows::new(part) else { return vec!["no rows".to_owned()] };
    let mut seen = Vec::new();
    for path in
        ["eventName", "eventTime", "userIdentity.arn", "requestParameters", "resources.0.ARN"]
    {
        let way = reading.locate(&Path::json(vec![path.split('.').map(str::to_owned).collect()]));
        seen.push(told(reading.is_id(&way)));
        seen.push(told(reading.coded(&way).map(|coded| coded.map(|coded| coded.len()))));
        for row in 0..rows {
            let mut value = Vec::new();
            seen.push(told(reading.read(row, &way, &mut value).map(|had| (had, value))));
            seen.push(told(reading.lacks(row, &way)));
        }
    }
    seen.push(told(part.hidden_rows().map(<[u32]>::to_vec)));
    seen
}

const ASKED: [(Attribute, &str); 10] = [
    (Attribute::EventName, "*"),
    (Attribute::EventId, "*a*"),
    (Attribute::Username, "a*"),
    (Attribute::ResourceName, "*b*"),
    (Attribute::ResourceType, "AWS::*"),
    (Attribute::Who, "*o*"),
    (Attribute::Action, "s3:*"),
    (Attribute::Failed, "true"),
    (Attribute::ReadOnly, "false"),
    (Attribute::IssuedKey, "*"),
];

fn answers(snapshot: &Snapshot) -> Vec<String> {
    let ask = |terms| {
        let search = Search { terms, include_hidden: true, limit: 8, ..Search::default() };
        let page = snapshot.search(&search, &|_| true);
        told(page.map(|page| {
            page.rows.into_iter().map(|row| (row.place, row.bytes)).collect::<Vec<_>>()
        }))
    };
    let like = |(what, text): &(Attribute, &str)| {
        ask(vec![Term { what: *what, matches: Match::Like((*text).to_owned()) }])
    };
    let mut seen: Vec<String> = ASKED.iter().map(like).collect();
    seen.push(ask(Vec::new()));
    seen.push(ask(vec![Term::is(Attribute::EventSource, "s3.amazonaws.com")]));
    seen
}

fn counts(snapshot: &Snapshot) -> Vec<String> {
    let (search, facets) = (Search::default(), [Facet::Principal, Facet::Action]);
    let tally = |facet: Facet| {
        let tally = snapshot.tally(&search, &[facet], None);
        told(tally.map(|tally| (tally.total, tally.whole, tally.counts.len())))
    };
    let mut seen: Vec<String> = facets.into_iter().map(tally).collect();
    let grid = Grid { start: Timestamp(0), bucket_ms: 1 << 40, buckets: 3 };
    seen.push(told(snapshot.timeline(&search, grid, None).map(|line| line.buckets)));
    seen.push(told(Chains::of(snapshot, None).map(|chains| chains.len())));
    seen
}
