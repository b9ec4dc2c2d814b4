//! What comes twice counts once; what comes with the id of another is kept and not shown.

use crate::call::{Call, account, uuid};
use crate::home::{Home, record};
use crate::lab::Lab;
use crate::logs::{Logs, calls, import, log, request_for};
use crate::rows::{everything, shown};
use engine::Engine;
use model::resource::Import;

fn counts(import: &Import) -> (u64, u64, u64) {
    (import.added, import.duplicates, import.conflicts)
}

#[test]
fn a_file_imported_twice_counts_once() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..200));
    let engine = home.open();
    assert_eq!(counts(&logs.import(&engine)), (200, 0, 0));
    assert_eq!(counts(&logs.import(&engine)), (0, 200, 0));
    drop(engine);
    let engine = home.open();
    assert_eq!(counts(&logs.import(&engine)), (0, 200, 0));
    assert_eq!((everything(&engine).len(), engine.status().next_seq), (200, 200));
}

#[test]
fn a_record_in_two_files_or_twice_in_one_counts_once() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..30));
    logs.log("b.json.gz", &calls(20..50));
    logs.file("c.json", log(&[calls(60..70), calls(60..70)].concat()));
    let engine = home.open();
    assert_eq!(counts(&logs.import(&engine)), (60, 20, 0));
    assert_eq!(everything(&engine).len(), 60);
}

#[test]
fn a_record_without_an_id_is_known_by_its_bytes() {
    let home = Home::new();
    let logs = Logs::new(&home);
    let nameless = |number| Call { id: None, ..Call::new(number) };
    logs.file("a.json", log(&[nameless(1), nameless(2), nameless(1)]));
    let engine = home.open();
    assert_eq!(counts(&logs.import(&engine)), (2, 1, 0));
    assert_eq!(counts(&logs.import(&engine)), (0, 3, 0));
}

#[test]
fn what_was_recorded_live_is_not_imported_again() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..30));
    let engine = home.open();
    record(&engine, 0..10);
    engine.seal().unwrap();
    record(&engine, 10..20);
    assert_eq!(counts(&logs.import(&engine)), (10, 20, 0));
    assert_eq!(shown(&engine).len(), 30);
}

#[test]
fn the_same_id_of_another_account_is_another_record() {
    let home = Home::new();
    let logs = Logs::new(&home);
    let path = logs.log("a.json.gz", &calls(0..5));
    let engine = home.open();
    logs.import(&engine);
    let other = account("444455556666");
    let again = import(&engine, request_for(&[path], &other)).unwrap();
    assert_eq!(counts(&again), (5, 0, 0));
    assert_eq!(engine.records_with_id(&uuid(3)).unwrap().len(), 2);
}

fn twin(number: u64) -> Call {
    Call { user: "mallory".to_owned(), ..Call::new(number) }
}

/// The first of a pair is shown, both are kept.
fn check_pair(engine: &Engine, first: &Call, second: &Call) {
    let both = engine.records_with_id(first.id.as_ref().unwrap()).unwrap();
    assert_eq!(both.len(), 2, "{both:?}");
    for row in both {
        let hidden = row.bytes[..] == *second.json().as_bytes();
        assert!(hidden || row.bytes[..] == *first.json().as_bytes());
        assert_eq!(row.hidden, hidden, "{row:?}");
    }
    let shown = shown(engine);
    assert!(shown.contains(&first.json()) && !shown.contains(&second.json()));
    assert_eq!(engine.status().conflicts, 1);
}

#[test]
fn other_bytes_under_a_known_id_are_kept_counted_and_not_shown() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..10));
    let engine = home.open();
    logs.import(&engine);
    logs.log("b.json.gz", &[twin(4)]);
    assert_eq!(counts(&logs.import(&engine)), (1, 10, 1));
    check_pair(&engine, &Call::new(4), &twin(4));
    assert_eq!((shown(&engine).len(), everything(&engine).len()), (10, 11));
    // It is known from then on.
    assert_eq!(counts(&logs.import(&engine)), (0, 11, 0));
    drop(engine);
    check_pair(&home.open(), &Call::new(4), &twin(4));
}

#[test]
fn other_bytes_under_one_id_in_one_import_are_a_conflict_too() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.file("a.json", log(&[Call::new(4), twin(4)]));
    let engine = home.open();
    assert_eq!(counts(&logs.import(&engine)), (2, 0, 1));
    check_pair(&engine, &Call::new(4), &twin(4));
}

#[test]
fn a_conflict_with_the_tail_outlives_sealing_merging_and_crashes() {
    let mut lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..10);
    let second = std::iter::once((twin(4).owner, twin(4).json().into_bytes()));
    let import = engine.import_records("second", second).unwrap();
    assert_eq!(counts(&import), (1, 0, 1));
    check_pair(&engine, &Call::new(4), &twin(4));
    engine.seal().unwrap();
    for round in 2..5 {
        record(&engine, round * 10..round * 10 + 1);
        engine.seal().unwrap();
    }
    assert!(engine.compact().unwrap());
    check_pair(&engine, &Call::new(4), &twin(4));
    check_pair(&lab.crash(engine), &Call::new(4), &twin(4));
}
