//! CloudTrail records of our own making: the same for the same seed, and as mixed as real ones.

use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::caller::{self, Caller, Sessions};
use super::draw::Draw;
use super::kinds::{self, ASSUME_ROLE, Failure, KINDS, Kind};
use super::world::World;
use crate::random::{Random, Zipf};

/// Records in one file.
pub(super) const RECORDS_PER_FILE: u64 = 10_000;

/// 2026-08-03T00:00:00Z: the first record; the last comes ninety days later.
const START_S: i64 = 1_785_715_200;
const SPAN_S: u64 = 90 * 86_400;
const ERROR_SHARE: f64 = 0.12;
const TLS_SHARE: f64 = 0.8;
const WORKERS: u64 = 2;

/// Writes `records` records into numbered files; how many bytes they have unpacked.
pub(super) fn write_files(directory: &Path, records: u64, seed: u64) -> Result<u64> {
    let world = World::new(seed);
    let world = &world;
    let files = records.div_ceil(RECORDS_PER_FILE);
    thread::scope(|scope| {
        let spawn = |worker| {
            scope.spawn(move || write_every(worker..files, directory, world, records, seed))
        };
        let workers: Vec<_> = (0..WORKERS).map(spawn).collect();
        let mut bytes = 0;
        for worker in workers {
            bytes += worker.join().unwrap_or_else(|_| anyhow::bail!("a generator stopped"))?;
        }
        Ok(bytes)
    })
}

fn write_every(
    files: Range<u64>,
    directory: &Path,
    world: &World,
    records: u64,
    seed: u64,
) -> Result<u64> {
    let mut bytes = 0;
    for file in files.step_by(WORKERS as usize) {
        let first = file * RECORDS_PER_FILE;
        let last = records.min(first + RECORDS_PER_FILE);
        let text = Generator::new(world, seed, file).file(first..last, records);
        let path = directory.join(format!("generated_{file:05}.json.gz"));
        let mut packed = GzEncoder::new(Vec::new(), Compression::new(6));
        packed.write_all(text.as_bytes())?;
        fs::write(&path, packed.finish()?)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        bytes += text.len() as u64;
    }
    Ok(bytes)
}

/// The stream of records of one file.
#[derive(Debug)]
pub(super) struct Generator<'a> {
    world: &'a World,
    random: Random,
    kinds: Zipf,
    sessions: Sessions,
}

impl<'a> Generator<'a> {
    /// The stream of file number `file`.
    pub(super) fn new(world: &'a World, seed: u64, file: u64) -> Self {
        let weights = KINDS.iter().chain([&ASSUME_ROLE]).map(|kind| kind.weight);
        let kinds = Zipf::of_weights(weights);
        Self { world, random: Random::new(seed, file), kinds, sessions: Sessions::default() }
    }

    /// The text of a file that holds the records of a range out of `all`.
    pub(super) fn file(&mut self, range: Range<u64>, all: u64) -> String {
        let mut text = String::from("{\"Records\":[");
        let first = range.start;
        for number in range {
            if number > first {
                text.push(',');
            }
            self.record(number, all, &mut text);
        }
        text + "]}"
    }

    fn record(&mut self, number: u64, all: u64, text: &mut String) {
        let at_s = START_S + i64::try_from(SPAN_S * number / all.max(1)).unwrap_or(0);
        let time = Timestamp::from_second(at_s).map_or_else(|_| String::new(), |t| t.to_string());
        let random = &mut self.random;
        let kind = KINDS.get(self.kinds.draw(random)).unwrap_or(&ASSUME_ROLE);
        let caller = Caller::draw(self.world, random, &mut self.sessions, kind, &time);
        let failure = failure(random, kind);
        let role = self.world.role_rank.draw(random);
        let has_tls = !caller.is_service && random.fraction() < TLS_SHARE;
        let mut draw = Draw::new(self.world, random);
        let identity = caller.identity;
        caller.describe(&mut draw, kind);
        let issued = (kind.name == ASSUME_ROLE.name)
            .then(|| caller::lend(&mut draw, self.world, role, &time));
        draw.set("time", time);
        draw.fill("{\"eventVersion\":\"1.11\",\"userIdentity\":", text);
        draw.fill(identity, text);
        draw.fill(kinds::HEAD, text);
        outcome(&mut draw, kind, failure, text);
        draw.fill(kinds::TAIL, text);
        draw.fill(if has_tls { kinds::TLS } else { "" }, text);
        text.push('}');
        if let Some(session) = issued.flatten().filter(|_| failure.is_none()) {
            self.sessions.issue(session);
        }
    }
}

