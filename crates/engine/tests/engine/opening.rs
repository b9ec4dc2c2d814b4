//! Opening, closing and refusing to open a data directory.

use crate::home::{Home, copy, names, quiet, record};
use crate::rows::{everything, shown};
use engine::{Engine, Error, Settings};
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn what_was_recorded_is_there_after_closing_and_after_a_kill() {
    let home = Home::new();
    let opened = home.try_open(quiet()).unwrap();
    assert!(opened.is_new && opened.recovery.is_none());
    let admin = opened.admin;
    record(&opened.engine, 0..40);
    assert_eq!(opened.engine.seal().unwrap(), 40);
    record(&opened.engine, 40..100);
    let before = shown(&opened.engine);
    assert_eq!(before.len(), 100);

    let killed = home.beside("killed");
    copy(&home.data(), &killed);
    opened.engine.close();
    drop(opened.engine);
    for data in [home.data(), killed] {
        let again = Engine::open(&data, quiet()).unwrap();
        assert!(!again.is_new && again.recovery.is_some());
        assert_eq!((&again.admin.id, &again.admin.secret), (&admin.id, &admin.secret));
        assert_eq!(shown(&again.engine), before);
        assert_eq!(again.engine.status().records, 100);
        record(&again.engine, 100..101);
        assert_eq!(everything(&again.engine).len(), 101);
    }
}

#[test]
fn closing_twice_and_asking_afterwards_is_no_accident() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..3);
    engine.close();
    engine.close();
    assert_eq!(shown(&engine).len(), 3);
    let refused = engine.commit(|_| ((), model::Effect::default())).wait().unwrap_err();
    assert!(matches!(refused, Error::Closed), "{refused:?}");
    assert!(matches!(
        engine.ask(&engine.settings().account, |_| ()).wait().unwrap_err(),
        Error::Closed
    ));
    assert!(matches!(engine.seal().unwrap_err(), Error::Closed));
}

#[test]
fn what_waits_when_the_engine_closes_is_done_or_told_that_it_was_not() {
    let home = Home::new();
    let engine = home.open();
    let pending: Vec<_> = (0..500)
        .map(|number| {
            let record = crate::call::Call::new(number).record(engine.env().now());
            engine.commit(move |_| ((), record.into()))
        })
        .collect();
    let closing = engine.clone();
    let done = std::thread::scope(|scope| {
        scope.spawn(move || closing.close());
        let outcomes = pending.into_iter().map(|pending| pending.wait().map(drop));
        let told = |outcome: Result<(), Error>| match outcome {
            Ok(()) => true,
            Err(Error::Closed) => false,
            Err(error) => panic!("{error:?}"),
        };
        outcomes.map(told).filter(|done| *done).count()
    });
    drop(engine);
    assert_eq!(shown(&home.open()).len(), done);
}

#[test]
fn a_second_engine_is_refused_while_the_first_lives() {
    let home = Home::new();
    let first = home.open();
    let refused = home.try_open(quiet()).unwrap_err();
    assert!(matches!(&refused, Error::Locked { path } if *path == home.data()), "{refused:?}");
    record(&first, 0..5);
    drop(first);
    assert_eq!(shown(&home.open()).len(), 5);
}

#[test]
fn an_engine_that_is_dropped_lets_go_when_it_has_stopped_writing() {
    let home = Home::new();
    for round in 0..20 {
        let settings = Settings { snapshot_bytes: 1, ..quiet() };
        let engine = home.try_open(settings).unwrap().engine;
        assert_eq!(shown(&engine).len() as u64, round * 10);
        record(&engine, round * 10..round * 10 + 10);
    }
}

#[test]
fn a_newer_directory_is_refused_and_left_alone() {
    let home = Home::new();
    drop(home.open());
    let stamp = home.data().join("directory.json");
    let text = fs::read_to_string(&stamp).unwrap();
    let newer = text.replacen("\"format\":1", "\"format\":7,\"novelty\":{}", 1);
    assert_ne!(text, newer);
    fs::write(&stamp, &newer).unwrap();
    let refused = home.try_open(quiet()).unwrap_err();
    assert!(matches!(refused, Error::NewerFormat { found: 7, known: 2, .. }), "{refused:?}");
    assert_eq!(fs::read_to_string(&stamp).unwrap(), newer);
    fs::write(&stamp, text).unwrap();
    drop(home.open());
}

