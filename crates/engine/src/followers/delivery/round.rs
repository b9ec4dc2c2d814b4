//! Records of a trail on their way into files: one open file a region and kind.

use crate::derive;
use crate::settings::{FILE_TEXT_MAX, ROUND_TEXT_MAX};
use formats::{Gzip, cloudtrail};
use lake::Found;
use ledger::Hash;
use ledger::Hasher;
use ledger::digest::FileKind;
use model::{Category, Field, RecordView, Scan, Seq, Timestamp};
use std::collections::BTreeMap;

/// What stands before the records, between them, and behind.
const HEAD: &[u8] = b"{\"Records\":[";
const BETWEEN: &[u8] = b",";
const TAIL: &[u8] = b"]}";

/// The files of one plan.
#[derive(Debug)]
pub(super) struct Round {
    /// The region of records that name none.
    home: String,
    files: BTreeMap<(String, FileKind), Open>,
    text_bytes: usize,
    scan: Scan,
}

/// A file that takes records.
#[derive(Debug)]
struct Open {
    gzip: Gzip,
    hasher: Hasher,
    text_bytes: usize,
    summary: Summary,
}

/// What is in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    pub(super) records: u64,
    pub(super) first: Seq,
    pub(super) last: Seq,
    pub(super) oldest: Timestamp,
    pub(super) newest: Timestamp,
}

/// A file that takes no more.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) region: String,
    pub(super) kind: FileKind,
    pub(super) summary: Summary,
    /// Of the text.
    pub(super) hash: Hash,
    /// Compressed.
    pub(super) bytes: Vec<u8>,
}

impl Round {
    pub(super) fn new(home: &str) -> Self {
        let (files, scan) = (BTreeMap::new(), Scan::default());
        Self { home: home.to_owned(), files, text_bytes: 0, scan }
    }

    /// Takes a record, in the order of numbers; `false`, and nothing is taken, where it would
    /// make a file too large. One record is never too large.
    pub(super) fn take(&mut self, found: &Found) -> bool {
        derive::scan(&found.bytes, &mut self.scan);
        let view = RecordView::new(&found.bytes, &self.scan);
        let text = cloudtrail::plain(&view);
        let bytes = text.iter().map(|piece| piece.len()).sum::<usize>() + BETWEEN.len();
        let key = (region(&view).unwrap_or_else(|| self.home.clone()), kind(&view));
        let held = self.files.get(&key).map_or(0, |file| file.text_bytes);
        if self.text_bytes > 0
            && (held + bytes > FILE_TEXT_MAX || self.text_bytes + bytes > ROUND_TEXT_MAX)
        {
            return false;
        }
        let file = self.files.entry(key).or_insert_with(|| Open::new(found));
        file.push(found, &text);
        file.text_bytes += bytes;
        self.text_bytes += bytes;
        true
    }

    pub(super) fn finish(self) -> impl Iterator<Item = Closed> {
        self.files.into_iter().map(|((region, kind), file)| file.close(region, kind))
    }
}

impl Open {
    fn new(found: &Found) -> Self {
        let (seq, time) = (found.place.seq, found.place.time);
        let summary = Summary { records: 0, first: seq, last: seq, oldest: time, newest: time };
        let (gzip, hasher) = (Gzip::default(), Hasher::default());
        let mut file = Self { gzip, hasher, text_bytes: HEAD.len() + TAIL.len(), summary };
        file.text(HEAD);
        file
    }

    fn text(&mut self, text: &[u8]) {
        self.gzip.push(text);
        self.hasher.update(text);
    }

    fn push(&mut self, found: &Found, pieces: &[&[u8]]) {
        if self.summary.records > 0 {
            self.text(BETWEEN);
        }
        pieces.iter().for_each(|piece| self.text(piece));
        let (summary, time) = (&mut self.summary, found.place.time);
        summary.records += 1;
        summary.last = found.place.seq;
        (summary.oldest, summary.newest) = (summary.oldest.min(time), summary.newest.max(time));
    }

    fn close(mut self, region: String, kind: FileKind) -> Closed {
        self.text(TAIL);
        let Self { gzip, hasher, summary, .. } = self;
        Closed { region, kind, summary, hash: hasher.finish(), bytes: gzip.finish() }
    }
}

/// The region that a record names, if it can stand in an object's name.
fn region(view: &RecordView<'_>) -> Option<String> {
    let region = view.text(Field::AwsRegion)?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_name = !region.is_empty() && region.len() <= 32 && region.bytes().all(fits);
    is_name.then(|| region.into_owned())
}

fn kind(view: &RecordView<'_>) -> FileKind {
    match cloudtrail::category(view) {
        Category::NetworkActivity => FileKind::NetworkActivity,
        Category::Insight => FileKind::Insight,
        Category::Aggregated => FileKind::Aggregated,
        _ => FileKind::CloudTrail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lake::Place;
    use model::{AccountId, Origin, RecordId};

    /// A record of a region with about `bytes` bytes.
    fn found(seq: u64, region: &str, bytes: usize) -> Found {
        let time = Timestamp(1_000 * i64::try_from(seq).unwrap());
        let json = format!(
            r#"{{"awsRegion":"{region}","eventContext":{{"a":1}},"fill":"{}"}}"#,
            "a".repeat(bytes)
        );
        Found {
            place: Place { time, seq: Seq(seq) },
            owner: AccountId::parse("111122223333").unwrap(),
            origin: Origin::Recorded,
            id: RecordId([0; 16]),
            bytes: json.into_bytes().into(),
            hidden: false,
        }
    }

    #[test]
    fn a_file_ends_before_the_record_that_would_make_it_too_large() {
        let mut round = Round::new("us-east-1");
        let taken = (0..100).take_while(|n| round.take(&found(*n, "us-east-1", 1_000_000)));
        assert_eq!(taken.count(), 49);
        let files: Vec<Closed> = round.finish().collect();
        assert_eq!((files.len(), files[0].summary.records), (1, 49));
        assert_eq!((files[0].summary.first, files[0].summary.last), (Seq(0), Seq(48)));
        let mut round = Round::new("us-east-1");
        assert!(round.take(&found(0, "us-east-1", FILE_TEXT_MAX)), "alone it is never too large");
        assert!(!round.take(&found(1, "us-east-1", 1)));
    }

    #[test]
    fn all_files_of_a_round_together_have_a_bound() {
        let mut round = Round::new("us-east-1");
        let regions = ["a-1", "a-2", "a-3", "a-4", "a-5", "a-6"];
        let taken = (0..24).take_while(|n| {
            let region = regions[usize::try_from(n / 4).unwrap()];
            round.take(&found(*n, region, 9_999_900))
        });
        assert_eq!(taken.count(), 20);
    }

    #[test]
    fn records_lose_their_context_and_strange_regions_are_those_of_home() {
        let mut round = Round::new("us-east-1");
        for (seq, region) in [(3, "../etc"), (4, "eu-west-1"), (5, "")] {
            assert!(round.take(&found(seq, region, 0)));
        }
        let files: Vec<Closed> = round.finish().collect();
        let told: Vec<(&str, u64)> =
            files.iter().map(|file| (file.region.as_str(), file.summary.records)).collect();
        assert_eq!(told, [("eu-west-1", 1), ("us-east-1", 2)]);
        let text = br#"{"Records":[{"awsRegion":"eu-west-1","fill":""}]}"#;
        assert_eq!(files[0].hash, Hash::of_bytes(text));
        assert_eq!(
            (files[1].summary.oldest, files[1].summary.newest),
            (Timestamp(3_000), Timestamp(5_000))
        );
    }
}