fn failure(random: &mut Random, kind: &Kind) -> Option<Failure> {
    let fails = random.fraction() < ERROR_SHARE;
    let which = random.below(kind.failures.len());
    kind.failures.get(which).copied().filter(|_| fails)
}

fn outcome(draw: &mut Draw<'_>, kind: &Kind, failure: Option<Failure>, text: &mut String) {
    if let Some((code, message)) = failure {
        draw.fill(&format!(r#""errorCode":"{code}","errorMessage":"{message}","#), text);
    }
    text.push_str("\"requestParameters\":");
    draw.fill(kind.request, text);
    text.push_str(",\"responseElements\":");
    draw.fill(if failure.is_some() { "null" } else { kind.response }, text);
    text.push(',');
    draw.fill(kind.more, text);
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;

    fn records(seed: u64) -> (usize, Vec<Value>) {
        let world = World::new(seed);
        let text = Generator::new(&world, seed, 0).file(0..5_000, 5_000);
        let Value::Array(records) = serde_json::from_str::<Value>(&text).unwrap()["Records"].take()
        else {
            panic!("no records")
        };
        (text.len(), records)
    }

    #[test]
    fn is_the_same_for_the_same_seed() {
        let world = World::new(3);
        let first = Generator::new(&world, 3, 1).file(0..50, 50);
        assert_eq!(first, Generator::new(&world, 3, 1).file(0..50, 50));
        assert_ne!(first, Generator::new(&world, 3, 2).file(0..50, 50));
    }

    #[test]
    fn has_records_of_a_real_size() {
        let (bytes, records) = records(1);
        let average = bytes / records.len();
        assert!((1_250..=1_550).contains(&average), "{average} bytes a record");
    }

    #[test]
    fn fails_about_one_call_in_eight() {
        let (_, records) = records(1);
        let failed = records.iter().filter(|record| record.get("errorCode").is_some()).count();
        assert!((500..=700).contains(&failed), "{failed} of 5000 failed");
    }

    #[test]
    fn mixes_kinds_accounts_and_regions() {
        let (_, records) = records(1);
        let count = |name: &str| {
            let values = records.iter().map(|record| record[name].to_string());
            values.collect::<BTreeSet<_>>().len()
        };
        assert!(count("eventName") >= 30);
        assert!(count("eventSource") >= 10);
        assert_eq!(count("recipientAccountId"), 12);
        assert_eq!(count("awsRegion"), 8);
        assert_eq!(count("eventID"), records.len());
    }

    #[test]
    fn uses_the_keys_it_issued() {
        let (_, records) = records(1);
        let mut issued = BTreeMap::new();
        let mut used = 0;
        for record in &records {
            let who = &record["userIdentity"];
            if let Some(arn) = who["accessKeyId"].as_str().and_then(|key| issued.get(key)) {
                used += 1;
                let (name, _): &(String, ()) = arn;
                assert!(who["principalId"].as_str().unwrap().ends_with(name.as_str()));
            }
            if let Some(key) = record["responseElements"]["credentials"]["accessKeyId"].as_str() {
                let name = record["requestParameters"]["roleSessionName"].as_str().unwrap();
                issued.insert(key.to_owned(), (name.to_owned(), ()));
            }
        }
        assert!(issued.len() > 200 && used > 1_000, "{} issued, {used} used", issued.len());
    }

    #[test]
    fn leaves_no_template_word_behind() {
        let (_, records) = records(1);
        for record in records {
            let text = record.to_string();
            assert!(!text.contains('<') && !text.contains('>'), "{text}");
        }
    }
}
