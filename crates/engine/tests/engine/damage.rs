//! What a crash leaves is dropped quietly; damage is refused loudly and named.

use crate::home::{Home, names, quiet, record};
use crate::lab::Lab;
use crate::rows::{everything, numbers, shown};
use engine::{Engine, Search, Settings};
use model::TimeRange;
use std::fs;
use std::path::Path;

fn append(path: &Path, bytes: &[u8]) {
    let all = [fs::read(path).unwrap(), bytes.to_vec()].concat();
    fs::write(path, all).unwrap();
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 4;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_frame_that_was_cut_short_is_dropped_quietly() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..10);
    drop(engine);
    let segment = home.last("journal", ".seg");
    let whole = fs::read(&segment).unwrap();
    append(&segment, &[0x5a; 777]);
    let opened = home.try_open(quiet()).unwrap();
    assert_eq!(opened.recovery.unwrap().torn_bytes, 777);
    assert_eq!(shown(&opened.engine).len(), 10);
    assert_eq!(fs::read(&segment).unwrap(), whole);
    record(&opened.engine, 10..11);
    drop(opened);
    let opened = home.try_open(quiet()).unwrap();
    assert_eq!(opened.recovery.unwrap().torn_bytes, 0);
    assert_eq!(shown(&opened.engine).len(), 11);
}

#[test]
fn damage_in_the_middle_of_the_journal_is_refused_and_nothing_is_changed() {
    let home = Home::new();
    let engine = home.open();
    (0..10).for_each(|n| record(&engine, n * 10..n * 10 + 10));
    drop(engine);
    let segment = home.last("journal", ".seg");
    let whole = fs::read(&segment).unwrap();
    flip(&segment, whole.len() / 2);
    let damaged = fs::read(&segment).unwrap();
    let refusal = home.refusal();
    let name = segment.file_name().unwrap().to_str().unwrap();
    assert!(refusal.contains(name) && refusal.contains("is damaged at byte"), "{refusal}");
    assert_eq!(fs::read(&segment).unwrap(), damaged);
    fs::write(&segment, whole).unwrap();
    assert_eq!(shown(&home.open()).len(), 100);
}

#[test]
fn a_journal_without_its_end_is_refused() {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..10);
    engine.close();
    drop(engine);
    let segment = home.last("journal", ".seg");
    let whole = fs::read(&segment).unwrap();
    fs::write(&segment, &whole[..whole.len() / 2]).unwrap();
    assert!(home.refusal().contains("does not lead through"), "{}", home.refusal());
}

fn home_with_parts() -> (Home, Engine) {
    let home = Home::new();
    let engine = home.open();
    record(&engine, 0..500);
    engine.seal().unwrap();
    record(&engine, 500..510);
    (home, engine)
}

#[test]
fn a_missing_part_is_named() {
    let (home, engine) = home_with_parts();
    drop(engine);
    let part = home.last("parts", ".part");
    let name = part.file_stem().unwrap().to_str().unwrap().to_owned();
    fs::rename(&part, home.beside("part")).unwrap();
    let refusal = home.refusal();
    assert!(refusal.contains("cannot open part") && refusal.contains(&name), "{refusal}");
    fs::rename(home.beside("part"), &part).unwrap();
    assert_eq!(shown(&home.open()).len(), 510);
}

#[test]
fn a_part_that_is_cut_swapped_or_overwritten_is_named_at_the_start() {
    let (home, engine) = home_with_parts();
    engine.seal().unwrap();
    drop(engine);
    let parts = home.data().join("parts");
    let [first, second] = names(&parts).try_into().unwrap();
    let (first, second) = (parts.join(first), parts.join(second));
    let whole = fs::read(&first).unwrap();
    let name = first.file_stem().unwrap().to_str().unwrap().to_owned();
    let cut = whole[..whole.len() - 9].to_vec();
    let swapped = fs::read(&second).unwrap();
    for bytes in [cut, swapped, vec![0; whole.len()], Vec::new()] {
        fs::write(&first, bytes).unwrap();
        let refusal = home.refusal();
        assert!(refusal.contains("part") && refusal.contains(&name), "{refusal}");
    }
    fs::write(&first, whole).unwrap();
    assert_eq!(shown(&home.open()).len(), 510);
}

