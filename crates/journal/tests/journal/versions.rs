//! Files of every version that there ever was, and of those that there is not yet.

use crate::disk::{create, dir, disk_of, files_of, open, segment};
use crate::frames::HERE;
use journal::sim::SimDisk;
use journal::snapshot::{Snapshot, load_newest, save};
use journal::{Chain, Error, Frame, Journal, LedgerHead, Options, Position};
use model::disk::Disk;
use model::resource::Birth;
use model::{AccountId, Body, Change, Origin, Record, Seq, Timestamp};
use std::path::{Path, PathBuf};

fn example(name: &str) -> PathBuf {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/examples");
    formats.join(name)
}

fn record(owner: &str, origin: Origin, json: &str) -> Record {
    Record {
        owner: AccountId::parse(owner).unwrap(),
        origin,
        ingested: Timestamp(1_700_000_000_123),
        stores: (origin == Origin::Put).then(|| "a-store,b-store".into()),
        body: Body::ApiCall(json.as_bytes().into()),
    }
}

/// What the frozen journals hold: a birth, records of two accounts, reserved Seqs, a compressed
/// frame.
fn frames() -> Vec<Frame> {
    let account = AccountId::parse("123456789012").unwrap();
    let born = Change::Born(Birth {
        directory: "61207465737420646972656374".to_owned(),
        account,
        at: Timestamp(1_700_000_000_000),
        dev: true,
        generation: 0,
    });
    let root = [0xab; 32];
    let frame = |number, first, reserved, changes, records, size| Frame {
        number,
        first: Seq(first),
        reserved,
        changes,
        records,
        head: LedgerHead { size, root },
    };
    let call = r#"{"eventName":"CreateTrail"}"#;
    let mixed = vec![
        record("123456789012", Origin::Recorded, call),
        record("999999999999", Origin::Put, "{}"),
        record("123456789012", Origin::Imported, "not JSON \u{1f43e}"),
    ];
    let long = vec![record("123456789012", Origin::Recorded, &call.repeat(50))];
    vec![
        frame(0, 0, 0, vec![born], Vec::new(), 0),
        frame(1, 0, 40, Vec::new(), mixed, 43),
        frame(2, 43, 0, Vec::new(), long, 44),
    ]
}

fn snapshot() -> Snapshot {
    Snapshot {
        at: Position { frame: 3, seq: Seq(44), chain: Chain([0xcd; 32]) },
        payload: br#"{"trails":{}}"#.repeat(40),
    }
}

/// Run once for each new version, never again for an old one.
#[test]
#[ignore = "writes the frozen examples of a new version"]
fn freeze() {
    let disk = SimDisk::new(1);
    let mut journal = create(&disk, &Options::default());
    for frame in frames() {
        let _ = journal.append(frame).unwrap();
    }
    let segment = files_of(&disk, dir()).remove(0).1;
    std::fs::write(example("journal-1.seg"), segment).unwrap();
    save(&disk, Path::new("state"), &HERE, &snapshot()).unwrap();
    let saved = files_of(&disk, Path::new("state")).remove(0).1;
    std::fs::write(example("snapshot-1.snap"), saved).unwrap();
}

#[test]
fn reads_a_journal_of_version_1() {
    let bytes = std::fs::read(example("journal-1.seg")).unwrap();
    let opened = open(&disk_of(&[(segment(0), bytes)])).unwrap();
    assert_eq!(opened.frames, frames());
    assert_eq!(opened.recovery.to.seq, Seq(44));
}

#[test]
fn reads_a_snapshot_of_version_1() {
    let bytes = std::fs::read(example("snapshot-1.snap")).unwrap();
    let path = Path::new("state").join("00000000000000000003.snap");
    let disk = disk_of(&[(path, bytes)]);
    let loaded = load_newest(&disk, Path::new("state"), &HERE).unwrap();
    assert_eq!(loaded.unwrap().snapshot, snapshot());
}

/// A segment's header with another word at `offset`, and its checksum right.
fn header_with(offset: usize, word: u32) -> SimDisk {
    let mut bytes = std::fs::read(example("journal-1.seg")).unwrap();
    bytes[offset..offset + 4].copy_from_slice(&word.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_le_bytes());
    disk_of(&[(segment(0), bytes)])
}

#[test]
fn a_newer_journal_is_refused_by_name() {
    let error = open(&header_with(8, 2)).unwrap_err();
    assert!(matches!(error, Error::Newer { version: 2, .. }), "{error}");
    assert!(error.to_string().contains("written by a newer pugmark"), "{error}");
    let error = open(&header_with(12, 5)).unwrap_err();
    assert!(matches!(error, Error::Encrypted { key: 5, .. }), "{error}");
}

#[test]
fn a_journal_of_another_directory_is_refused() {
    let error = open(&header_with(16, 0)).unwrap_err();
    assert!(matches!(error, Error::WrongDirectory { .. }), "{error}");
    let disk = SimDisk::new(1);
    create(&disk, &Options::default());
    let here = Journal::directory(&disk, dir()).unwrap();
    assert_eq!(here, Some(HERE));
    let names = disk.list(dir()).unwrap();
    assert_eq!(names, ["00000000000000000000.seg"]);
}
