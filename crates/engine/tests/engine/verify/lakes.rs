//! No false alarm: lakes as they live, crash and are opened again. More with `LAKES=1000`.

use super::number;
use crate::sim::model::Violation;
use crate::sim::world::disk;
use engine::sim::SimDisk;
use engine::{Outcome, verify_on};

/// Nothing disproves a lake that only lived and crashed. Before its first frame there is nothing
/// to prove.
fn look(disk: &SimDisk) -> Result<(), Violation> {
    let before = disk.counts();
    let report = verify_on(disk);
    let after = disk.counts();
    let writes = |counts: engine::sim::Counts| {
        (counts.writes, counts.syncs, counts.dir_syncs, counts.others)
    };
    if writes(before) != writes(after) {
        return Err("verification changed something".to_owned());
    }
    let is_new = report.doubts.iter().all(|doubt| {
        ["no lake was ever made here", "nothing was ever recorded here"]
            .contains(&doubt.cause.as_str())
    });
    match report.outcome() {
        Outcome::Proved => Ok(()),
        Outcome::CannotTell if is_new => Ok(()),
        _ => Err(format!("{report:?}")),
    }
}

#[test]
fn sound_lakes_are_never_accused() {
    let (lakes, first) = (number("LAKES", 20), number("LAKES_FIRST", 0));
    for seed in first..first + lakes {
        if let Err(violation) = disk(seed, 6, seed.is_multiple_of(2), Some(look)) {
            panic!("lake {seed} (LAKES_FIRST={seed} LAKES=1): {violation}");
        }
    }
}
