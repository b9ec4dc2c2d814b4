//! Verification: every accident is found, and nothing sound is accused.

mod accidents;
mod flips;
mod homes;
mod lakes;

use crate::sim::world::disk;
use engine::sim::SimDisk;
use engine::{Outcome, Report, verify_on};
use model::disk::{Disk, read_all};
use std::path::{Path, PathBuf};

/// A number from the environment: `FLIPS=10000`.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A lake that has lived `lives` lives, with parts, several segments and States.
fn lake(seed: u64, is_closed: bool) -> SimDisk {
    disk(seed, 5, is_closed, None).unwrap()
}

/// Every file that verification answers for: not those that a crash left half written.
fn files(disk: &SimDisk) -> Vec<PathBuf> {
    let of = |dir: &str| {
        let names = disk.list(Path::new(dir)).unwrap();
        names.into_iter().map(|name| Path::new(dir).join(name)).collect::<Vec<_>>()
    };
    let mut files: Vec<PathBuf> =
        ["journal", "state", "cold", "parts"].into_iter().flat_map(of).collect();
    files.retain(|path| path.extension().is_none_or(|ending| ending != "new"));
    files.extend(["directory.json", "root.key"].map(PathBuf::from));
    files
}

fn bytes(disk: &SimDisk, path: &Path) -> Vec<u8> {
    read_all(disk, path).unwrap()
}

/// Puts other bytes into a file.
fn write(disk: &SimDisk, path: &Path, bytes: &[u8]) {
    let file = disk.open(path).or_else(|_| disk.create(path)).unwrap();
    file.truncate(0).unwrap();
    file.append(bytes).unwrap();
}

fn disproved(disk: &SimDisk) -> Report {
    let report = verify_on(disk);
    assert!(matches!(report.outcome(), Outcome::Disproved(_)), "{report:?}");
    report
}

fn proved(disk: &SimDisk) -> Report {
    let report = verify_on(disk);
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    report
}