#[test]
fn rot_inside_a_part_is_an_error_that_names_it_and_never_a_wrong_row() {
    let (home, engine) = home_with_parts();
    let right: Vec<String> = shown(&engine);
    drop(engine);
    let part = home.last("parts", ".part");
    let whole = fs::read(&part).unwrap();
    let name = part.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut seen = 0;
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        flip(&part, at);
        let outcome = match home.try_open(quiet()) {
            Err(error) => Err(crate::home::told(&error)),
            Ok(opened) => {
                let all = crate::rows::rows(&opened.engine, &Search::default(), 1_000);
                // The tail is read all the same.
                let newest = crate::call::Call::new(505).time;
                let times = TimeRange { start: newest, ..TimeRange::ALL };
                let page = opened.engine.search(&Search { times, ..Search::default() }).unwrap();
                assert_eq!(page.rows.len(), 5);
                all.map_err(|error| crate::home::told(&error))
            }
        };
        match outcome {
            Ok(rows) => assert_eq!(rows.iter().map(crate::rows::text).collect::<Vec<_>>(), right),
            Err(error) => {
                seen += 1;
                assert!(error.contains("damaged") && error.contains(&name), "byte {at}: {error}");
            }
        }
        fs::write(&part, &whole).unwrap();
    }
    assert!(seen >= 20, "{seen}");
}

#[test]
fn files_of_parts_that_nobody_names_are_removed() {
    let (home, engine) = home_with_parts();
    drop(engine);
    let parts = home.data().join("parts");
    let live = names(&parts);
    fs::copy(parts.join(&live[0]), parts.join("00ff00ff00ff00ff00ff00ff00ff00ff.part")).unwrap();
    fs::write(parts.join("11ff00ff00ff00ff00ff00ff00ff00ff.new"), "half").unwrap();
    let engine = home.open();
    assert_eq!(names(&parts), live);
    assert_eq!(everything(&engine).len(), 510);
}

/// Also where old segments of the journal are long gone: they go only as far as the older State
/// does not need them.
#[test]
fn the_older_state_and_the_journal_are_enough_at_any_time() {
    let mut lab = Lab::new();
    lab.settings = Settings { segment_bytes: 1, snapshot_bytes: 1_500, ..lab.settings };
    let (mut engine, mut rotten, mut rots) = (lab.open(), String::new(), 0);
    for round in 0..40 {
        record(&engine, round * 3..round * 3 + 3);
        if round % 7 == 3 || round % 10 == 9 {
            engine.seal().unwrap();
        }
        if round % 5 == 4 {
            // The second time there is nothing new to write out.
            for _ in 0..2 {
                engine.close();
                engine = lab.crash(engine);
            }
        }
        engine.settle();
        // One of the two may rot, not both.
        let states = lab.files("state");
        if states.len() == 2 && !states.contains(&rotten) {
            rotten = states[1].clone();
            lab.disk.flip(&Path::new("state").join(&rotten), 50, 3).unwrap();
            engine = lab.crash(engine);
            assert_eq!(numbers(&engine).len() as u64, round * 3 + 3);
            rots += 1;
        }
    }
    assert!(rots >= 8, "{rots}");
    assert!(lab.files("journal").len() < 60, "{:?}", lab.files("journal"));
}

#[test]
fn where_the_newest_state_rots_the_one_before_it_serves() {
    let home = Home::new();
    for round in 0..3 {
        let engine = home.open();
        record(&engine, round * 10..round * 10 + 10);
        engine.close();
    }
    // Opening and closing without any work leaves both as they are.
    home.open().close();
    let states = names(&home.data().join("state"));
    assert_eq!(states.len(), 2);
    let newest = home.last("state", ".snap");
    let len = fs::read(&newest).unwrap().len();
    flip(&newest, len / 2);
    assert_eq!(shown(&home.open()).len(), 30);
    for name in names(&home.data().join("state")) {
        flip(&home.data().join("state").join(name), 60);
    }
    assert!(home.refusal().contains("the snapshot is not whole"), "{}", home.refusal());
}
