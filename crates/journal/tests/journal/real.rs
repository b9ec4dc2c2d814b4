//! The disk of this machine.

use crate::disk::{dir, files_of, open_with, segments_of};
use crate::frames::{HERE, frame, frame_of, record_of};
use journal::sim::Random;
use journal::{Journal, Options, RealDisk, snapshot};
use model::disk::{Disk, read_exact, replace};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn disk() -> (TempDir, Arc<RealDisk>) {
    let root = tempfile::tempdir().unwrap();
    let disk = Arc::new(RealDisk::new(root.path().join("data")));
    (root, disk)
}

#[test]
fn frames_come_back_from_a_real_disk() {
    let (_root, disk) = disk();
    let options = segments_of(4_000);
    let mut journal = Journal::create(disk.clone(), dir(), HERE, &options).unwrap();
    let mut random = Random::new(1);
    let mut frames = Vec::new();
    for _ in 0..50 {
        let frame = frame(journal.position(), &mut random);
        frames.push(journal.append(frame).unwrap().into_inner());
    }
    let (end, bytes) = (journal.position(), journal.bytes());
    drop(journal);

    assert!(disk.list(dir()).unwrap().len() > 2);
    assert_eq!(Journal::directory(&*disk, dir()).unwrap(), Some(HERE));
    let opened = open_with(disk.clone(), &options).unwrap();
    assert_eq!(opened.frames, frames);
    assert_eq!((opened.journal.position(), opened.journal.bytes()), (end, bytes));
    let again = Journal::create(disk, dir(), HERE, &options);
    assert!(matches!(again, Err(journal::Error::Exists { .. })));
}

#[test]
fn a_torn_tail_on_a_real_disk_is_dropped() {
    let (_root, disk) = disk();
    let mut journal = Journal::create(disk.clone(), dir(), HERE, &Options::default()).unwrap();
    let mut random = Random::new(2);
    let first = frame(journal.position(), &mut random);
    let first = journal.append(first).unwrap().into_inner();
    let whole = journal.bytes();
    let file = disk.open(&crate::disk::segment(0)).unwrap();
    file.append(b"half a frame").unwrap();
    let opened = open_with(disk, &Options::default()).unwrap();
    assert_eq!(opened.recovery.torn_bytes, 12);
    assert_eq!(opened.frames, [first]);
    assert_eq!(file.len().unwrap(), whole);
}

#[test]
fn files_and_names_behave() {
    let (_root, disk) = disk();
    let path = Path::new("a/b/file");
    disk.create_dir(Path::new("a/b")).unwrap();
    assert!(disk.list(Path::new("none")).unwrap().is_empty());
    let file = disk.create(path).unwrap();
    assert_eq!(disk.create(path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    file.append(b"0123456789").unwrap();
    file.truncate(5).unwrap();
    file.append(b"x").unwrap();
    file.sync().unwrap();
    assert_eq!(read_exact(&*file, 3, 3).unwrap(), b"34x");
    assert_eq!(file.read_at(&mut [0; 10], 4).unwrap(), 2);
    disk.rename(path, Path::new("a/b/other")).unwrap();
    replace(&*disk, Path::new("a/b/file"), b"whole").unwrap();
    disk.sync_dir(Path::new("a/b")).unwrap();
    assert_eq!(disk.list(Path::new("a/b")).unwrap(), ["file", "other"]);
    disk.remove(path).unwrap();
    assert_eq!(disk.open(path).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn no_path_leads_out_of_the_directory() {
    let (_root, disk) = disk();
    for path in ["/etc/passwd", "../x", "a/../../x", "./x"] {
        let error = disk.open(Path::new(path)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{path}");
    }
}

#[test]
fn snapshots_come_back_from_a_real_disk() {
    let (_root, disk) = disk();
    let at = journal::Position::start(&HERE);
    let payload = b"state".repeat(1_000);
    let saved = snapshot::Snapshot { at, payload };
    snapshot::save(&*disk, Path::new("state"), &HERE, &saved).unwrap();
    let loaded = snapshot::load_newest(&*disk, Path::new("state"), &HERE).unwrap();
    assert_eq!(loaded.unwrap().snapshot, saved);
    assert_eq!(files_of(&*disk, Path::new("state")).len(), 1);
}

/// Prints how many frames and records a second become durable, one frame for each sync.
#[test]
#[ignore = "a measurement: cargo nextest run --release --run-ignored only --no-capture rate"]
#[allow(clippy::disallowed_methods, reason = "a duration is shown, nothing hangs on it")]
fn rate_of_appends() {
    let mut random = Random::new(3);
    let records: Vec<_> = (0..100).map(|_| record_of(&call(&mut random))).collect();
    for (count, frames) in [(1, 5_000), (100, 2_000), (1_000, 300)] {
        let (_root, disk) = disk();
        let mut journal = Journal::create(disk, dir(), HERE, &Options::default()).unwrap();
        let records: Vec<_> = records.iter().cycle().take(count).cloned().collect();
        let start = std::time::Instant::now();
        for _ in 0..frames {
            let frame = frame_of(journal.position(), records.clone());
            let _ = journal.append(frame).unwrap();
        }
        let rate = f64::from(frames) / start.elapsed().as_secs_f64();
        let (records, bytes) = (rate * count as f64, journal.bytes() / frames as u64);
        println!("{count} records: {rate:.0} frames/s, {records:.0} records/s, {bytes} B/frame");
    }
}

/// About 1.2 KB of JSON with a few random members, as a call has them.
fn call(random: &mut Random) -> Vec<u8> {
    let mut json = String::from(r#"{"eventVersion":"1.08","eventSource":"s3.amazonaws.com""#);
    for member in 0..30 {
        let number = random.number();
        json += &format!(r#","requestMember{member}":"{number:020x}""#);
    }
    json += "}";
    json.into_bytes()
}

#[test]
fn a_disk_for_looking_only_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("file"), "as it was").unwrap();
    let disk = journal::RealDisk::read_only(root.path().to_owned());
    let refused = |outcome: std::io::Result<()>| {
        assert_eq!(outcome.unwrap_err().kind(), std::io::ErrorKind::ReadOnlyFilesystem);
    };
    let (file, other) = (Path::new("file"), Path::new("other"));
    refused(disk.create(other).map(drop));
    refused(disk.rename(file, other));
    refused(disk.remove(file));
    refused(disk.create_dir(other));
    disk.sync_dir(Path::new("")).unwrap();
    let open = disk.open(file).unwrap();
    assert!(open.append(b"more").is_err());
    assert!(open.truncate(0).is_err());
    assert_eq!(model::disk::read_all(&disk, file).unwrap(), b"as it was");
}
