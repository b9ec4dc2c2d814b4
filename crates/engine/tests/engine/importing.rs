//! Imports of log files: what is taken, what is left out, and what is told of both.

use crate::call::{Call, account, somebody, uuid};
use crate::home::{Home, quiet, record, told};
use crate::logs::{Logs, calls, gzip, import, log, request, request_for};
use crate::rows::{everything, numbers, rows, shown, text};
use engine::{Engine, Error, ErrorKind, Search, Settings};
use model::Origin;
use model::resource::{Import, ImportStatus, Skipped};

fn skipped<'a>(import: &'a Import, reason: &str) -> &'a Skipped {
    import.skipped.get(reason).unwrap_or_else(|| panic!("`{reason}` not in {:?}", import.skipped))
}

#[test]
fn every_record_of_every_file_is_found_and_told() {
    let home = Home::new();
    let logs = Logs::new(&home);
    for file in 0..7 {
        let name = format!("AWSLogs/111122223333/CloudTrail/2024/03/0{file}/{file}.json.gz");
        logs.log(&name, &calls(file * 100..file * 100 + 100));
    }
    let engine = home.open();
    let import = logs.import(&engine);
    assert_eq!(import.status, ImportStatus::Completed);
    assert_eq!((import.files_found, import.files_done), (7, 7));
    assert_eq!((import.bytes_found, import.bytes_found > 0), (import.bytes_done, true));
    assert_eq!((import.added, import.duplicates, import.conflicts), (700, 0, 0));
    assert!(import.skipped.is_empty() && import.done.is_none(), "{import:?}");
    let times = (Call::new(0).time, Call::new(699).time);
    assert_eq!(import.times, Some(times));
    assert_eq!(import.accounts.get(&somebody()), Some(&700));
    assert_eq!(import.regions.get("us-east-1"), Some(&700));
    assert_eq!(import.seqs.iter().map(|range| range.count).sum::<u64>(), 700);
    let expected: Vec<String> = (0..700).rev().map(|number| Call::new(number).json()).collect();
    assert_eq!(shown(&engine), expected);
    drop(engine);
    let engine = home.open();
    assert_eq!(shown(&engine), expected);
    assert_eq!(engine.import(&import.id), Some(import));
    assert_eq!(numbers(&engine).len(), 700);
}

#[test]
fn a_path_that_is_not_there_is_named_and_nothing_begins() {
    let home = Home::new();
    let engine = home.open();
    let missing = home.beside("missing");
    let error = engine.start_import(request(std::slice::from_ref(&missing))).unwrap_err();
    assert!(matches!(&error, Error::Io { path, .. } if *path == missing), "{error:?}");
    assert_eq!(engine.state().imports().count(), 0);
    // The next one is not kept out.
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..1));
    assert_eq!(logs.import(&engine).added, 1);
}

