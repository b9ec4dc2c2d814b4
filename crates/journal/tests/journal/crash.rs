//! Thousands of lives.

use crate::harness::{Tally, plain, run};

fn add(sum: &mut Tally, tally: Tally) {
    sum.cycles += tally.cycles;
    sum.frames += tally.frames;
    sum.torn += tally.torn;
    sum.unfinished += tally.unfinished;
    sum.cut_recoveries += tally.cut_recoveries;
    sum.trims += tally.trims;
    sum.snapshots += tally.snapshots;
    sum.no_space += tally.no_space;
    sum.poisoned += tally.poisoned;
    sum.doubts_kept += tally.doubts_kept;
}

/// More with `CRASH_SEEDS=20000`.
fn seeds() -> u64 {
    let more = std::env::var("CRASH_SEEDS").ok();
    more.and_then(|more| more.parse().ok()).unwrap_or(600)
}

#[test]
fn keeps_what_was_acknowledged_over_thousands_of_crashes() {
    let mut sum = Tally::default();
    for seed in 0..seeds() {
        match run(seed, 10, plain) {
            Ok(tally) => add(&mut sum, tally),
            Err(violation) => panic!("seed {seed}: {violation}"),
        }
    }
    println!("{sum:?}");
    assert!(sum.cycles >= 5_000);
    let rare = [sum.torn, sum.unfinished, sum.cut_recoveries, sum.trims, sum.snapshots];
    let faults = [sum.no_space, sum.poisoned, sum.doubts_kept];
    assert!(rare.iter().chain(&faults).all(|count| *count >= 20), "{sum:?}");
}

#[test]
fn the_same_seed_does_the_same() {
    for seed in 0..20 {
        let once = run(seed, 10, plain).unwrap().trace;
        assert_eq!(once, run(seed, 10, plain).unwrap().trace, "seed {seed}");
        assert_ne!(once, run(seed + 1, 10, plain).unwrap().trace, "seed {seed}");
    }
}
