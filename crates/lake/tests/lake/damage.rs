//! Rotten, cut, foreign and forged parts: an error, or the very same records; never a panic.

use crate::call::{self, Call};
use crate::dice::Dice;
use crate::forgery::{self, finish, meta_of, sections, with_block, with_section};
use crate::question::{self, ATTRIBUTES};
use crate::sample::{Parts, Sample, draft, numbers, owner, records};
use lake::{Attribute, Error, Match, Numbering, Part, Reader, Search, Snapshot, Term};
use model::{Field, PartMeta, RecordId, Seq, Timestamp};
use proptest::prelude::*;
use std::sync::{Arc, OnceLock};

/// A small part that has sections of every kind, and what is to be asked of it.
struct Whole {
    bytes: Vec<u8>,
    meta: PartMeta,
    ids: Vec<RecordId>,
    searches: Vec<Search>,
}

fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let mut dice = Dice::new(42);
        let mut calls: Vec<Call> = (0..40).map(|n| Call::random(&mut dice, n)).collect();
        calls.truncate(12);
        // Of the lists of rows of this column nothing else asks.
        let mut fields = calls[0].fields.clone();
        fields.retain(|(field, _)| *field != Field::IssuerUserName);
        fields.push((Field::IssuerUserName, "an issuer only".to_owned()));
        calls[0].rewrite(fields);
        calls.iter_mut().for_each(|call| call.seq = Seq(call.sample.payload[0].into()));
        let sealed = draft(calls.iter().map(|call| &call.sample));
        let sealed = sealed.seal(&owner("111122223333"), Numbering::ByPush).unwrap();
        // One term a kind by chance, one that holds of everything: so all columns are read.
        let all = Match::Like("*".to_owned());
        let mut terms = vec![
            Term::is(Attribute::ResourceName, "logs"),
            Term::is(Attribute::Who, "an issuer only"),
        ];
        terms.extend(ATTRIBUTES.iter().map(|what| question::term(&mut dice, &calls, *what)));
        terms.extend(ATTRIBUTES.iter().map(|what| Term { what: *what, matches: all.clone() }));
        let ask = |term| Search { terms: vec![term], include_hidden: true, ..Search::default() };
        let mut searches: Vec<Search> = terms.into_iter().map(ask).collect();
        searches.push(Search { store: Some("b".to_owned()), ..Search::default() });
        let ids = calls.iter().map(|call| call.sample.id).collect();
        let meta = PartMeta { seqs: numbers(0, calls.len()), ..sealed.meta };
        Whole { bytes: sealed.bytes, meta, ids, searches }
    })
}

/// Everything that there is to know of a part.
#[derive(Debug, PartialEq)]
struct Seen {
    records: Vec<Vec<u8>>,
    rows: Vec<(Timestamp, Timestamp, RecordId, lake::Flags, Seq)>,
    of_ids: Vec<Vec<u32>>,
    stores: Vec<Option<String>>,
    answers: Vec<Vec<(Seq, Arc<[u8]>)>>,
}

fn look(part: &Arc<Part>) -> Result<Seen, Error> {
    let row = |row| {
        let times = (part.time(row)?, part.ingested(row)?);
        Ok((times.0, times.1, part.id(row)?, part.flags(row)?, part.seq(row)?))
    };
    let parts = Arc::new(vec![Arc::clone(part)]);
    let snapshot = Snapshot { parts, tail: Vec::new(), end: Seq(u64::MAX) };
    let answer = |search| {
        let page = snapshot.search(search, &|_| true)?;
        Ok(page.rows.into_iter().map(|found| (found.place.seq, found.bytes)).collect())
    };
    let stores = part.memberships()?;
    let held = |row| stores.as_ref().and_then(|stores| stores.of(row)).map(str::to_owned);
    Ok(Seen {
        stores: (0..part.rows()).map(held).collect(),
        records: records(part)?,
        rows: (0..part.rows()).map(row).collect::<Result<_, Error>>()?,
        of_ids: whole().ids.iter().map(|id| part.rows_of(*id)).collect::<Result<_, _>>()?,
        answers: whole().searches.iter().map(answer).collect::<Result<_, Error>>()?,
    })
}

fn open(bytes: Vec<u8>) -> Result<Arc<Part>, Error> {
    let meta = meta_of(&whole().meta, &bytes);
    Parts::new().open(meta, bytes)
}

/// As the file lies there: the manifest still says how long it was.
fn open_rotten(bytes: Vec<u8>) -> Result<Arc<Part>, Error> {
    Parts::new().open(whole().meta.clone(), bytes)
}

#[test]
fn the_whole_part_can_be_read_and_has_every_kind_of_section() {
    let seen = look(&open(whole().bytes.clone()).unwrap()).unwrap();
    assert!(seen.answers.iter().filter(|rows| !rows.is_empty()).count() > 12);
    let kinds: Vec<u8> = sections(&whole().bytes).iter().map(|s| s.kind).collect();
    (0..=12).for_each(|kind| assert!(kinds.contains(&kind), "kind {kind}"));
}

