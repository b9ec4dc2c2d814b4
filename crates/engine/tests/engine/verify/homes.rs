//! Directories on this machine's disk, also while an engine writes to them.

use crate::call::Call;
use crate::home::{Home, commit, copy, names, quiet, record};
use engine::{Outcome, Settings, Verdict, newest_entry, verify};
use std::fs;

#[test]
fn a_directory_that_is_not_there_or_empty_proves_nothing() {
    let home = Home::new();
    assert_eq!(verify(&home.data()).outcome(), Outcome::CannotTell);
    assert!(!home.data().exists());
    fs::create_dir(home.data()).unwrap();
    assert_eq!(verify(&home.data()).outcome(), Outcome::CannotTell);
    assert_eq!(names(&home.data()), [""; 0]);
}

#[test]
fn a_sound_directory_is_proved_and_not_touched() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..500);
    engine.seal().unwrap();
    record(&engine, 500..510);
    engine.close();
    drop(engine);
    let before = home.beside("before");
    copy(&home.data(), &before);
    let report = verify(&home.data());
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    assert!(newest_entry(&home.data(), None).unwrap().is_some());
    let checked = report.checked;
    assert_eq!((checked.part_records, checked.tail_records, checked.leaves), (500, 10, 510));
    for dir in ["", "journal", "state", "parts"] {
        let (now, then) = (home.data().join(dir), before.join(dir));
        assert_eq!(names(&now), names(&then));
        for name in names(&now).iter().filter(|name| now.join(name).is_file()) {
            assert_eq!(fs::read(now.join(name)).unwrap(), fs::read(then.join(name)).unwrap());
        }
    }
}

/// While a server seals, merges, trims and writes out State.
#[test]
fn a_directory_at_work_is_proved_as_of_one_moment() {
    let home = Home::new();
    let settings = Settings {
        seal_records: 40,
        snapshot_bytes: 4_000,
        segment_bytes: 3_000,
        compaction: true,
        ..quiet()
    };
    let engine = home.try_open(settings).unwrap().engine;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..1_500_u64 {
                let now = engine.env().now();
                commit(&engine, vec![Call::new(number).record(now)]).unwrap();
            }
        });
        let mut ends = Vec::new();
        while !writer.is_finished() {
            let report = verify(&home.data());
            assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
            ends.push(report.checked.end);
        }
        assert!(ends.is_sorted() && ends.len() > 2, "{ends:?}");
    });
    let report = verify(&home.data());
    assert_eq!(report.checked.part_records + report.checked.tail_records, 1_500);
    assert!(engine::is_in_use(&home.data()).unwrap());
    engine.close();
    drop(engine);
    assert!(!engine::is_in_use(&home.data()).unwrap());
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..100);
    engine.seal().unwrap();
    engine.close();
    drop(engine);
    let part = home.last("parts", ".part");
    let whole = fs::read(&part).unwrap();
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    fs::write(&part, bytes).unwrap();
    let report = verify(&home.data());
    assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Tampered));
    let name = part.file_name().unwrap().to_str().unwrap();
    assert!(report.flaws[0].file.ends_with(name), "{report:?}");
    fs::remove_file(&part).unwrap();
    assert_eq!(verify(&home.data()).outcome(), Outcome::Disproved(Verdict::Gap));
    fs::write(&part, &whole[..9]).unwrap();
    assert_eq!(verify(&home.data()).outcome(), Outcome::Disproved(Verdict::Truncated));
}

#[test]
fn a_journal_of_another_directory_is_told() {
    let (home, other) = (Home::new(), Home::new());
    for home in [&home, &other] {
        let engine = home.open();
        record(&engine, 0..20);
        engine.close();
    }
    for dir in ["journal", "state"] {
        fs::remove_dir_all(home.data().join(dir)).unwrap();
        copy(&other.data().join(dir), &home.data().join(dir));
    }
    let report = verify(&home.data());
    assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Tampered), "{report:?}");
    assert!(report.flaws.iter().any(|it| it.file == "directory.json"), "{report:?}");
}
