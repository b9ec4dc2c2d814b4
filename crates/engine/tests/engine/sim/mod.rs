//! Seeded lives of a data directory.

mod claims;
pub(crate) mod model;
mod twin;
pub(crate) mod world;

use world::{Tally, run};

/// Lives of each seed.
const LIVES: u64 = 6;

/// More with `SIM_SEEDS=20000`; `SIM_FIRST=7 SIM_SEEDS=1` replays seed 7.
fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("SIM_FIRST").unwrap_or(0);
    first..first + number("SIM_SEEDS").unwrap_or(240)
}

fn add(sum: &mut Tally, tally: Tally) {
    sum.lives += tally.lives;
    sum.records += tally.records;
    sum.cut_openings += tally.cut_openings;
    sum.in_doubt += tally.in_doubt;
    sum.doubts_kept += tally.doubts_kept;
    sum.seals += tally.seals;
    sum.failed_seals += tally.failed_seals;
    sum.merges += tally.merges;
    sum.cold_merges += tally.cold_merges;
    sum.objects += tally.objects;
    sum.imports += tally.imports;
    sum.no_space += tally.no_space;
    sum.poisoned += tally.poisoned;
    sum.retained += tally.retained;
}

#[test]
fn keeps_what_was_acknowledged_over_thousands_of_lives() {
    let mut sum = Tally::default();
    for seed in seeds() {
        match run(seed, LIVES) {
            Ok(tally) => add(&mut sum, tally),
            Err(violation) => panic!("seed {seed} (SIM_FIRST={seed} SIM_SEEDS=1): {violation}"),
        }
    }
    println!("{sum:?}");
    let rare = [sum.cut_openings, sum.in_doubt, sum.doubts_kept, sum.seals, sum.failed_seals];
    let others = [
        sum.merges,
        sum.cold_merges,
        sum.objects,
        sum.imports,
        sum.no_space,
        sum.poisoned,
        sum.retained,
    ];
    let enough = seeds().count() < 240 || rare.iter().chain(&others).all(|count| *count >= 10);
    assert!(enough, "too little happened: {sum:?}");
}

#[test]
fn the_same_seed_does_the_same() {
    for seed in 0..12 {
        let once = run(seed, LIVES).unwrap();
        assert_eq!(once, run(seed, LIVES).unwrap(), "seed {seed}");
        assert_ne!(once.trace, run(seed + 1, LIVES).unwrap().trace, "seed {seed}");
    }
}
