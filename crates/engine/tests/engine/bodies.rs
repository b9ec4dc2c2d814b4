//! Bytes of objects: in, out, damaged, dropped.

use crate::home::{Home, quiet};
use crate::lab::Lab;
use crate::objects::{commit, object, removed};
use engine::sim::{SimDisk, WriteFault};
use engine::{BodyKey, Engine, Error, Outcome, StagedBody, Verdict, verify, verify_on};
use model::Change;
use model::disk::{Disk, read_all};
use model::resource::{BodyRef, ChecksumAlgorithm, Object, Sealed};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where files of bodies lie.
pub(crate) fn dirs() -> impl Iterator<Item = String> {
    (0..=u8::MAX).map(|byte| format!("objects/{byte:02x}"))
}

/// The names of all files of bodies, in order.
pub(crate) fn files(disk: &SimDisk) -> Vec<String> {
    dirs().flat_map(|dir| disk.list(Path::new(&dir)).unwrap()).collect()
}

fn path(name: &str) -> PathBuf {
    Path::new("objects").join(&name[..2]).join(name)
}

pub(crate) fn stage(engine: &Engine, bytes: &[u8]) -> Result<StagedBody, Error> {
    let mut staging = engine.stage(&[])?;
    for chunk in bytes.chunks(7_001) {
        staging.write(chunk)?;
    }
    staging.finish()
}

