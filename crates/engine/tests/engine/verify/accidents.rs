//! Files that are deleted, emptied, swapped and copied.

use super::{bytes, disproved, files, lake, proved, write};
use engine::Verdict;
use engine::sim::SimDisk;
use model::disk::Disk;
use std::path::{Path, PathBuf};

fn of(disk: &SimDisk, dir: &str) -> Vec<PathBuf> {
    files(disk).into_iter().filter(|path| path.starts_with(dir)).collect()
}

/// The last segment has a frame: one that was just begun holds nothing that could be missed.
fn has_an_end(disk: &SimDisk) -> bool {
    of(disk, "journal").last().is_some_and(|path| bytes(disk, path).len() > 128)
}

/// A closed lake with at least two of each kind of file.
fn rich(seeds: std::ops::Range<u64>) -> Vec<SimDisk> {
    let has_two = |disk: &SimDisk, dir| of(disk, dir).len() > 1;
    let dirs = ["journal", "state", "cold", "parts"];
    let lakes = seeds.map(|seed| lake(seed, true)).filter(has_an_end);
    let rich: Vec<SimDisk> =
        lakes.filter(|disk| dirs.iter().all(|dir| has_two(disk, dir))).collect();
    assert!(rich.len() >= 3, "{} of these lakes are rich", rich.len());
    rich
}

/// The newest State can be made again from the journal, and old segments may be trimmed at any
/// time: nothing that was recorded is gone with them.
fn may_go(disk: &SimDisk, path: &Path) -> bool {
    let (journal, state) = (of(disk, "journal"), of(disk, "state"));
    let begins_at_0 = journal[0].ends_with("00000000000000000000.seg");
    (state.contains(&path.to_owned()) && begins_at_0) || journal[0] == path
}

#[test]
fn every_deleted_file_is_missed() {
    for disk in rich(0..12) {
        for path in files(&disk) {
            let whole = bytes(&disk, &path);
            disk.remove(&path).unwrap();
            let report = engine::verify_on(&disk);
            let is_found = matches!(report.outcome(), engine::Outcome::Disproved(_));
            write(&disk, &path, &whole);
            assert!(is_found || may_go(&disk, &path), "{path:?}: {report:?}");
        }
        proved(&disk);
    }
}

#[test]
fn every_emptied_or_shortened_file_is_found() {
    for disk in rich(0..12) {
        for path in files(&disk) {
            let whole = bytes(&disk, &path);
            for len in [0, whole.len() / 2, whole.len() - 1] {
                write(&disk, &path, &whole[..len]);
                disproved(&disk);
            }
            write(&disk, &path, &[&whole[..], b"x"].concat());
            let report = engine::verify_on(&disk);
            // Bytes behind the last frame are what a crash leaves.
            let is_end = of(&disk, "journal").last() == Some(&path);
            let is_found = matches!(report.outcome(), engine::Outcome::Disproved(_));
            assert!(is_found || is_end, "{path:?}: {report:?}");
            write(&disk, &path, &whole);
        }
        proved(&disk);
    }
}

#[test]
fn two_files_that_change_places_are_found() {
    for disk in rich(0..12) {
        for dir in ["journal", "state", "cold", "parts"] {
            let pair = of(&disk, dir);
            let (one, other) = (bytes(&disk, &pair[0]), bytes(&disk, &pair[1]));
            write(&disk, &pair[0], &other);
            write(&disk, &pair[1], &one);
            let report = disproved(&disk);
            assert_ne!(report.flaws[0].verdict, Verdict::Unreferenced, "{report:?}");
            write(&disk, &pair[0], &one);
            write(&disk, &pair[1], &other);
        }
        proved(&disk);
    }
}

#[test]
fn a_copy_under_another_name_is_found() {
    let names = [
        ("journal", "00000000000000099999.seg"),
        ("journal", "copy.seg"),
        ("state", "00000000000000099999.snap"),
        ("state", "7.snap"),
        ("parts", "00ff00ff00ff00ff00ff00ff00ff00ff.part"),
        ("parts", "copy.part"),
        ("parts", "notes.txt"),
        ("cold", "00ff00ff00ff00ff00ff00ff00ff00ff.run"),
        ("cold", "copy.run"),
    ];
    for disk in rich(0..12) {
        for (dir, name) in names {
            let copy = Path::new(dir).join(name);
            write(&disk, &copy, &bytes(&disk, &of(&disk, dir)[0]));
            let report = disproved(&disk);
            let flaw = &report.flaws[0];
            assert!(report.flaws.iter().any(|it| it.file.contains(name)), "{report:?}");
            assert!(flaw.verdict <= Verdict::Tampered, "{report:?}");
            disk.remove(&copy).unwrap();
        }
        proved(&disk);
    }
}

#[test]
fn what_a_crash_leaves_is_told_but_accuses_nobody() {
    let disk = lake(0, true);
    for left in ["parts/00ff00ff00ff00ff00ff00ff00ff00ff.new", "state/00000000000000099999.new"] {
        write(&disk, Path::new(left), b"half");
    }
    let last = of(&disk, "journal").pop().unwrap();
    let whole = bytes(&disk, &last);
    write(&disk, &last, &[&whole[..], &[0x5a; 77]].concat());
    let report = proved(&disk);
    assert_eq!(report.checked.torn_bytes, 77);
    assert_eq!(report.notes.len(), 3, "{report:?}");
}

/// The whole directory as it was earlier is sound: only a witness from outside knows better.
#[test]
fn what_was_never_opened_here_proves_nothing() {
    let report = engine::verify_on(&SimDisk::new(1));
    assert_eq!(report.outcome(), engine::Outcome::CannotTell);
    assert!(report.doubts[0].cause.contains("no lake"), "{report:?}");
}

#[test]
fn every_record_of_a_lake_is_a_leaf_that_was_hashed_again() {
    let mut full = 0;
    for seed in 0..8 {
        let checked = proved(&lake(seed, true)).checked;
        let records = checked.part_records + checked.tail_records;
        assert_eq!(records, checked.leaves + checked.leaves_alone);
        full += u64::from(records > 0 && checked.leaves_alone == 0 && checked.records_gone == 0);
    }
    assert!(full >= 3, "{full}");
}
