//! An import that is cut off goes on where its last frame left it.

use crate::home::{Home, quiet};
use crate::lab::Lab;
use crate::logs::{Logs, calls, import};
use crate::rows::{everything, numbers};
use engine::sim::WriteFault;
use engine::{Engine, ImportRequest, Settings};
use model::resource::{Import, ImportStatus};

const FILES: u64 = 60;

fn logs(home: &Home) -> Logs {
    let logs = Logs::new(home);
    for file in 0..FILES {
        logs.log(&format!("{file:03}.json.gz"), &calls(file * 10..file * 10 + 10));
    }
    logs.file("notes.txt", "not a log");
    logs.file("999.json", "hello");
    logs
}

/// Publishes after each file.
fn settings() -> Settings {
    Settings { draft_bytes: 1, threads: 1, ..quiet() }
}

fn open(home: &Home) -> Engine {
    home.try_open(settings()).unwrap().engine
}

/// Begins an import and waits until its frames name at least so many files.
fn begin(engine: &Engine, logs: &Logs, files: u64) -> String {
    let id = engine.start_import(logs.request()).unwrap();
    while engine.state().import(&id).unwrap().files_done < files {
        std::thread::yield_now();
    }
    id
}

/// The import that was cut off, as State has it.
fn cut_off(engine: &Engine, id: &str) -> Import {
    let import = engine.state().import(id).unwrap().clone();
    assert_eq!(import.status, ImportStatus::Running);
    assert!(import.ended.is_none() && import.files_done < FILES, "{import:?}");
    assert_eq!(import.done.as_ref().map(|done| done.files), Some(import.files_done));
    assert_eq!(everything(engine).len() as u64, import.added);
    import
}

fn check_whole(engine: &Engine, import: &Import) {
    assert_eq!(import.status, ImportStatus::Completed);
    assert_eq!((import.added, import.duplicates, import.conflicts), (FILES * 10, 0, 0));
    assert_eq!((import.files_found, import.files_done), (FILES + 1, FILES + 1));
    assert_eq!((import.bytes_found, import.done.clone()), (import.bytes_done, None));
    let reasons: Vec<_> = import.skipped.iter().map(|(why, what)| (&**why, what.count)).collect();
    assert_eq!(reasons, [("not JSON", 1), ("not a log file by its name", 1)]);
    assert_eq!(import.seqs.iter().map(|range| range.count).sum::<u64>(), FILES * 10);
    assert_eq!(numbers(engine).len() as u64, FILES * 10);
}

fn resume(engine: &Engine, logs: &Logs) -> Import {
    import(engine, ImportRequest { resume: true, ..logs.request() }).unwrap()
}

#[test]
fn closing_in_the_middle_leaves_an_import_that_goes_on() {
    let home = Home::new();
    let logs = logs(&home);
    let engine = open(&home);
    let id = begin(&engine, &logs, 3);
    engine.close();
    drop(engine);

    let engine = open(&home);
    let before = cut_off(&engine, &id);
    let again = engine.start_import(ImportRequest { resume: true, ..logs.request() }).unwrap();
    let shown = engine.import(&again).unwrap();
    assert!(shown.files_done >= before.files_done && shown.added >= before.added);
    while engine.import(&again).unwrap().ended.is_none() {
        std::thread::yield_now();
    }
    let import = engine.import(&again).unwrap();
    assert_eq!(import.id, before.id);
    check_whole(&engine, &import);
}

#[test]
fn a_power_cut_in_the_middle_leaves_an_import_that_goes_on() {
    let home = Home::new();
    let logs = logs(&home);
    for nth in [9, 60, 115, 171, 252, 303] {
        let mut lab = Lab::new();
        lab.settings = settings();
        let engine = lab.open();
        lab.disk.cut_power_at(nth);
        let id = engine.start_import(logs.request()).unwrap();
        while lab.disk.is_powered() {
            std::thread::yield_now();
        }
        engine.close();
        let engine = lab.crash(engine);
        cut_off(&engine, &id);
        let import = resume(&engine, &logs);
        assert_eq!(import.id, id);
        check_whole(&engine, &import);
        assert_eq!(resume(&engine, &logs).duplicates, FILES * 10);
    }
}

/// What could not be published was not done, whatever the last word on the import says.
#[test]
fn an_import_that_failed_goes_on_with_what_was_not_published() {
    let home = Home::new();
    let logs = logs(&home);
    for nth in 2..30 {
        let mut lab = Lab::new();
        lab.settings = settings();
        let engine = lab.open();
        lab.disk.fail_write_at(nth, WriteFault::Full);
        let failed = logs.import(&engine);
        if failed.status == ImportStatus::Completed {
            // It was State that could not be written out: no harm.
            continue;
        }
        assert!(matches!(failed.status, ImportStatus::Failed(_)), "{nth}: {:?}", failed.status);
        assert_eq!(everything(&engine).len() as u64, failed.added, "{nth}");
        let engine = lab.crash(engine);
        let import = resume(&engine, &logs);
        assert_eq!(import.id, failed.id);
        check_whole(&engine, &import);
    }
}

#[test]
fn without_being_asked_to_go_on_an_import_begins_anew_and_adds_what_is_missing() {
    let home = Home::new();
    let logs = logs(&home);
    let engine = open(&home);
    let id = begin(&engine, &logs, 3);
    drop(engine);
    let engine = open(&home);
    let before = cut_off(&engine, &id);
    let import = logs.import(&engine);
    assert_ne!(import.id, id);
    assert_eq!((import.duplicates, import.added), (before.added, FILES * 10 - before.added));
    assert_eq!(everything(&engine).len() as u64, FILES * 10);
}

#[test]
fn other_paths_are_another_import() {
    let home = Home::new();
    let logs = logs(&home);
    let engine = open(&home);
    let id = begin(&engine, &logs, 3);
    drop(engine);
    let engine = open(&home);
    let other = crate::logs::request(&[logs.0.join("000.json.gz")]);
    let import = import(&engine, ImportRequest { resume: true, ..other }).unwrap();
    assert_ne!(import.id, id);
    assert_eq!((import.files_found, import.duplicates), (1, 10));
    cut_off(&engine, &id);
}