pub(crate) fn read(
    engine: &Engine,
    object: &Object,
    range: Option<Range<u64>>,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for chunk in engine.body(object, range)? {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

fn bytes(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

/// Puts an object of some parts.
fn put(engine: &Engine, key: &str, order: u64, parts: &[&[u8]]) -> Object {
    let staged: Vec<StagedBody> = parts.iter().map(|it| stage(engine, it).unwrap()).collect();
    let bodies = staged.iter().filter_map(|it| it.body.clone()).collect();
    let object = Object { bodies, ..object(key, order) };
    commit(engine, vec![Change::ObjectPut(Box::new(object.clone()))]).unwrap();
    object
}

#[test]
fn any_range_of_any_length_comes_back() {
    let lab = Lab::new();
    let engine = lab.open();
    let chunk = 64 << 10;
    let sizes = [0, 1, 4_096, 4_097, chunk - 1, chunk, chunk + 1, 3 * chunk, 5 * chunk + 3];
    for (order, len) in sizes.into_iter().enumerate() {
        let all = bytes(len);
        let object = put(&engine, "k", order as u64, &[&all]);
        assert_eq!(object.files().count(), usize::from(len > 4_096));
        assert_eq!(read(&engine, &object, None).unwrap(), all);
        for start in [0, 1, chunk - 1, chunk, 2 * chunk + 5] {
            for end in [0, 1, chunk, chunk + 1, 3 * chunk, usize::MAX] {
                let expected = all.get(start..end.min(len)).unwrap_or_default();
                let found = read(&engine, &object, Some(start as u64..end as u64)).unwrap();
                assert_eq!(found, expected, "{start}..{end} of {len}");
            }
        }
    }
}

#[test]
fn staging_and_reading_may_move_between_threads() {
    fn moves<T: Send + 'static>() {}
    moves::<engine::Staging>();
    moves::<engine::BodyReader>();
    moves::<StagedBody>();
}

/// Who holds a body does not hold the directory.
#[test]
fn nothing_is_staged_after_the_engine_was_closed() {
    let lab = Lab::new();
    let engine = lab.open();
    let mut staging = engine.stage(&[]).unwrap();
    staging.write(&bytes(9_000)).unwrap();
    engine.close();
    assert!(matches!(staging.finish(), Err(Error::Closed)));
    assert_eq!(files(&lab.disk), [""; 0]);
    assert_eq!(lab.files("objects/stage").len(), 0);
}

#[test]
fn parts_come_back_as_one() {
    let lab = Lab::new();
    let engine = lab.open();
    let parts = [bytes(70_000), bytes(3), bytes(0), bytes(5_000)];
    let object = put(&engine, "k", 1, &parts.each_ref().map(Vec::as_slice));
    let all = parts.concat();
    assert_eq!(read(&engine, &object, None).unwrap(), all);
    for (start, end) in [(0, 5), (69_999, 70_004), (70_001, 70_002), (70_003, 75_003)] {
        let found = read(&engine, &object, Some(start as u64..end as u64)).unwrap();
        assert_eq!(found, all[start..end]);
    }
}

#[test]
fn sums_are_those_of_the_bytes_in_the_clear() {
    let lab = Lab::new();
    let engine = lab.open();
    let mut staging = engine.stage(&[ChecksumAlgorithm::Crc32]).unwrap();
    staging.write(b"12345").unwrap();
    staging.write(b"6789").unwrap();
    let staged = staging.finish().unwrap();
    assert_eq!(staged.size, 9);
    assert_eq!(staged.md5[..4], [0x25, 0xf9, 0xe7, 0x94]);
    assert_eq!(staged.sha256[..4], [0x15, 0xe2, 0xb0, 0xd3]);
    assert_eq!(staged.checksums[&ChecksumAlgorithm::Crc32], "y/Q5Jg==");
}

#[test]
fn nothing_lies_in_the_clear_and_no_two_files_are_the_same() {
    let lab = Lab::new();
    let engine = lab.open();
    let all = b"a secret that nobody should read ".repeat(1_000);
    let one = put(&engine, "a", 1, &[&all]);
    let other = put(&engine, "b", 2, &[&all]);
    assert_ne!(one.bodies, other.bodies);
    for name in files(&lab.disk) {
        let stored = read_all(&lab.disk, &path(&name)).unwrap();
        assert!(!stored.windows(8).any(|window| window == b"a secret"));
    }
    let mut moved = one.clone();
    let (BodyRef::File { name, .. }, BodyRef::File { key, size, stored, .. }) =
        (&other.bodies[0], &one.bodies[0])
    else {
        panic!("these are files");
    };
    let (name, key) = (name.clone(), key.clone());
    moved.bodies[0] = BodyRef::File { name, size: *size, stored: *stored, key };
    commit(&engine, vec![Change::ObjectPut(Box::new(moved.clone()))]).unwrap();
    let error = read(&engine, &moved, None).unwrap_err();
    assert!(error.to_string().contains("its key cannot be opened"), "{error}");
}

#[test]
fn keys_may_be_sealed_elsewhere() {
    let lab = Lab::new();
    let engine = lab.open();
    let mut staging = engine.stage(&[]).unwrap();
    staging.write(&bytes(9_000)).unwrap();
    let staged = staging.finish_with(|name, key| {
        let digits: String = key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Sealed(format!("{name}:{digits}")))
    });
    let staged = staged.unwrap();
    let open = |name: &str, sealed: &Sealed| {
        let digits = sealed.0.strip_prefix(name)?.strip_prefix(':')?;
        let mut key = [0; 32];
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(BodyKey::new(key))
    };
    let bodies = [staged.body.clone().unwrap()];
    let reader = engine.body_with("logs/k", &bodies, None, Arc::new(open)).unwrap();
    let found: Vec<u8> = reader.flat_map(|chunk| chunk.unwrap()).collect();
    assert_eq!(found, self::bytes(9_000));
    let odd = engine.body_with("logs/k", &bodies, None, Arc::new(|_, _| None));
    assert!(matches!(odd, Err(Error::Body { .. })));
}

#[test]
fn damage_is_told_with_the_object_and_never_given() {
    let lab = Lab::new();
    let engine = lab.open();
    let all = bytes(200_000);
    let object = put(&engine, "damaged", 1, &[&all]);
    let [name] = &files(&lab.disk)[..] else { panic!("one file") };
    let stored = read_all(&lab.disk, &path(name)).unwrap();
    for at in (0..stored.len()).step_by(1_777).chain([0, 15, 16, stored.len() - 1]) {
        lab.disk.flip(&path(name), at, 3).unwrap();
        let told = read(&engine, &object, None).unwrap_err().to_string();
        assert!(told.contains("logs/damaged") && told.contains(name), "{told}");
        lab.disk.flip(&path(name), at, 3).unwrap();
    }
    let chunk = (64 << 10) + 16;
    let (first, second) = (16..16 + chunk, 16 + chunk..16 + 2 * chunk);
    let rest = &stored[second.end..];
    let swapped = [&stored[..16], &stored[second.clone()], &stored[first], rest].concat();
    let file = lab.disk.open(&path(name)).unwrap();
    for other in [&stored[..second.end], &stored[..9], &[], &swapped] {
        file.truncate(0).unwrap();
        file.append(other).unwrap();
        assert!(matches!(read(&engine, &object, None), Err(Error::Body { .. })));
    }
    lab.disk.remove(&path(name)).unwrap();
    assert!(matches!(engine.body(&object, None), Err(Error::Body { .. })));
}

#[test]
fn dropped_files_go_but_not_while_they_are_read() {
    let lab = Lab::new();
    let engine = lab.open();
    let parts = [bytes(70_000), bytes(90_000)];
    let object = put(&engine, "k", 1, &parts.each_ref().map(Vec::as_slice));
    assert_eq!(engine.unlink_bodies().unwrap(), 0);
    assert_eq!(files(&lab.disk).len(), 2);
    let mut reader = engine.body(&object, None).unwrap();
    let first = reader.next().unwrap().unwrap();
    commit(&engine, vec![removed(&object)]).unwrap();
    assert_eq!(engine.unlink_bodies().unwrap(), 0);
    let rest: Vec<u8> = reader.by_ref().flat_map(|chunk| chunk.unwrap()).collect();
    assert_eq!([&first[..], &rest].concat(), parts.concat());
    drop(reader);
    assert_eq!(engine.unlink_bodies().unwrap(), 2);
    assert_eq!(files(&lab.disk), [""; 0]);
    assert!(matches!(engine.body(&object, None), Err(Error::ObjectGone { .. })));
}

#[test]
fn what_was_staged_in_vain_goes() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let mut staging = engine.stage(&[]).unwrap();
    staging.write(&bytes(600_000)).unwrap();
    assert_eq!(lab.files("objects/stage").len(), 1);
    drop(staging);
    assert_eq!(lab.files("objects/stage").len(), 0);
    drop(stage(&engine, &bytes(9_000)).unwrap());
    assert_eq!(files(&lab.disk).len(), 1);
    assert_eq!(engine.unlink_bodies().unwrap(), 1);
    // Two that a crash leaves, staged and finished.
    let mut staging = engine.stage(&[]).unwrap();
    staging.write(&bytes(600_000)).unwrap();
    let staged = stage(&engine, &bytes(9_000)).unwrap();
    let kept = put(&engine, "k", 1, &[&bytes(5_000)]);
    engine.settle();
    lab.disk = lab.disk.restart();
    drop((staging, staged, engine));
    assert_eq!((lab.files("objects/stage").len(), files(&lab.disk).len()), (1, 2));
    let report = verify_on(&lab.disk);
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    assert!(report.notes.iter().any(|note| note.contains("objects/ has 2 files")), "{report:?}");
    let engine = lab.open();
    assert_eq!((lab.files("objects/stage").len(), files(&lab.disk).len()), (0, 1));
    assert_eq!(read(&engine, &kept, None).unwrap(), bytes(5_000));
}

#[test]
fn a_full_disk_takes_nothing_and_goes_on_later() {
    let lab = Lab::new();
    let engine = lab.open();
    lab.disk.fail_write_at(1, WriteFault::Full);
    assert!(matches!(stage(&engine, &bytes(300_000)), Err(Error::NoSpace)));
    assert_eq!(lab.files("objects/stage").len(), 0);
    put(&engine, "k", 1, &[&bytes(300_000)]);
}

#[test]
fn verification_misses_and_accuses_files_of_bodies() {
    let home = Home::new();
    let engine = home.open();
    let object = put(&engine, "k", 1, &[&bytes(100_000), &bytes(50_000)]);
    engine.close();
    drop(engine);
    let report = verify(&home.data());
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    assert_eq!(report.checked.bodies, 2);
    let file = home.data().join(path(object.files().next().unwrap()));
    let whole = std::fs::read(&file).unwrap();
    let found = || verify(&home.data()).outcome();
    std::fs::write(&file, &whole[..100]).unwrap();
    assert_eq!(found(), Outcome::Disproved(Verdict::Truncated));
    let mut turned = whole.clone();
    turned[5_000] ^= 1;
    std::fs::write(&file, turned).unwrap();
    assert_eq!(found(), Outcome::Disproved(Verdict::Tampered));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(found(), Outcome::Disproved(Verdict::Gap));
    std::fs::write(&file, &whole).unwrap();
    std::fs::write(file.with_file_name("copy"), &whole).unwrap();
    assert_eq!(found(), Outcome::Disproved(Verdict::Unreferenced));
}

/// While a server puts, replaces and drops.
#[test]
fn a_directory_whose_objects_come_and_go_is_not_accused() {
    let home = Home::new();
    let engine = home.try_open(engine::Settings { snapshot_bytes: 9_000, ..quiet() });
    let engine = engine.unwrap().engine;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut old = None;
            for order in 0..150 {
                let new = put(&engine, "k", order, &[&bytes(6_000)]);
                if let Some(old) = old.replace(new) {
                    commit(&engine, vec![removed(&old)]).unwrap();
                    engine.unlink_bodies().unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let report = verify(&home.data());
            assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
        }
    });
}
