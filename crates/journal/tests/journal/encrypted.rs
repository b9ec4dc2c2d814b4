//! Frames under a key: what is told with it and without it, and that nothing else changes.

use crate::disk::{dir, disk_of, files_of, open_with};
use crate::frames::{HERE, frame, frame_of, record_of};
use crypt::{Keys, Random, RootKey};
use journal::sim::{Random as Dice, SimDisk};
use journal::{Damage, Error, Frame, Journal, Options};
use model::disk::Disk;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const CANARY: &[u8] = b"canary canary canary";

/// Bytes that do not repeat within a test.
fn random() -> Random {
    let next = AtomicU64::new(1);
    Random::new(move |bytes| {
        for piece in bytes.chunks_mut(8) {
            let word = next.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            piece.iter_mut().zip(word.to_le_bytes()).for_each(|(to, from)| *to = from);
        }
    })
}

fn keys(disk: &SimDisk, is_partial: bool) -> Keys {
    let root = RootKey::make(&Random::new(|bytes| bytes.fill(7)));
    Keys::make(disk, &root, random(), is_partial).unwrap()
}

fn options(keys: &Keys) -> Options {
    Options { keys: Some(keys.clone()), ..Options::default() }
}

fn create(disk: &SimDisk, options: &Options) -> Journal {
    Journal::create(Arc::new(disk.clone()), dir(), HERE, options).unwrap()
}

fn open(disk: &SimDisk, options: &Options) -> Result<crate::disk::Opened, Error> {
    open_with(Arc::new(disk.clone()), options)
}

fn append(journal: &mut Journal, text: &[u8]) -> Frame {
    let frame = frame_of(journal.position(), vec![record_of(text)]);
    journal.append(frame).unwrap().into_inner()
}

fn shows(disk: &SimDisk, text: &[u8]) -> bool {
    let files = files_of(disk, dir());
    files.iter().any(|(_, bytes)| bytes.windows(text.len()).any(|some| some == text))
}

fn damage(error: &Error) -> Option<Damage> {
    match error {
        Error::Damaged { damage, .. } => Some(*damage),
        _ => None,
    }
}

#[test]
fn frames_come_back_with_the_key_and_show_nothing() {
    let disk = SimDisk::new(1);
    let options = Options { segment_bytes_max: 600, ..options(&keys(&disk, false)) };
    let mut journal = create(&disk, &options);
    let texts = [CANARY.to_vec(), CANARY.repeat(50), b"other".to_vec(), CANARY.repeat(9)];
    let frames: Vec<Frame> = texts.iter().map(|text| append(&mut journal, text)).collect();
    drop(journal);
    assert!(files_of(&disk, dir()).len() > 1);
    assert!(!shows(&disk, b"canary"));
    assert_eq!(open(&disk, &options).unwrap().frames, frames);
    let error = open(&disk, &Options::default()).unwrap_err();
    assert!(matches!(error, Error::Encrypted { key: 1, .. }), "{error}");
    assert!(error.to_string().contains("key file"), "{error}");
    assert_eq!(Journal::directory(&disk, dir()).unwrap(), Some(HERE));
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/examples").join(name)
}

/// The keys of the frozen examples.
fn frozen_keys(disk: &SimDisk) -> Keys {
    let file = disk.create(Path::new(crypt::RING)).unwrap();
    file.append(&std::fs::read(example("key-ring-1.ring")).unwrap()).unwrap();
    let root = RootKey::make(&Random::new(|bytes| bytes.fill(7)));
    Keys::open(disk, &root, random()).unwrap().unwrap()
}

const FROZEN: [&str; 2] = ["short", "long enough to be compressed: "];

/// Run once for each new version, never again for an old one.
#[test]
#[ignore = "writes the frozen examples of a new version"]
fn freeze_encrypted() {
    let disk = SimDisk::new(1);
    let mut journal = create(&disk, &options(&frozen_keys(&disk)));
    append(&mut journal, FROZEN[0].as_bytes());
    append(&mut journal, FROZEN[1].repeat(40).as_bytes());
    std::fs::write(example("journal-1-encrypted.seg"), &files_of(&disk, dir())[0].1).unwrap();
}

#[test]
fn reads_an_encrypted_journal_of_version_1() {
    let bytes = std::fs::read(example("journal-1-encrypted.seg")).unwrap();
    let disk = disk_of(&[(crate::disk::segment(0), bytes)]);
    let opened = open(&disk, &options(&frozen_keys(&disk))).unwrap();
    let bodies = opened.frames.iter().flat_map(|frame| &frame.records);
    let texts: Vec<&[u8]> = bodies.map(|record| record.body.bytes()).collect();
    assert_eq!(texts, [FROZEN[0].as_bytes(), FROZEN[1].repeat(40).as_bytes()]);
}

