//! The loops of the followers' threads.

use crate::archive::Archive;
use crate::bodies::janitor;
use crate::error::Error;
use crate::followers;
use crate::followers::delivery::Delivery;
use crate::followers::results::Results;
use crate::queries;
use crate::shared::Shared;
use std::sync::Arc;
use std::time::Duration;

/// How often a follower looks around.
const EVERY: Duration = Duration::from_millis(250);

/// What a follower does, as it falls due.
type Step = fn(&Shared) -> Result<(), Error>;

/// Seals, merges and drops.
pub(crate) const LAKE: &[Step] = &[
    |shared| followers::stores::expire(shared).map(drop),
    |shared| followers::keys::expire(shared).map(drop),
    |shared| followers::lake::retain(shared).map(drop),
    followers::lake::seal_when_due,
    followers::lake::compact_when_wanted,
    followers::lake::warm,
    queries::registry::forget,
];

/// Looks after cold State and bodies.
pub(crate) const COLD: &[Step] = &[
    |shared| followers::lifecycle::step(shared).map(drop),
    |shared| janitor::unlink_dropped(shared).map(drop),
    followers::cold::merge_all,
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
        std::thread::park_timeout(if failures > 0 { EVERY * 8 } else { EVERY });
    }
}

/// Delivers the results of queries until the engine stops.
pub(crate) fn hand_out(shared: &Arc<Shared>) {
    let mut results = Results::default();
    carry(shared, "results of queries will be delivered", |shared| results.step(shared));
}

/// Carries imports from buckets on until the engine stops.
pub(crate) fn carry_on(shared: &Arc<Shared>) {
    carry(shared, "an import from a bucket will go on", followers::imports::step);
}

/// Takes a step over and over, without a pause while there is something to do.
fn carry(
    shared: &Arc<Shared>,
    hope: &str,
    mut step: impl FnMut(&Arc<Shared>) -> Result<bool, Error>,
) {
    while !shared.is_stopping() && shared.poisoned().is_none() {
        let outcome = step(shared);
        match &outcome {
            Ok(true) => continue,
            Ok(false) | Err(Error::Closed) => {}
            Err(error) => tracing::warn!(error = error as &dyn std::error::Error, "{hope}"),
        }
        std::thread::park_timeout(if outcome.is_err() { EVERY * 8 } else { EVERY });
    }
}

/// Puts what was planned for a bucket of others until the engine stops.
pub(crate) fn deliver_outside(shared: &Arc<Shared>, archive: &dyn Archive, bucket: &str) {
    let mut delivery = Delivery::new(shared);
    let step = |_: &Arc<Shared>| delivery.step_outside(archive, bucket).map(|_| false);
    carry(shared, "a bucket outside will be tried again", step);
}

/// Delivers, as it falls due, until the engine stops.
pub(crate) fn deliver(shared: &Arc<Shared>, archive: &dyn Archive) {
    let mut delivery = Delivery::new(shared);
    let step = |_: &Arc<Shared>| delivery.step(archive).map(|_| false);
    carry(shared, "the delivery follower will try again", step);
}
