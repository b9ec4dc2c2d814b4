//! The work that `cargo xtask bench --quick` counts the instructions of: importing log files,
//! looking records up by their ids, reading one value of every record.
//!
//! `kernels import LOGS DATA`, `kernels lookup DATA COUNT`, `kernels column DATA TIMES`,
//! `kernels member DATA TIMES`. Nothing follows in the background, clock and randomness repeat,
//! one thread imports: the same work takes the same instructions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a tool for whoever measures: it stops where something is wrong"
)]

use engine::{Engine, Env, ImportRequest, RealDisk, Settings};
use lake::{Part, Path as Place, Rows};
use model::Timestamp;
use model::resource::ImportStatus;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// 2026-11-01T00:00:00Z.
const NOW: Timestamp = Timestamp(1_793_491_200_000);
/// How often it is asked whether the import has ended.
const PAUSE: Duration = Duration::from_millis(200);

fn open(data: &Path) -> Engine {
    let settings = Settings { threads: 1, compaction: false, ..Settings::default() };
    let disk = Arc::new(RealDisk::new(data.to_owned()));
    Engine::simulated(disk, settings, Env::simulated(NOW, 1)).unwrap().engine
}

fn import(logs: &Path, data: &Path) {
    std::fs::create_dir_all(data).unwrap();
    let engine = open(data);
    let request =
        ImportRequest { paths: vec![logs.to_owned()], owner: None, store: None, resume: false };
    let id = engine.start_import(request).unwrap();
    let done = loop {
        thread::sleep(PAUSE);
        let import = engine.import(&id).unwrap();
        if import.status != ImportStatus::Running {
            break import;
        }
    };
    assert_eq!(done.status, ImportStatus::Completed);
    engine.close();
    println!("{} records imported", done.added);
}

/// Looks records up that are spread evenly over all parts.
fn lookup(data: &Path, count: usize) {
    let engine = open(data);
    let parts = Arc::clone(&engine.snapshot().parts);
    for at in 0..count {
        let part = &parts[at % parts.len()];
        let row = (at as u32).wrapping_mul(0x9E37_79B1) % part.rows();
        let id = part.id(row).unwrap().to_uuid();
        assert_eq!(engine.records_with_id(&id).unwrap().len(), 1);
    }
    println!("{count} records looked up");
}

/// Counts the event names of all records, code by code, as a statement does that groups by them.
fn column(data: &Path, times: usize) {
    let place = Place::text(vec![vec!["eventName".to_owned()]]);
    let mut counts = BTreeMap::new();
    scan(data, times, &mut |part| {
        let rows = Rows::new(part).unwrap();
        let coded = rows.coded(&rows.locate(&place)).unwrap().unwrap();
        let mut of_code = vec![0_u64; 1 + coded.len()];
        for row in 0..part.rows() {
            of_code[coded.at(row) as usize] += 1;
        }
        for (code, count) in (0..).zip(of_code).filter(|(_, count)| *count > 0) {
            let name = coded.text(code).unwrap_or_default().into_owned();
            *counts.entry(name).or_insert(0) += count;
        }
    });
    println!("{} event names, {} rows", counts.len(), counts.values().sum::<u64>());
}

/// Reads a member of the parameters of all records that have it.
fn member(data: &Path, times: usize) {
    let keys = ["requestParameters", "bucketName"].map(str::to_owned);
    let place = Place::text(vec![keys.to_vec()]);
    let (mut found, mut bytes, mut text) = (0, 0, Vec::new());
    scan(data, times, &mut |part| {
        let mut rows = Rows::new(part).unwrap();
        let way = rows.locate(&place);
        for row in 0..part.rows() {
            text.clear();
            found += usize::from(rows.read(row, &way, &mut text).unwrap());
            bytes += text.len();
        }
    });
    println!("{found} names of buckets, {bytes} bytes");
}

fn scan(data: &Path, times: usize, read: &mut dyn FnMut(&Arc<Part>)) {
    let engine = open(data);
    let parts = Arc::clone(&engine.snapshot().parts);
    for _ in 0..times {
        parts.iter().for_each(&mut *read);
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (work, first, second) = (words[0].as_str(), Path::new(&words[1]), words[2].as_str());
    let count = || second.parse().unwrap();
    match work {
        "import" => import(first, Path::new(second)),
        "lookup" => lookup(first, count()),
        "column" => column(first, count()),
        "member" => member(first, count()),
        other => unreachable!("no kernel `{other}`"),
    }
}
