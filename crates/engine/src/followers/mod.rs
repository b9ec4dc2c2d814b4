//! Readers of the log that keep their own place: nothing they hold is lost with them.

pub(crate) mod cold;
pub(crate) mod delivery;
pub(crate) mod keys;
pub(crate) mod lake;
pub(crate) mod lifecycle;
pub(crate) mod stores;

use crate::bodies::janitor;
use crate::error::Error;
use crate::queries;
use crate::shared::Shared;
use std::time::Duration;

/// How often followers look around, in milliseconds.
pub(crate) const FOLLOW_EVERY: Duration = Duration::from_millis(250);

/// What a follower does, as it falls due.
pub(crate) type Step = fn(&Shared) -> Result<(), Error>;

/// Seals, merges and drops.
pub(crate) const LAKE: &[Step] = &[
    |shared| stores::expire(shared).map(drop),
    |shared| keys::expire(shared).map(drop),
    |shared| lake::retain(shared).map(drop),
    lake::seal_when_due,
    lake::compact_when_wanted,
    lake::warm,
    queries::registry::forget,
];

/// Looks after cold State and bodies.
pub(crate) const COLD: &[Step] = &[
    |shared| lifecycle::step(shared).map(drop),
    |shared| janitor::unlink_dropped(shared).map(drop),
    cold::merge_all,
];

/// Takes these steps over and over until the engine stops.
pub(crate) fn follow(shared: &Shared, steps: &[Step]) {
    while !shared.is_stopping() && shared.poisoned().is_none() {
        // What fails must not keep the others from their work: retention makes room.
        let outcomes: Vec<Result<(), Error>> = steps.iter().map(|step| step(shared)).collect();
        let failed = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        let failures = failed
            .map(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "a follower will try again")
            })
            .count();
        std::thread::park_timeout(if failures > 0 { FOLLOW_EVERY * 8 } else { FOLLOW_EVERY });
    }
}
