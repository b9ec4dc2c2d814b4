//! A record comes back byte for byte, with everything that was derived from it.

use crate::dice::Dice;
use crate::forgery;
use crate::sample::{Parts, Sample, draft, numbers, owner, part_of, records};
use lake::{Draft, Error, Numbering, Part, ROWS_MAX, Reader, Sealed};
use model::disk::Disk as _;
use model::{Field, Seq, SeqRange, Timestamp};
use proptest::prelude::*;
use std::sync::Arc;

/// What the samples must look like in a part: by time, those of one moment as they were pushed.
fn in_order(samples: &[Sample]) -> Vec<(usize, &Sample)> {
    let mut order: Vec<(usize, &Sample)> = samples.iter().enumerate().collect();
    order.sort_by_key(|(pushed, sample)| (sample.time, *pushed));
    order
}

/// Seals, opens and compares everything there is to ask of a part.
fn check(samples: &[Sample], numbering: Numbering) {
    let sealed = draft(samples).seal(&owner("111122223333"), numbering).unwrap();
    check_facts(samples, &sealed);
    let (half, rest) = (samples.len() as u64 / 2, samples.len() as u64 - samples.len() as u64 / 2);
    let seqs = vec![
        SeqRange { first: Seq(100), count: half },
        SeqRange { first: Seq(5_000_000), count: rest },
    ];
    let part = Parts::new().add(sealed, seqs);
    let back = records(&part).unwrap();
    for (row, (pushed, sample)) in in_order(samples).into_iter().enumerate() {
        assert_eq!(text(&back[row]), text(&sample.bytes), "row {row}");
        let rank = if numbering == Numbering::ByTime { row } else { pushed } as u64;
        let seq = if rank < half { 100 + rank } else { 5_000_000 + rank - half };
        check_row(&part, row as u32, sample, Seq(seq));
    }
    check_random_access(&part, &back);
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn check_facts(samples: &[Sample], sealed: &Sealed) {
    let meta = &sealed.meta;
    assert_eq!((meta.rows, meta.bytes), (samples.len() as u64, sealed.bytes.len() as u64));
    assert_eq!(Some(meta.time_min), samples.iter().map(|s| s.time).min());
    assert_eq!(Some(meta.time_max), samples.iter().map(|s| s.time).max());
    assert_eq!(Some(meta.ingested_min), samples.iter().map(|s| s.ingested).min());
    assert_eq!(Some(meta.ingested_max), samples.iter().map(|s| s.ingested).max());
    for (facts, (_, sample)) in sealed.facts.iter().zip(in_order(samples)) {
        assert_eq!((facts.id, facts.time), (sample.id, sample.time));
        assert_eq!((facts.ingested, facts.origin), (sample.ingested, sample.traits.origin));
        assert_eq!((facts.len, facts.payload), (sample.bytes.len() as u32, sample.payload));
    }
}

fn check_row(part: &Part, row: u32, sample: &Sample, seq: Seq) {
    assert_eq!(part.time(row).unwrap(), sample.time);
    assert_eq!(part.ingested(row).unwrap(), sample.ingested);
    assert_eq!(part.id(row).unwrap(), sample.id);
    assert_eq!(part.flags(row).unwrap(), sample.traits.flags());
    assert_eq!(part.seq(row).unwrap(), seq);
    assert!(part.rows_of(sample.id).unwrap().contains(&row));
    let stores = part.memberships().unwrap();
    let held = stores.as_ref().and_then(|stores| stores.of(row));
    assert_eq!(held, sample.stores.as_deref());
}

/// Backwards and in leaps, with a reader that keeps what it read.
fn check_random_access(part: &Arc<Part>, records: &[Vec<u8>]) {
    let mut reader = Reader::new(part).unwrap();
    let mut out = Vec::new();
    for leap in 0..records.len() as u32 {
        let row = part.rows() - 1 - leap * 67 % part.rows();
        out.clear();
        reader.record(row, &mut out).unwrap();
        assert_eq!(out, records[row as usize]);
    }
    for beyond in [part.rows(), part.rows() + 128, u32::MAX] {
        assert!(matches!(reader.record(beyond, &mut out), Err(Error::Damaged { .. })));
    }
}

fn wild(seed: u64, count: usize) -> Vec<Sample> {
    let mut dice = Dice::new(seed);
    (0..count as u64).map(|number| Sample::wild(&mut dice, number)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_record_comes_back_byte_for_byte(seed: u64, count in 1usize..60) {
        let samples = wild(seed, count);
        check(&samples, Numbering::ByPush);
        check(&samples, Numbering::ByTime);
    }
}

#[test]
fn the_wild_records_are_json() {
    let mut dice = Dice::new(1);
    let (mut ids, mut lens) = (0, 0);
    for number in 0..2_000 {
        let sample = Sample::wild(&mut dice, number);
        let json = serde_json::from_slice::<serde::de::IgnoredAny>(&sample.bytes);
        assert!(json.is_ok() || sample.bytes.windows(6).any(|w| w == b"\\ud800"));
        assert_eq!(crate::sample::scan(&sample.bytes).record_len(), sample.bytes.len());
        ids += usize::from(sample.id.0[..8] != [0; 8]);
        lens += sample.bytes.len();
    }
    assert!(ids > 200 && lens > 400_000, "{ids} ids, {lens} bytes");
}

/// Enough rows for a block dictionary and many blocks; values that hardly repeat, so that some
/// fields are kept with their rows.
#[test]
fn a_part_of_many_blocks_comes_back() {
    let mut samples = wild(7, 4_000);
    for number in 4_000..9_000u64 {
        let id = model::RecordId(Dice::new(number).id()).to_uuid();
        let at = model::format_seconds(1_688_989_351 + number as i64 * 37 % 5_000);
        let text = format!(
            "{{\"eventTime\":\"{at}\",\"eventID\":\"{id}\",\"eventName\":\"Get{}\",\
             \"userAgent\":\"agent {id}\",\"errorMessage\":\"no {number} {}\",\
             \"userIdentity\":{{\"userName\":\"user-{id}\",\"sessionContext\":{{\
             \"sourceIdentity\":\"{id}@{id}\"}}}},\"requestID\":\"{id}\"}}",
            number % 70,
            "x".repeat(number as usize % 40),
        );
        samples.push(Sample::of(text.as_bytes(), number, Timestamp(0)));
    }
    Dice::new(3).shuffle(&mut samples);
    check(&samples, Numbering::ByPush);
    check(&samples, Numbering::ByTime);
    let part = draft(&samples).seal(&owner("111122223333"), Numbering::ByTime).unwrap().bytes;
    let sections = forgery::sections(&part);
    let raw = |kind| sections.iter().find(|s| s.kind == kind).unwrap().raw;
    assert!(raw(BLOCK_DICTIONARY) > 50_000);
    let has_codes =
        |field: Field| sections.iter().any(|s| s.kind == CODES && s.column == field as u8);
    assert!(has_codes(Field::EventName) && has_codes(Field::SourceIdentity));
    assert!(!has_codes(Field::UserAgent) && !has_codes(Field::ErrorMessage));
}

const CODES: u8 = 3;
const BLOCK_DICTIONARY: u8 = 12;

#[test]
fn a_full_draft_takes_no_more_and_stays_whole() {
    let mut sample = Sample::of(b"{}", 0, Timestamp(0));
    let mut full = Draft::default();
    for number in 0..ROWS_MAX as u128 {
        // Ids that differ in their last bytes only, as some producers make them.
        sample.id = model::RecordId(number.to_be_bytes());
        sample.with_row(|row| full.push(row)).unwrap();
    }
    let refused = sample.with_row(|row| full.push(row));
    assert!(matches!(refused, Err(Error::TooLarge { .. })));
    assert_eq!((full.len(), full.raw_bytes()), (ROWS_MAX, 2 * ROWS_MAX as u64));
    let sealed = full.seal(&owner("111122223333"), Numbering::ByTime).unwrap();
    let part = Parts::new().add(sealed, numbers(0, ROWS_MAX));
    let mut last = Vec::new();
    Reader::new(&part).unwrap().record(part.rows() - 1, &mut last).unwrap();
    assert_eq!((part.rows() as usize, last), (ROWS_MAX, b"{}".to_vec()));
}

#[test]
fn long_records_come_back() {
    let noise = |seed: u64, len: usize| -> String {
        let mut dice = Dice::new(seed);
        (0..len).map(|_| char::from(b' ' + 13 + dice.below(70) as u8).to_string()).collect()
    };
    let noise = |seed, len| noise(seed, len).replace(['\\', '"'], "_");
    let numbers: Vec<String> = (0..150_000).map(|n| n.to_string()).collect();
    let members: Vec<String> = (0..20_000).map(|n| format!("\"key{n}\":\"value {n}\"")).collect();
    let texts = [
        format!("{{\"requestParameters\":\"{}\"}}", noise(1, 1 << 20)),
        format!("{{\"userAgent\":\"{}\",\"a\":[]}}", noise(2, 1 << 20)),
        format!("{{\"responseElements\":[{}]}}", numbers.join(" ,")),
        format!("{{{}}}", members.join(",\n")),
        format!("{{\"x\":{}}}", "[".repeat(60) + &"]".repeat(60)),
        "{}".to_owned(),
        format!("{{{}}}", " ".repeat(1 << 20)),
    ];
    let samples: Vec<Sample> =
        texts.iter().zip(0..).map(|(t, n)| Sample::of(t.as_bytes(), n, Timestamp(0))).collect();
    check(&samples, Numbering::ByPush);
}

#[test]
fn times_before_1970_and_after_2106_come_back() {
    let texts = [
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2106-02-07T06:28:15Z",
        "2106-02-07T06:28:16Z",
        "2023-07-10T11:42:31.999Z",
        "1969-12-31T23:59:59.001Z",
    ];
    let sample = |(text, number): (&&str, u64)| {
        let json = format!("{{\"eventTime\":\"{text}\",\"then\":\"2023-07-10T11:42:31Z\"}}");
        Sample::of(json.as_bytes(), number, Timestamp(5))
    };
    let samples: Vec<Sample> = texts.iter().zip(0..).map(sample).collect();
    check(&samples, Numbering::ByPush);
    samples.chunks(1).for_each(|one| check(one, Numbering::ByTime));
}

/// The engine keeps what it accepted even where it cannot read it.
#[test]
fn bytes_that_are_no_record_come_back_too() {
    let texts: [&[u8]; 7] = [
        b"",
        b"not JSON",
        b" {\"eventName\":\"Get\"}",
        b"{\"eventName\":\"Get\"}\n",
        b"{\"eventName\":\"Get\"} and more \x01\x02\x06\x21",
        b"\x01\x02\x03\x04\x05\x06",
        b"\xff\xfe\x00",
    ];
    let samples: Vec<Sample> =
        texts.iter().zip(0..).map(|(t, n)| Sample::of(t, n, Timestamp(n as i64))).collect();
    check(&samples, Numbering::ByPush);
}

#[test]
fn rows_of_one_moment_keep_the_order_they_came_in() {
    let samples: Vec<Sample> =
        (0..300).map(|n| Sample::of(b"{}", n, Timestamp(n as i64 / 100))).collect();
    let part = part_of(&samples, Numbering::ByPush);
    for row in 0..300 {
        assert_eq!(part.seq(row).unwrap(), Seq(u64::from(row)));
    }
}

#[test]
fn ids_that_come_twice_are_all_found() {
    let mut samples = wild(11, 200);
    let id = samples[0].id;
    (0..200).step_by(20).for_each(|place| samples[place].id = id);
    let part = part_of(&samples, Numbering::ByPush);
    assert_eq!(part.rows_of(id).unwrap().len(), 10);
    assert!(part.rows_of(model::RecordId([0xee; 16])).unwrap().is_empty());
}

#[test]
fn a_part_without_rows_can_be_read() {
    let part = part_of(&[], Numbering::ByTime);
    assert_eq!(part.rows(), 0);
    assert!(records(&part).unwrap().is_empty());
    assert!(part.rows_of(model::RecordId([0; 16])).unwrap().is_empty());
}

/// Once a part was read ahead, all but its blocks is asked of the memory.
#[test]
fn what_was_read_ahead_is_not_read_again() {
    for (count, numbering) in
        [(0, Numbering::ByTime), (1, Numbering::ByPush), (700, Numbering::ByPush)]
    {
        let samples = wild(17, count);
        let sealed = draft(&samples).seal(&owner("111122223333"), numbering).unwrap();
        let name = sealed.meta.id.file_name();
        let parts = Parts::new();
        let part = parts.add(sealed, numbers(0, count));
        part.warm().unwrap();
        parts.disk.open(name.as_ref()).unwrap().truncate(0).unwrap();
        for (row, (pushed, sample)) in in_order(&samples).into_iter().enumerate() {
            check_row(&part, row as u32, sample, Seq(pushed as u64));
        }
        let mut reader = Reader::new(&part).unwrap();
        let block = (count > 0).then(|| reader.record(0, &mut Vec::new()));
        assert!(block.is_none_or(|outcome| matches!(outcome, Err(Error::Io { .. }))));
    }
}

#[test]
fn more_rows_than_numbers_is_an_error() {
    let samples = wild(13, 10);
    let sealed = draft(&samples).seal(&owner("111122223333"), Numbering::ByTime).unwrap();
    let part = Parts::new().add(sealed, numbers(0, 9));
    assert!(part.seq(8).is_ok());
    assert!(matches!(part.seq(9), Err(Error::Damaged { .. })));
}