/// What is torn is dropped as ever, and what takes its place is encrypted anew: no two frames,
/// torn or not, begin with the same nonce.
#[test]
fn a_torn_tail_is_dropped_at_every_byte_and_no_nonce_comes_twice() {
    let sample = SimDisk::new(1);
    let keys = keys(&sample, false);
    let options = options(&keys);
    let mut journal = create(&sample, &options);
    let kept = append(&mut journal, CANARY);
    let whole = files_of(&sample, dir())[0].1.len();
    append(&mut journal, CANARY);
    let (path, bytes) = files_of(&sample, dir())[0].clone();
    let nonce = |bytes: &[u8]| bytes[whole + 64..whole + 64 + 12].to_vec();
    let mut nonces = vec![nonce(&bytes)];
    for len in whole..bytes.len() {
        let disk = disk_of(&[(path.clone(), bytes[..len].to_vec())]);
        let mut opened = open(&disk, &options).unwrap();
        assert_eq!(opened.recovery.torn_bytes, (len - whole) as u64, "{len}");
        assert_eq!(opened.frames, std::slice::from_ref(&kept));
        append(&mut opened.journal, CANARY);
        nonces.push(nonce(&files_of(&disk, dir())[0].1));
    }
    let count = nonces.len();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), count);
}

#[test]
fn every_flipped_bit_is_damage() {
    let disk = SimDisk::new(1);
    let options = options(&keys(&disk, false));
    let mut journal = create(&disk, &options);
    let mut dice = Dice::new(7);
    for _ in 0..3 {
        let frame = frame(journal.position(), &mut dice);
        drop(journal.append(frame).unwrap());
    }
    let (path, bytes) = files_of(&disk, dir())[0].clone();
    for bit in 0..bytes.len() * 8 {
        disk.flip(&path, bit / 8, (bit % 8) as u8).unwrap();
        let found = Journal::inspect(&disk, dir(), HERE, &options, &mut |_, _| Ok(()));
        let error = found.unwrap_err();
        assert!(!matches!(error, Error::Refused { .. } | Error::Io { .. }), "{bit}: {error}");
        disk.flip(&path, bit / 8, (bit % 8) as u8).unwrap();
    }
}

#[test]
fn a_clear_journal_goes_on_encrypted_from_the_next_frame_on() {
    for count in [0, 2] {
        let disk = SimDisk::new(1);
        let mut journal = create(&disk, &Options::default());
        let mut frames: Vec<Frame> = (0..count).map(|_| append(&mut journal, b"old")).collect();
        drop(journal);
        let keys = keys(&disk, true);
        let mut opened = open(&disk, &options(&keys)).unwrap();
        keys.finish(&disk, opened.journal.position().frame).unwrap();
        frames.push(append(&mut opened.journal, CANARY));
        drop(opened);
        assert!(!shows(&disk, b"canary"));
        assert_eq!(shows(&disk, b"old"), count > 0);
        let again = open(&disk, &options(&keys)).unwrap();
        assert_eq!(again.frames, frames, "{count}");
        assert_eq!(again.recovery.segments, if count > 0 { 2 } else { 1 });
    }
}

/// A journal that somebody without the key wrote is not taken for the directory's.
#[test]
fn a_clear_segment_in_an_encrypted_journal_is_damage() {
    let disk = SimDisk::new(1);
    let keys = keys(&disk, false);
    let forged = SimDisk::new(2);
    let mut journal = create(&forged, &Options::default());
    append(&mut journal, b"forged");
    let files: Vec<(PathBuf, Vec<u8>)> = files_of(&forged, dir());
    let error = open(&disk_of(&files), &options(&keys)).unwrap_err();
    assert_eq!(damage(&error), Some(Damage::Clear), "{error}");
}

#[test]
fn a_frame_of_another_place_or_under_another_key_cannot_be_decrypted() {
    let disk = SimDisk::new(1);
    let ring = keys(&disk, false);
    let mut journal = create(&disk, &options(&ring));
    append(&mut journal, CANARY);
    let other = SimDisk::new(2);
    let root = RootKey::make(&Random::new(|bytes| bytes.fill(7)));
    let wrong = Keys::make(&other, &root, Random::new(|bytes| bytes.fill(9)), false).unwrap();
    // Its first key has the same id.
    create(&other, &options(&wrong));
    let error = open(&disk, &options(&wrong)).unwrap_err();
    let nonsense = Damage::Nonsense { frame: 0, what: "it cannot be decrypted" };
    assert_eq!(damage(&error), Some(nonsense), "{error}");
    assert!(disk.open(Path::new(crypt::RING)).is_ok());
}