/// Opening reads header, directory and summary; all else is checked when it is first needed.
/// Somebody who reads all of it meets every flipped bit.
#[test]
fn no_flipped_bit_goes_unnoticed() {
    let whole = whole();
    let summary = sections(&whole.bytes).into_iter().find(|s| s.kind == 0).unwrap();
    let summary = summary.offset..summary.offset + summary.stored;
    let directory = forgery::directory_at(&whole.bytes);
    let mut dice = Dice::new(9);
    for at in 0..whole.bytes.len() {
        let mut bytes = whole.bytes.clone();
        bytes[at] ^= if dice.once_in(4) { 0xff } else { 1 << dice.below(8) };
        let at_once = at < 32 || summary.contains(&at) || at >= directory;
        match open_rotten(bytes) {
            Ok(part) => {
                assert!(!at_once, "byte {at} was not checked in opening");
                assert!(look(&part).is_err(), "byte {at} is not checked at all");
            }
            Err(error) => assert!(at_once, "byte {at}: {error}"),
        }
    }
}

#[test]
fn a_cut_or_grown_part_is_refused() {
    let whole = whole();
    for len in 0..whole.bytes.len() {
        assert!(open_rotten(whole.bytes[..len].to_vec()).is_err(), "{len}");
        assert!(open(whole.bytes[..len].to_vec()).is_err(), "{len}");
    }
    assert!(open_rotten([&whole.bytes[..], b"x"].concat()).is_err());
}

/// A column of equal values takes no room however long it is: what the summary claims must be
/// refused before anything is counted by it.
#[test]
fn a_part_that_claims_more_rows_than_parts_have_is_refused() {
    let whole = whole();
    let at = sections(&whole.bytes).iter().position(|section| section.kind == 0).unwrap();
    let summary = forgery::raw(&whole.bytes, &sections(&whole.bytes)[at]);
    assert!(u64::from(summary[0]) == whole.meta.rows && summary[0] < 0x80);
    for rows in [lake::ROWS_MAX as u64 + 1, u64::from(u32::MAX), 1 << 60, u64::MAX] {
        let mut claimed = Vec::new();
        forgery::varint(&mut claimed, rows);
        claimed.extend_from_slice(&summary[1..]);
        let bytes = with_section(&whole.bytes, at, Some(&claimed));
        let meta = PartMeta { rows, ..meta_of(&whole.meta, &bytes) };
        let parts = Parts::new();
        let opened = parts.open(meta.clone(), bytes).unwrap_err();
        let path = std::path::Path::new("");
        let described = Part::describe(&parts.disk, path, meta.id).unwrap_err();
        for error in [opened, described] {
            assert!(error.to_string().contains("more rows than a part has"), "{error}");
        }
    }
}

#[test]
fn a_missing_part_says_so() {
    let parts = Parts::new();
    let meta = whole().meta.clone();
    let path = std::path::Path::new("");
    let error = Part::open(&parts.disk, path, meta, &parts.cache).unwrap_err();
    assert!(matches!(error, Error::Io { operation: "open", .. }), "{error}");
}

#[test]
fn another_part_under_the_same_name_is_refused() {
    let whole = whole();
    let other = |change: &dyn Fn(&mut PartMeta)| {
        let mut meta = whole.meta.clone();
        change(&mut meta);
        Parts::new().open(meta, whole.bytes.clone())
    };
    assert!(other(&|_| {}).is_ok());
    let changes: [&dyn Fn(&mut PartMeta); 5] = [
        &|meta| meta.owner = owner("444455556666"),
        &|meta| meta.rows += 1,
        &|meta| meta.bytes += 1,
        &|meta| meta.time_min.0 += 1,
        &|meta| meta.ingested_min.0 -= 1,
    ];
    for change in changes {
        assert!(matches!(other(change), Err(Error::Damaged { .. })));
    }
}

#[test]
fn a_newer_part_is_refused_by_name() {
    for version in 2..=255 {
        let mut bytes = whole().bytes.clone();
        bytes[7] = version;
        let error = open(bytes).unwrap_err();
        assert!(matches!(error, Error::Newer { version: v, .. } if v == version), "{error}");
        assert!(error.to_string().contains("start the newer pugmark"), "{error}");
    }
}

#[test]
fn an_encrypted_part_is_refused() {
    let mut bytes = whole().bytes.clone();
    bytes[8] = 1;
    assert!(open(bytes).unwrap_err().to_string().contains("encrypted"));
}

/// Another content of a section with its checksum right: whatever comes of it, no panic.
fn survive(bytes: Vec<u8>) {
    if let Ok(part) = open(bytes) {
        let _seen: Result<Seen, Error> = look(&part);
        if let Ok(mut reader) = Reader::new(&part) {
            let _read: Result<(), Error> = reader.record(part.rows() - 1, &mut Vec::new());
        }
    }
}

