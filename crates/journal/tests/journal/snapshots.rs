//! Snapshots: all or nothing, two of them, and rot that is told.

use crate::disk::files_of;
use crate::frames::HERE;
use journal::sim::{Random, SimDisk};
use journal::snapshot::{Snapshot, load_newest, save};
use journal::{Chain, Error, Position};
use model::Seq;
use model::disk::Disk;
use std::path::{Path, PathBuf};

fn dir() -> &'static Path {
    Path::new("state")
}

fn path(frame: u64) -> PathBuf {
    dir().join(format!("{frame:020}.snap"))
}

fn snapshot(frame: u64) -> Snapshot {
    Snapshot {
        at: Position { frame, seq: Seq(frame * 3), chain: Chain([frame as u8; 32]) },
        payload: format!("state {frame} ").repeat(100 * frame as usize).into_bytes(),
    }
}

fn saved(frames: &[u64]) -> SimDisk {
    let disk = SimDisk::new(1);
    for frame in frames {
        save(&disk, dir(), &HERE, &snapshot(*frame)).unwrap();
    }
    disk
}

fn newest(disk: &SimDisk) -> Option<Snapshot> {
    let loaded = load_newest(disk, dir(), &HERE).unwrap()?;
    assert!(loaded.damaged.is_empty());
    Some(loaded.snapshot)
}

#[test]
fn the_newest_two_are_kept() {
    assert_eq!(newest(&SimDisk::new(1)), None);
    for frame in 0..5 {
        let frames: Vec<u64> = (0..=frame).collect();
        let disk = saved(&frames).crash();
        assert_eq!(newest(&disk), Some(snapshot(frame)));
        assert_eq!(files_of(&disk, dir()).len() as u64, (frame + 1).min(2));
    }
}

#[test]
fn saving_the_same_place_again_replaces() {
    let disk = saved(&[1, 2]);
    let mut other = snapshot(2);
    other.payload.clear();
    save(&disk, dir(), &HERE, &other).unwrap();
    assert_eq!(newest(&disk.crash()), Some(other));
}

#[test]
fn rot_in_the_newest_is_told_and_the_older_one_serves() {
    let disk = saved(&[1, 2]);
    let len = files_of(&disk, dir())[1].1.len();
    for byte in 0..len {
        disk.flip(&path(2), byte, (byte % 8) as u8).unwrap();
        let loaded = load_newest(&disk, dir(), &HERE).unwrap().unwrap();
        assert_eq!(loaded.snapshot, snapshot(1), "{byte}");
        assert_eq!(loaded.damaged, [path(2)]);
        disk.flip(&path(2), byte, (byte % 8) as u8).unwrap();
    }
}

#[test]
fn rot_in_all_of_them_is_an_error() {
    let disk = saved(&[1, 2]);
    disk.flip(&path(1), 150, 0).unwrap();
    disk.flip(&path(2), 150, 0).unwrap();
    let error = load_newest(&disk, dir(), &HERE).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}

#[test]
fn a_snapshot_cut_at_any_byte_is_not_taken() {
    let bytes = files_of(&saved(&[1]), dir()).remove(0).1;
    for len in 0..bytes.len() {
        let disk = crate::disk::disk_of(&[(path(1), bytes[..len].to_vec())]);
        assert!(load_newest(&disk, dir(), &HERE).is_err(), "{len}");
    }
}

#[test]
fn another_directory_is_refused() {
    let error = load_newest(&saved(&[1]), dir(), &[0; 16]).unwrap_err();
    assert!(matches!(error, Error::WrongDirectory { .. }), "{error}");
}

#[test]
fn saving_cut_off_at_any_call_leaves_the_old_or_the_new_one() {
    for seed in 0..300 {
        let disk = saved(&[1, 2]);
        disk.cut_power_at(1 + Random::new(seed).below(12));
        let outcome = save(&disk, dir(), &HERE, &snapshot(3));
        let disk = if seed % 4 == 0 { disk.restart() } else { disk.crash() };
        let found = newest(&disk).unwrap();
        assert!(found == snapshot(3) || (found == snapshot(2) && outcome.is_err()));
        assert_eq!(newest(&disk.crash()), Some(found), "what was loaded stays");
        save(&disk.crash(), dir(), &HERE, &snapshot(4)).unwrap_or_default();
    }
}

#[test]
fn a_failed_sync_leaves_no_name_that_may_vanish() {
    for seed in 0..100 {
        let disk = saved(&[1, 2]);
        disk.fail_sync_at(1 + seed % 2);
        assert!(save(&disk, dir(), &HERE, &snapshot(3)).is_err());
        let disk = disk.restart();
        assert_eq!(newest(&disk), Some(snapshot(2)));
        assert!(disk.list(dir()).unwrap().contains(&"00000000000000000002.snap".to_owned()));
    }
}

#[test]
fn a_name_that_a_failed_sync_made_durable_and_that_was_removed_does_not_come_back() {
    for seed in 0..100 {
        let disk = SimDisk::new(seed);
        disk.fail_sync_at(2);
        assert!(save(&disk, dir(), &HERE, &snapshot(1)).is_err());
        let disk = disk.restart();
        assert_eq!(newest(&disk), None);
        assert_eq!(newest(&disk.crash()), None, "seed {seed}");
    }
}
