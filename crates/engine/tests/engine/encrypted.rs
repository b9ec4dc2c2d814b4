//! Encrypted directories: nothing shows without the key, everything is as before with it.

use crate::call::{Call, account, recorded, somebody};
use crate::home::{Home, commit, copy, names, quiet, told};
use crate::lab::Lab;
use crate::logs::Logs;
use crate::rows::shown;
use engine::sim::SimDisk;
use engine::{Engine, Error, Outcome, Random, RootKey, Settings, Verdict, verify, verify_with};
use std::fs;
use std::path::{Path, PathBuf};

const CANARY: &str = "wanderfalke";

fn key(byte: u8) -> RootKey {
    RootKey::make(&Random::new(move |bytes| bytes.fill(byte)))
}

fn encrypted() -> Settings {
    Settings { root_key: Some(key(7)), encrypt: true, ..quiet() }
}

/// State is written out and segments end all the time, as they do in years.
fn busy(settings: Settings) -> Settings {
    Settings { snapshot_bytes: 2_000, segment_bytes: 4_000, cold_bytes: 1_000, ..settings }
}

fn call(number: u64) -> Call {
    Call { user: CANARY.to_owned(), ..Call::new(number) }
}

fn record(engine: &Engine, numbers: std::ops::Range<u64>) {
    let now = engine.env().now();
    for number in numbers {
        commit(engine, vec![call(number).record(now)]).unwrap();
        // So short that it is not compressed.
        let short = format!(r#"{{"eventTime":"2024-03-01T00:00:00Z","{CANARY}":{number}}}"#);
        commit(engine, vec![recorded(&somebody(), now, short.as_bytes())]).unwrap();
    }
}

/// Parts, a tail, States, an import, in a directory of some age.
fn live(engine: &Engine, home: &Home) {
    record(engine, 0..60);
    engine.seal().unwrap();
    record(engine, 60..90);
    let logs = Logs::new(home);
    let calls: Vec<Call> = (500..540).map(call).collect();
    logs.log(&format!("{CANARY}.json.gz"), &calls);
    assert_eq!(logs.import(engine).added, 40);
    engine.seal().unwrap();
    record(engine, 90..100);
}

/// The files below a directory that hold a text.
fn showing(dir: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in names(dir) {
        let path = dir.join(name);
        if path.is_dir() {
            found.extend(showing(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|some| some == text.as_bytes()) {
            found.push(path);
        }
    }
    found
}

fn flip(path: &Path, byte: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[byte] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn nothing_shows_on_disk_and_everything_is_there_with_the_key() {
    let home = Home::new();
    let opened = home.try_open(busy(encrypted())).unwrap();
    let (engine, admin) = (opened.engine, opened.admin);
    live(&engine, &home);
    let records = shown(&engine);
    let killed = home.beside("killed");
    copy(&home.data(), &killed);
    for (what, dir) in [("running", home.data()), ("killed", killed.clone())] {
        for text in [CANARY, "111122223333", "PutObject", &admin.id, "GetCallerIdentity"] {
            assert_eq!(showing(&dir, text), [""; 0].map(PathBuf::from), "{what}: {text}");
        }
        assert!(!names(&dir.join("parts")).is_empty() && !names(&dir.join("state")).is_empty());
    }
    engine.close();
    drop(engine);
    let again = Settings { encrypt: false, ..busy(encrypted()) };
    for dir in [home.data(), killed] {
        let report = verify_with(&dir, Some(&key(7)));
        assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
        let engine = Engine::open(&dir, again.clone()).unwrap().engine;
        assert_eq!(shown(&engine), records);
        engine.close();
    }
}

/// The control: without encryption the same search finds the text.
#[test]
fn in_the_clear_it_shows() {
    let home = Home::new();
    let engine = home.try_open(busy(quiet())).unwrap().engine;
    live(&engine, &home);
    for dir in ["journal", "parts"] {
        assert_ne!(showing(&home.data().join(dir), CANARY), [""; 0].map(PathBuf::from), "{dir}");
    }
}

#[test]
fn a_missing_or_wrong_key_is_said_and_changes_nothing() {
    let home = Home::new();
    home.try_open(encrypted()).unwrap().engine.close();
    let before: Vec<_> = names(&home.data());
    let refused = |settings| told(&home.try_open(settings).unwrap_err());
    assert!(home.refusal().contains("--key-file"), "{}", home.refusal());
    let wrong = || Settings { root_key: Some(key(8)), ..encrypted() };
    assert!(refused(wrong()).contains("not the key"), "{}", refused(wrong()));
    assert_eq!(names(&home.data()), before);
    for root in [None, Some(&key(8))] {
        assert_eq!(verify_with(&home.data(), root).outcome(), Outcome::CannotTell);
    }
    assert_eq!(verify(&home.data()).outcome(), Outcome::CannotTell);
    let fresh = Home::new();
    let no_key = Settings { root_key: None, ..encrypted() };
    assert!(matches!(fresh.try_open(no_key), Err(Error::NoRootKey { .. })));
}

#[test]
fn a_flipped_bit_is_found_in_every_kind_of_file() {
    let home = Home::new();
    let engine = home.try_open(busy(encrypted())).unwrap().engine;
    live(&engine, &home);
    engine.close();
    drop(engine);
    let files = [("parts", ".part"), ("state", ".snap"), ("journal", ".seg")];
    let mut paths: Vec<PathBuf> = files.map(|(dir, ending)| home.last(dir, ending)).to_vec();
    paths.extend(["keys.ring", "root.key"].map(|name| home.data().join(name)));
    for path in paths {
        let len = fs::metadata(&path).unwrap().len() as usize;
        for byte in [70, len / 2, len - 1] {
            flip(&path, byte);
            let outcome = verify_with(&home.data(), Some(&key(7))).outcome();
            let seen = matches!(outcome, Outcome::Disproved(_));
            assert!(seen, "{} at {byte}: {outcome:?}", path.display());
            flip(&path, byte);
        }
    }
    let ring = home.data().join("keys.ring");
    let bytes = fs::read(&ring).unwrap();
    fs::remove_file(&ring).unwrap();
    let outcome = verify_with(&home.data(), Some(&key(7))).outcome();
    assert_eq!(outcome, Outcome::Disproved(Verdict::Gap));
    assert!(told(&home.try_open(encrypted()).unwrap_err()).contains("keys.ring"));
    fs::write(&ring, bytes).unwrap();
    assert_eq!(verify_with(&home.data(), Some(&key(7))).outcome(), Outcome::Proved);
}

/// A directory that was lived in and never encrypted; what it shows.
fn in_the_clear(home: &Home) -> Vec<String> {
    let engine = home.try_open(busy(quiet())).unwrap().engine;
    live(&engine, home);
    let records = shown(&engine);
    engine.close();
    records
}

#[test]
fn a_clear_directory_is_encrypted_but_for_old_frames_which_go() {
    let home = Home::new();
    let records = in_the_clear(&home);
    assert_ne!(showing(&home.data(), CANARY), [""; 0].map(PathBuf::from));
    let engine = home.try_open(busy(encrypted())).unwrap().engine;
    assert_eq!(shown(&engine), records);
    let journal = home.data().join("journal");
    for path in showing(&home.data(), CANARY) {
        assert!(path.starts_with(&journal), "{}", path.display());
    }
    record(&engine, 100..160);
    engine.seal().unwrap();
    record(&engine, 160..260);
    engine.seal().unwrap();
    record(&engine, 260..300);
    assert_eq!(showing(&home.data(), CANARY), [""; 0].map(PathBuf::from));
    engine.close();
    drop(engine);
    let report = verify_with(&home.data(), Some(&key(7)));
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    // From here on nothing in the clear is believed.
    let (part, clear) = (home.last("parts", ".part"), b"PUGPART\x01 in the clear");
    fs::write(&part, clear).unwrap();
    let refusal = told(&home.try_open(encrypted()).unwrap_err());
    assert!(refusal.contains("does not begin as a file of an encrypted"), "{refusal}");
}

/// Killed at any file, the next start goes on.
#[test]
fn encrypting_goes_on_where_it_was_cut_off() {
    let home = Home::new();
    let records = in_the_clear(&home);
    let clear = home.beside("clear");
    copy(&home.data(), &clear);
    home.try_open(busy(encrypted())).unwrap().engine.close();
    // Half of the files as they were, the keys as they are, and a leftover.
    let parts = home.data().join("parts");
    for name in names(&clear.join("parts")).iter().step_by(2) {
        fs::copy(clear.join("parts").join(name), parts.join(name)).unwrap();
    }
    let error = told(&home.try_open(encrypted()).unwrap_err());
    assert!(
        error.contains("does not begin"),
        "once it was whole nothing clear is believed: {error}"
    );
    fs::remove_dir_all(home.data()).unwrap();
    copy(&clear, &home.data());
    fs::write(parts.join("0.new"), CANARY).unwrap();
    let engine = home.try_open(encrypted()).unwrap().engine;
    assert_eq!(shown(&engine), records);
    assert!(!parts.join("0.new").exists());
}

#[test]
fn an_older_pugmark_is_told_that_it_is_too_old() {
    let home = Home::new();
    home.try_open(encrypted()).unwrap().engine.close();
    let stamp = fs::read_to_string(home.data().join("directory.json")).unwrap();
    assert!(stamp.contains("\"format\":2"), "{stamp}");
    let clear = Home::new();
    clear.open().close();
    let stamp = fs::read_to_string(clear.data().join("directory.json")).unwrap();
    assert!(stamp.contains("\"format\":1"), "{stamp}");
}

#[test]
fn parts_of_owners_have_keys_of_their_own() {
    let home = Home::new();
    let engine = home.try_open(encrypted()).unwrap().engine;
    let now = engine.env().now();
    for (owner, number) in [("111122223333", 0), ("444455556666", 1)] {
        let call = Call { owner: account(owner), ..call(number) };
        commit(&engine, vec![call.record(now)]).unwrap();
    }
    engine.seal().unwrap();
    let mut ids: Vec<Vec<u8>> = names(&home.data().join("parts"))
        .iter()
        .map(|name| fs::read(home.data().join("parts").join(name)).unwrap()[12..16].to_vec())
        .collect();
    let state = home.data().join("state");
    ids.extend(
        names(&state).iter().map(|name| fs::read(state.join(name)).unwrap()[12..16].to_vec()),
    );
    ids.push(fs::read(home.data().join("root.key")).unwrap()[12..16].to_vec());
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() >= 3, "{ids:?}");
}

#[test]
fn a_key_that_a_killed_process_made_is_durable_before_it_is_used() {
    let mut killed = 0;
    for (nth, seed) in (1..20).flat_map(|nth| (0..6).map(move |seed| (nth, seed))) {
        let mut lab = Lab::new();
        // What of it outlives the power is chance.
        lab.disk = SimDisk::new(seed);
        lab.settings = Settings { threads: 1, ..encrypted() };
        let engine = lab.open();
        commit(&engine, vec![call(1).record(engine.env().now())]).unwrap();
        // Somewhere on the way from a new key to the part that is encrypted under it.
        lab.disk.cut_power_at(nth);
        killed += u32::from(engine.seal().is_err());
        lab.disk = lab.disk.restart();
        drop(engine);
        let engine = lab.open();
        engine.seal().unwrap();
        let engine = lab.crash(engine);
        assert_eq!(shown(&engine).len(), 1, "{nth} {seed}");
    }
    assert!(killed > 40, "{killed}");
}
