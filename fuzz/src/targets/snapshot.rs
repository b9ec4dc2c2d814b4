//! A snapshot of State, as it lies there or with its hash made right.
//!
//! Claims: what is loaded, saved again, is loaded alike; a payload is no longer than it says; a
//! file whose hash is wrong is never loaded.

use crate::bits::Bits;
use crate::example::SNAPSHOT;
use crate::memory::MemoryDisk;
use journal::snapshot::{Snapshot, load_newest, save};
use std::path::Path;

const HEAD_BYTES: usize = 104;
const HASH_BYTES: usize = 32;

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    match bits.byte() % 2 {
        0 => read(bits.0, false),
        _ => read(&sealed(bits.0), true),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let (head, rest) = SNAPSHOT.split_at(HEAD_BYTES);
    let without_hash = [&[1], head, &rest[HASH_BYTES..]].concat();
    let packed = packed().unwrap_or_default();
    vec![[&[0], SNAPSHOT].concat(), without_hash, [&[0], &packed[..]].concat()]
}

/// One that is long enough to be compressed.
fn packed() -> Option<Vec<u8>> {
    let disk = disk_of(SNAPSHOT);
    let loaded = load_newest(&disk, dir(), &directory_of(SNAPSHOT)).ok()??;
    let snapshot = Snapshot { payload: b"state ".repeat(200), ..loaded.snapshot };
    let disk = MemoryDisk::default();
    save(&disk, dir(), &[1; 16], &snapshot).ok()?;
    model::disk::read_all(&disk, &dir().join(name(snapshot.at.frame))).ok()
}

fn dir() -> &'static Path {
    Path::new("state")
}

fn name(frame: u64) -> String {
    format!("{frame:020}.snap")
}

fn disk_of(bytes: &[u8]) -> MemoryDisk {
    let disk = MemoryDisk::default();
    disk.put(dir().join(name(1)), bytes.to_vec());
    disk
}

fn directory_of(bytes: &[u8]) -> [u8; 16] {
    bytes.get(16..32).and_then(|it| it.try_into().ok()).unwrap_or_default()
}

/// The head that is given, then the hash that belongs there, then the rest as payload.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut head = b"PUGMARKS\x01\0\0\0\0\0\0\0".to_vec();
    head.extend(data.get(head.len()..data.len().min(HEAD_BYTES)).unwrap_or_default());
    head.resize(HEAD_BYTES, 0);
    let stored = data.get(HEAD_BYTES..).unwrap_or_default();
    // The length as stored is right more often than chance would have it.
    if head[81] == 0 {
        head[88..96].copy_from_slice(&(stored.len() as u64).to_le_bytes());
    }
    let hash = wire::sha256(&[&head, stored].concat());
    [&head[..], &hash, stored].concat()
}

fn read(bytes: &[u8], is_sealed: bool) {
    let (disk, directory) = (disk_of(bytes), directory_of(bytes));
    let Ok(Some(loaded)) = load_newest(&disk, dir(), &directory) else { return };
    assert!(loaded.damaged.is_empty());
    assert!(is_sealed || has_its_hash(bytes), "loaded without its hash");
    let said = bytes.get(96..104).and_then(|it| it.try_into().ok()).map(u64::from_le_bytes);
    assert_eq!(said, Some(loaded.snapshot.payload.len() as u64));
    let again = MemoryDisk::default();
    save(&again, dir(), &directory, &loaded.snapshot).expect("what was loaded can be saved");
    let back = load_newest(&again, dir(), &directory).expect("what was saved can be loaded");
    assert_eq!(back.map(|it| it.snapshot), Some(loaded.snapshot));
}

fn has_its_hash(bytes: &[u8]) -> bool {
    let (head, rest) = bytes.split_at(HEAD_BYTES.min(bytes.len()));
    let (hash, stored) = rest.split_at(HASH_BYTES.min(rest.len()));
    wire::sha256(&[head, stored].concat()) == *hash
}
