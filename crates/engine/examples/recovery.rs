//! How long a server that was killed takes to come up again, by how much its journal holds.
//!
//! `recovery fill LOGS DATA MEBIBYTES` commits so many mebibytes of records, those of the log files
//! in LOGS again and again, in a directory where nothing is sealed; then the process ends as one
//! that is killed. `recovery open DATA` opens the directory as a start does.
#![allow(
    clippy::unwrap_used,
    clippy::exit,
    clippy::disallowed_methods,
    reason = "a tool for whoever measures: it stops where something is wrong"
)]

use engine::{Engine, Env, RealDisk, Settings};
use flate2::read::MultiGzDecoder;
use model::{AccountId, Body, Effect, Origin, Record};
use serde_json::value::RawValue;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Records of one frame, as a call of PutAuditEvents brings them.
const FRAME: usize = 100;
/// Log files that are read: enough that records are not all alike.
const FILES_MAX: usize = 64;

/// Nothing is sealed and no snapshot is written: all of the journal is to be replayed.
fn settings() -> Settings {
    Settings {
        seal_records: usize::MAX,
        seal_age_ms: i64::MAX,
        tail_bytes: usize::MAX,
        snapshot_bytes: u64::MAX,
        compaction: false,
        ..Settings::default()
    }
}

fn open(data: &Path) -> Engine {
    let disk = Arc::new(RealDisk::new(data.to_owned()));
    Engine::simulated(disk, settings(), Env::system()).unwrap().engine
}

fn log_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if found.len() >= FILES_MAX {
            return;
        }
        match path.is_dir() {
            true => log_files(&path, found),
            false if path.to_string_lossy().ends_with(".json.gz") => found.push(path),
            false => {}
        }
    }
}

fn bodies(path: &Path) -> Vec<Vec<u8>> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(rename = "Records")]
        records: Vec<Box<RawValue>>,
    }
    let file: File =
        serde_json::from_reader(MultiGzDecoder::new(fs::File::open(path).unwrap())).unwrap();
    file.records.iter().map(|record| record.get().as_bytes().to_vec()).collect()
}

fn journal_bytes(data: &Path) -> u64 {
    let files = fs::read_dir(data.join("journal")).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

fn fill(logs: &Path, data: &Path, mebibytes: u64) {
    fs::create_dir_all(data).unwrap();
    let (engine, mut files) = (open(data), Vec::new());
    log_files(logs, &mut files);
    let bodies: Vec<Vec<u8>> = files.iter().flat_map(|path| bodies(path)).collect();
    let owner = AccountId::parse("111122223333").unwrap();
    let record = |body: &Vec<u8>| Record {
        owner: owner.clone(),
        origin: Origin::Recorded,
        ingested: engine.env().now(),
        stores: None,
        body: Body::ApiCall(body.as_slice().into()),
    };
    let (mut next, mut left) = (bodies.iter().cycle(), mebibytes << 20);
    while left > 0 {
        let records: Vec<Record> = next.by_ref().take(FRAME).map(record).collect();
        let bytes: usize = records.iter().map(|record| record.body.bytes().len()).sum();
        left = left.saturating_sub(bytes as u64);
        let effect = Effect { records, ..Effect::default() };
        let _durable = engine.commit(move |_| ((), effect)).wait().unwrap();
    }
    std::process::exit(0);
}

fn measure(data: &Path) {
    let journal = journal_bytes(data);
    let start = Instant::now();
    let engine = open(data);
    let seconds = start.elapsed().as_secs_f64();
    let records = engine.status().tail_records;
    println!(r#"{{"seconds":{seconds:.3},"journal_bytes":{journal},"records":{records}}}"#);
    std::process::exit(0);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fill", logs, data, mebibytes] => {
            fill(Path::new(logs), Path::new(data), mebibytes.parse().unwrap());
        }
        ["open", data] => measure(Path::new(data)),
        _ => println!("recovery fill LOGS DATA MEBIBYTES | recovery open DATA"),
    }
}