fn mangle(dice: &mut Dice, raw: &[u8]) -> Vec<u8> {
    let mut out = raw.to_vec();
    let at = dice.below(out.len());
    match dice.below(6) {
        0 => out.truncate(at),
        1 => out.extend((0..dice.below(20)).map(|_| dice.clone().word() as u8)),
        2 => out.splice(at..at, [0xff; 9].into_iter().chain([1])).for_each(drop),
        3 if !out.is_empty() => out[0] = dice.word() as u8,
        4 => out = (0..dice.below(40)).map(|_| dice.word() as u8).collect(),
        _ if !out.is_empty() => out[at] ^= 1 << dice.below(8),
        _ => {}
    }
    out
}

#[test]
fn forged_sections_do_no_harm() {
    let bytes = &whole().bytes;
    let mut dice = Dice::new(10);
    for (at, section) in sections(bytes).iter().enumerate() {
        let raw = forgery::raw(bytes, section);
        for _ in 0..20 {
            survive(with_section(bytes, at, Some(&mangle(&mut dice, &raw))));
        }
        survive(with_section(bytes, at, Some(&[])));
        survive(with_section(bytes, at, None));
    }
}

/// Columns that claim to be endless, times at the end of time, and the like.
#[test]
fn forged_claims_do_no_harm() {
    let bytes = &whole().bytes;
    let endless = [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let claims: [Vec<u8>; 4] = [
        [&[0, 0][..], &endless].concat(),
        [&[1, 0][..], &endless].concat(),
        [&[0][..], &endless].concat(),
        [&[56, 12][..], &[0xff; 84]].concat(),
    ];
    for at in 0..sections(bytes).len() {
        claims.iter().for_each(|claim| survive(with_section(bytes, at, Some(claim))));
    }
}

#[test]
fn forged_blocks_do_no_harm() {
    let bytes = &whole().bytes;
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    let heads: Vec<u8> = huge.repeat(24);
    for (rows, claimed) in [(12, 240), (128, 240), (0, 0), (12, 1 << 30), (u64::MAX, u64::MAX)] {
        survive(with_block(bytes, &forgery::block(rows, claimed, &heads, &[0; 64])));
    }
    let mut dice = Dice::new(11);
    for _ in 0..300 {
        let text: Vec<u8> = (0..dice.below(300)).map(|_| dice.word() as u8 & 0x8f).collect();
        let block = forgery::block(12, text.len() as u64, &text, &[7; 48]);
        survive(with_block(bytes, &block));
    }
}

/// A block that nearly claims more than memory holds is refused before any is asked for.
#[test]
fn what_shrank_beyond_belief_is_refused() {
    let bytes = &whole().bytes;
    let part = open(with_block(bytes, &forgery::block(12, 1 << 30, b"x", &[]))).unwrap();
    assert!(matches!(records(&part), Err(Error::Damaged { .. })));
    let mut sections = sections(bytes);
    sections[0].zstd = true;
    sections[0].raw = 1 << 30;
    let body = bytes[..forgery::directory_at(bytes)].to_vec();
    assert!(open(finish(body, &sections)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_is_no_part(
        garbage in prop::collection::vec(any::<u8>(), 0..400),
        dressed in 0u8..4,
        kinds in prop::collection::vec((0u8..16, 0u8..70, any::<bool>(), 0usize..500), 0..20),
    ) {
        let mut bytes = garbage;
        if dressed > 0 {
            bytes.splice(0..0, b"PUGPART\x01".iter().copied().chain([0; 24]));
        }
        if dressed > 1 {
            let len = bytes.len();
            let section = |(kind, column, zstd, at): (u8, u8, bool, usize)| {
                let (offset, stored) = (at % (len + 9), (at * 7) % 90);
                let crc = crc32c::crc32c(bytes.get(offset..offset + stored).unwrap_or_default());
                forgery::Section { kind, column, zstd, offset, stored, raw: stored, crc }
            };
            let sections: Vec<forgery::Section> = kinds.into_iter().map(section).collect();
            bytes = finish(bytes, &sections);
        }
        prop_assert!(open(bytes.clone()).is_err());
        prop_assert!(open_rotten(bytes).is_err());
    }
}

/// A record damaged behind the cache's back is not mistaken for the one read before.
#[test]
fn damaged_parts_do_not_share_a_cache() {
    let parts = Parts::new();
    let whole = whole();
    let good = parts.open(whole.meta.clone(), whole.bytes.clone()).unwrap();
    let before = look(&good).unwrap();
    let mut bytes = whole.bytes.clone();
    bytes[40] ^= 1;
    let bad = parts.open(whole.meta.clone(), bytes).unwrap();
    assert!(look(&bad).is_err());
    assert_eq!(look(&good).unwrap(), before);
}

/// Two owners' parts with equal rows are told apart by their owners.
#[test]
fn a_part_belongs_to_its_owner() {
    let samples = [Sample::of(b"{}", 0, Timestamp(0))];
    let name = |text| draft(&samples).seal(&owner(text), Numbering::ByTime).unwrap().meta.id;
    assert_ne!(name(call::OWNERS[0]), name(call::OWNERS[1]));
}
