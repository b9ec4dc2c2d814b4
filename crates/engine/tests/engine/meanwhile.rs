//! What happens in the middle of something else.

use crate::call::Call;
use crate::gate::{Gate, Keeper};
use crate::home::record;
use crate::lab::Lab;
use crate::rows::{everything, numbers, shown};
use engine::{Engine, Error};
use model::resource::Import;
use std::sync::atomic::{AtomicU64, Ordering};

fn gated(lab: &Lab) -> (Engine, Keeper) {
    let (disk, keeper) = Gate::new(lab.disk.clone());
    let opened = Engine::simulated(disk, lab.settings.clone(), lab.env.clone());
    (opened.unwrap().engine, keeper)
}

#[test]
fn records_stay_in_sight_while_they_are_sealed_and_new_ones_go_on() {
    let mut lab = Lab::new();
    let (engine, keeper) = gated(&lab);
    record(&engine, 0..10);
    std::thread::scope(|scope| {
        let sealing = scope.spawn(|| engine.seal());
        keeper.wait();
        record(&engine, 10..20);
        assert_eq!((shown(&engine).len(), numbers(&engine).len()), (20, 20));
        keeper.let_through();
        assert_eq!(sealing.join().unwrap().unwrap(), 10);
    });
    assert_eq!((shown(&engine).len(), engine.status().tail_records), (20, 10));
    let engine = lab.crash(engine);
    assert_eq!((shown(&engine).len(), numbers(&engine).len()), (20, 20));
}

#[test]
fn a_question_sees_one_moment_whatever_goes_on() {
    const CALLS: u64 = 900;
    let lab = Lab::new();
    let engine = lab.open();
    let done = AtomicU64::new(0);
    let is_over = || done.load(Ordering::SeqCst) == CALLS;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..CALLS {
                record(&engine, number..number + 1);
                done.store(number + 1, Ordering::SeqCst);
            }
        });
        scope.spawn(|| {
            while !is_over() {
                engine.seal().unwrap();
                engine.compact().unwrap();
            }
        });
        while !is_over() {
            let before = done.load(Ordering::SeqCst);
            let seen = everything(&engine);
            let places: Vec<u64> = seen.iter().rev().map(|row| row.place.seq.0).collect();
            assert_eq!(places, (0..places.len() as u64).collect::<Vec<_>>());
            assert!(places.len() as u64 >= before, "{} of {before}", places.len());
        }
    });
    assert_eq!(shown(&engine).len() as u64, CALLS);
}

#[test]
fn a_power_cut_in_the_middle_of_sealing_loses_nothing() {
    let mut lab = Lab::new();
    let (engine, keeper) = gated(&lab);
    record(&engine, 0..10);
    let cut = std::thread::scope(|scope| {
        let sealing = scope.spawn(|| engine.seal());
        keeper.wait();
        record(&engine, 10..20);
        lab.disk = lab.disk.crash();
        keeper.let_through();
        sealing.join().unwrap()
    });
    assert!(cut.is_err());
    drop(engine);
    let engine = lab.open();
    assert_eq!((shown(&engine).len(), numbers(&engine).len()), (20, 20));
}

/// What was on its way into parts when everything was emptied must not come back with them.
#[test]
fn a_reset_in_the_middle_of_sealing_stays_a_reset() {
    let mut lab = Lab::new();
    lab.settings.dev = true;
    let (engine, keeper) = gated(&lab);
    record(&engine, 0..10);
    std::thread::scope(|scope| {
        let sealing = scope.spawn(|| engine.seal());
        keeper.wait();
        engine.reset().unwrap();
        record(&engine, 10..13);
        keeper.let_through();
        assert!(matches!(sealing.join().unwrap().unwrap_err(), Error::Overtaken));
    });
    assert_eq!((shown(&engine).len(), lab.files("parts")), (3, Vec::new()));
    let engine = lab.crash(engine);
    assert_eq!(shown(&engine).len(), 3);
    assert_eq!(engine.seal().unwrap(), 3);
}

#[test]
fn two_imports_of_the_same_records_at_once_add_them_once() {
    let lab = Lab::new();
    let (engine, keeper) = gated(&lab);
    let import = || {
        let calls = (0..10).map(Call::new);
        engine.import_records("ten", calls.map(|call| (call.owner.clone(), call.json().into())))
    };
    std::thread::scope(|scope| {
        let imports = [scope.spawn(import), scope.spawn(import)];
        keeper.wait();
        // Room for both, should the second try to make its part too.
        keeper.let_through();
        keeper.let_through();
        let done = imports.map(|import| import.join().unwrap().unwrap());
        let sum = |count: fn(&Import) -> u64| done.iter().map(count).sum::<u64>();
        assert_eq!((sum(|import| import.added), sum(|import| import.duplicates)), (10, 10));
    });
    assert_eq!((shown(&engine).len(), engine.status().next_seq), (10, 10));
}

#[test]
fn what_is_recorded_while_records_are_imported_keeps_its_number() {
    let mut lab = Lab::new();
    let (engine, keeper) = gated(&lab);
    record(&engine, 0..5);
    std::thread::scope(|scope| {
        let items = (10..20).map(|number| (Call::new(number).owner, Call::new(number).json()));
        let items = items.map(|(owner, text)| (owner, text.into_bytes()));
        let importing = scope.spawn(|| engine.import_records("ten", items).unwrap());
        keeper.wait();
        record(&engine, 30..35);
        keeper.let_through();
        let ranges = importing.join().unwrap().seqs;
        let ranges: Vec<_> = ranges.iter().map(|range| (range.first.0, range.count)).collect();
        assert_eq!(ranges, [(10, 10)]);
    });
    record(&engine, 40..41);
    let before = shown(&engine);
    let engine = lab.crash(engine);
    assert_eq!((shown(&engine), before.len()), (before, 21));
    assert_eq!(numbers(&engine).len(), 21);
}