#[test]
fn a_directory_without_files_is_nothing_to_import() {
    let home = Home::new();
    let logs = Logs::new(&home);
    std::fs::create_dir(logs.0.join("empty")).unwrap();
    let engine = home.open();
    let error = engine.start_import(logs.request()).unwrap_err();
    assert!(matches!(error, Error::NothingToImport { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(told(&error).contains(&logs.0.display().to_string()), "{error}");
    assert_eq!(engine.state().imports().count(), 0);
}

#[test]
fn what_is_left_out_is_counted_and_named() {
    let home = Home::new();
    let logs = Logs::new(&home);
    let whole = gzip(log(&calls(0..50)).as_bytes());
    logs.file("good.json.gz", &whole);
    logs.file("broken/cut.json.gz", &whole[..whole.len() / 2]);
    logs.file("broken/behind.json.gz", [&whole[..], b"garbage"].concat());
    logs.file("foreign/config.json", r#"{"configurationItems":[{}],"fileVersion":"1.0"}"#);
    logs.file("foreign/policy.json", r#"{"Version":"2012-10-17","Statement":[]}"#);
    logs.file("digest/d.json.gz", gzip(br#"{"awsAccountId":"1","digestStartTime":"x"}"#));
    logs.file("text.log", "hello");
    logs.file("nothing.json", "");
    logs.file("timeless.json", r#"{"Records":[{"eventName":"X","eventVersion":"1.08"}]}"#);
    logs.file("half.json", format!("{{\"Records\":[{},{{\"eventName\":tru", Call::new(90).json()));
    logs.file("README.txt", "not a log");
    std::os::unix::fs::symlink(home.beside("nowhere"), logs.0.join("dangling.json")).unwrap();
    std::os::unix::fs::symlink(&logs.0, logs.0.join("round")).unwrap();
    let engine = home.open();
    let import = logs.import(&engine);

    assert_eq!(import.status, ImportStatus::Completed);
    assert_eq!((import.files_found, import.files_done), (10, 10));
    assert_eq!((import.added, import.duplicates), (51, 50));
    for (reason, name) in [
        ("truncated gzip", "cut.json.gz"),
        ("damaged gzip", "behind.json.gz"),
        ("digest file", "d.json.gz"),
        ("not JSON", "text.log"),
        ("empty file", "nothing.json"),
        ("record without a readable eventTime", "timeless.json"),
        ("damaged JSON", "half.json"),
        ("not a log file by its name", "README.txt"),
        ("cannot be read", "dangling.json"),
        ("link to a directory", "round"),
    ] {
        let skipped = skipped(&import, reason);
        assert_eq!((skipped.count, skipped.names.len()), (1, 1), "{reason}");
        assert!(skipped.names[0].contains(name), "{reason}: {skipped:?}");
    }
    let foreign = skipped(&import, "not CloudTrail records");
    assert_eq!(foreign.count, 2);
    assert!(foreign.names.iter().any(|name| name.contains("AWS Config")), "{foreign:?}");
    assert_eq!(import.skipped.len(), 11, "{:?}", import.skipped);
    assert_eq!(shown(&engine).len(), 51);
}

#[test]
fn many_of_a_kind_are_counted_and_a_few_are_named() {
    let home = Home::new();
    let logs = Logs::new(&home);
    (0..60).for_each(|n| drop(logs.file(&format!("{n}.json"), "hello")));
    let import = logs.import(&home.open());
    let skipped = skipped(&import, "not JSON");
    assert_eq!((skipped.count, skipped.names.len()), (60, 10));
}

#[test]
fn a_file_that_is_named_itself_is_taken_whatever_it_is_called() {
    let home = Home::new();
    let logs = Logs::new(&home);
    let path = logs.file("export.txt", log(&calls(0..3)));
    let engine = home.open();
    let import = import(&engine, request(&[path.clone(), path])).unwrap();
    assert_eq!((import.files_found, import.added, import.duplicates), (1, 3, 0));
}

#[test]
fn each_record_belongs_to_the_account_it_names_or_to_the_one_that_was_asked_for() {
    let home = Home::new();
    let logs = Logs::new(&home);
    let mut thirteen = Call::new(1);
    thirteen.owner = account("1234567890123");
    let nobody = r#"{"eventVersion":"1.08","eventTime":"2024-03-01T00:00:00Z","eventName":"X"}"#;
    let mine =
        logs.file("a.json", format!("[{},{},{nobody}]", Call::new(0).json(), thirteen.json()));
    let settings = Settings { account: account("999900001111"), ..quiet() };
    let engine = home.try_open(settings).unwrap().engine;
    import(&engine, request(std::slice::from_ref(&mine))).unwrap();
    let of = |id: &str| {
        let question = Search { owner: Some(account(id)), ..Search::default() };
        rows(&engine, &question, 10).unwrap().iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(of("111122223333"), [Call::new(0).json()]);
    assert_eq!(of("1234567890123"), [thirteen.json()]);
    assert_eq!(of("999900001111"), [nobody]);

    // The same records for somebody else are others.
    let other = import(&engine, request_for(&[mine], &account("222200003333"))).unwrap();
    assert_eq!((other.added, other.duplicates), (3, 0));
    assert_eq!((of("222200003333").len(), of("111122223333").len()), (3, 1));
    assert_eq!(engine.status().owners, 4);
}

#[test]
fn a_record_without_an_id_is_found_by_the_hash_that_stands_for_it() {
    let home = Home::new();
    let mut call = Call::new(3);
    call.id = None;
    let engine = home.open();
    let bytes = call.json().into_bytes();
    engine.import_records("one", std::iter::once((call.owner.clone(), bytes))).unwrap();
    record(&engine, 10..12);
    let found = everything(&engine).into_iter().find(|row| text(row) == call.json()).unwrap();
    let hex = format!("{:032x}", u128::from_be_bytes(found.id.0));
    let check = |engine: &Engine| {
        let again = engine.records_with_id(&hex).unwrap();
        assert_eq!(again.iter().map(text).collect::<Vec<_>>(), [call.json()]);
        assert_eq!(engine.records_with_id(&uuid(10)).unwrap().len(), 1);
        assert_eq!(engine.records_with_id(&uuid(3)).unwrap().len(), 0);
    };
    check(&engine);
    engine.seal().unwrap();
    check(&engine);
}

#[test]
fn records_at_hand_that_are_none_are_counted_not_lost_silently() {
    let home = Home::new();
    let engine = home.open();
    let texts = [
        Call::new(0).json(),
        "no JSON".to_owned(),
        format!("{} more", Call::new(1).json()),
        r#"{"eventName":"Timeless"}"#.to_owned(),
    ];
    let records = texts.into_iter().map(|text| (somebody(), text.into_bytes()));
    let import = engine.import_records("four", records).unwrap();
    assert_eq!((import.added, import.paths.as_slice()), (1, &["four".to_owned()][..]));
    assert_eq!(skipped(&import, "not JSON").count, 2);
    let timeless = skipped(&import, "record without a readable eventTime");
    assert!(timeless.count == 1 && timeless.names[0].contains("Timeless"), "{timeless:?}");
    assert_eq!(engine.import(&import.id).unwrap().added, 1);
}

#[test]
fn one_import_runs_at_a_time() {
    let home = Home::new();
    let logs = Logs::new(&home);
    (0..40).for_each(|n| drop(logs.log(&format!("{n}.json.gz"), &calls(n * 10..n * 10 + 10))));
    let settings = Settings { draft_bytes: 1, ..quiet() };
    let engine = home.try_open(settings).unwrap().engine;
    let id = engine.start_import(logs.request()).unwrap();
    let refused = engine.start_import(logs.request()).unwrap_err();
    assert!(matches!(&refused, Error::ImportRunning { id: running } if *running == id));
    while engine.import(&id).unwrap().ended.is_none() {
        std::thread::yield_now();
    }
    // As soon as one is seen to end the next one may begin.
    assert_eq!(logs.import(&engine).duplicates, 400);
    assert_eq!(logs.import(&engine).duplicates, 400);
}

#[test]
fn records_are_found_while_an_import_runs_and_live_ones_go_on() {
    let home = Home::new();
    let logs = Logs::new(&home);
    (0..30).for_each(|n| drop(logs.log(&format!("{n}.json.gz"), &calls(n * 10..n * 10 + 10))));
    let settings = Settings { draft_bytes: 1, seal_records: 20, compaction: true, ..quiet() };
    let engine = home.try_open(settings).unwrap().engine;
    let id = engine.start_import(logs.request()).unwrap();
    let mut live = 1_000;
    while engine.import(&id).unwrap().ended.is_none() {
        record(&engine, live..live + 1);
        live += 1;
        let status = engine.status();
        assert!(status.records <= status.next_seq, "{status:?}");
    }
    engine.seal().unwrap();
    let all = everything(&engine);
    let imported = all.iter().filter(|row| row.origin == Origin::Imported).count() as u64;
    assert_eq!((imported, all.len() as u64 - imported), (300, live - 1_000));
    drop(engine);
    let engine = home.open();
    assert_eq!((shown(&engine).len(), numbers(&engine).len()), (all.len(), all.len()));
}