#[test]
fn a_damaged_or_lost_stamp_is_named_and_not_made_anew() {
    let home = Home::new();
    drop(home.open());
    let stamp = home.data().join("directory.json");
    let text = fs::read(&stamp).unwrap();
    fs::write(&stamp, "{").unwrap();
    assert!(home.refusal().contains("directory.json` is damaged"), "{}", home.refusal());
    fs::remove_file(&stamp).unwrap();
    assert!(home.refusal().contains("directory.json` is damaged: it is missing"));
    assert!(!stamp.exists());
    fs::write(&stamp, text).unwrap();
    drop(home.open());
}

/// A directory, once with State written out, once with all of it in the journal.
fn homes_with_records() -> [Home; 2] {
    let closed = Home::new();
    let engine = closed.open();
    record(&engine, 0..10);
    engine.close();
    let killed = Home::new();
    copy(&closed.data(), &killed.data());
    fs::remove_dir_all(killed.data().join("state")).unwrap();
    [closed, killed]
}

#[test]
fn a_wrong_key_is_named() {
    for home in homes_with_records() {
        let path = home.data().join("root.key");
        let key = fs::read(&path).unwrap();
        assert_eq!(key.len(), 64);
        fs::write(&path, [7; 64]).unwrap();
        let refusal = home.refusal();
        assert!(refusal.contains("root.key` is damaged: it is not the key of this"), "{refusal}");
        fs::write(&path, &key[..63]).unwrap();
        assert!(home.refusal().contains("root.key` is damaged: a wrong length"));
        fs::remove_file(&path).unwrap();
        assert!(home.refusal().contains("root.key` is damaged: it is missing"));
        assert!(!path.exists(), "a lost key was replaced");
        fs::write(&path, &key).unwrap();
        assert_eq!(shown(&home.open()).len(), 10);
    }
}

#[test]
fn born_in_dev_and_born_secure_do_not_mix() {
    let dev = Settings { dev: true, ..quiet() };
    let home = Home::new();
    drop(home.try_open(dev.clone()).unwrap());
    let refused = home.try_open(quiet()).unwrap_err();
    assert!(matches!(refused, Error::BornDev { .. }), "{refused:?}");
    assert!(home.try_open(dev.clone()).unwrap().engine.status().dev);

    let home = Home::new();
    let engine = home.open();
    assert!(!engine.status().dev);
    assert!(matches!(engine.reset().unwrap_err(), Error::NotDev));
    drop(engine);
    let refused = home.try_open(dev).unwrap_err();
    assert!(matches!(refused, Error::BornSecure { .. }), "{refused:?}");
    drop(home.open());
}

#[test]
fn files_are_for_their_owner_alone() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..10);
    engine.seal().unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    let own = [
        home.data().join("root.key"),
        home.last("journal", ".seg"),
        home.last("parts", ".part"),
        home.last("state", ".snap"),
    ];
    for path in own {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_lost_journal_is_not_made_anew() {
    let [home, _] = homes_with_records();
    let engine = home.open();
    engine.seal().unwrap();
    drop(engine);
    let parts = names(&home.data().join("parts"));
    assert_eq!(parts.len(), 1);
    fs::rename(home.data().join("journal"), home.beside("journal")).unwrap();
    assert!(home.refusal().contains("no journal"), "{}", home.refusal());
    // Also where nothing but parts tells that there was one: they are not taken for nobody's.
    fs::rename(home.data().join("state"), home.beside("state")).unwrap();
    assert!(home.refusal().contains("no journal"), "{}", home.refusal());
    assert_eq!(names(&home.data().join("parts")), parts);
    fs::rename(home.beside("journal"), home.data().join("journal")).unwrap();
    assert_eq!(shown(&home.open()).len(), 10);
}
