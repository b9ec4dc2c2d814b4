//! Imports from buckets: carried on round by round until they end, also by the next process.
//!
//! The files of a bucket are taken in the order of their keys. A round reads some, takes their
//! records apart into drafts, and seals these; one frame then names the parts, how far the import
//! is and which files failed. So a file is taken in once, whenever the process ends.

mod feed;
pub(crate) mod location;
mod reading;
mod round;
pub(crate) mod source;
mod vouchers;

use crate::engine::commit;
use crate::error::Error;
use crate::shared::Shared;
use model::resource::{BucketImport, BucketImportStatus};
use model::{AccountId, Change, Effect};
use std::collections::HashMap;
use std::sync::Arc;

/// Imports of an account that are remembered.
const IMPORTS_KEPT_MAX: usize = 1_000;
/// Failures that one frame forgets.
const FORGOTTEN_AT_ONCE: usize = 1_000;

/// Brings every import that is under way a round further; whether there was one.
pub(crate) fn step(shared: &Arc<Shared>) -> Result<bool, Error> {
    let state = shared.state();
    let under_way = state.all_bucket_imports().filter(|import| import.status.is_under_way());
    let (mut any, mut failed) = (forget(shared)?, None);
    for import in under_way {
        any = true;
        if shared.is_stopping() {
            break;
        }
        let outcome = begin(shared, import).and_then(|()| round::run(shared, &import.id));
        // What fails of one import keeps no other from its turn.
        if let Err(error) = outcome {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(any), Err)
}

/// Forgets what is the oldest of an account that has more imports than are kept; whether there was
/// one.
fn forget(shared: &Shared) -> Result<bool, Error> {
    let state = shared.state();
    let mut counts: HashMap<&AccountId, usize> = HashMap::new();
    for import in state.all_bucket_imports() {
        *counts.entry(&import.account).or_default() += 1;
    }
    let is_old = |import: &&Arc<BucketImport>| {
        let count = counts.get(&import.account).copied().unwrap_or(0);
        count > IMPORTS_KEPT_MAX && !import.status.is_under_way()
    };
    let old = state.all_bucket_imports().filter(is_old).min_by_key(|import| import.created);
    let Some(id) = old.map(|import| import.id.clone()) else { return Ok(false) };
    let failures = state.import_failures(&id, "", FORGOTTEN_AT_ONCE)?;
    let gone = failures.len() < FORGOTTEN_AT_ONCE;
    let failures = failures.into_iter().map(|failure| failure.key).collect();
    let change = Change::BucketImportForgotten { id, failures, gone };
    commit(shared, move |_| ((), Effect::from(change))).wait()?.into_inner();
    Ok(true)
}

/// Says that it has begun.
fn begin(shared: &Shared, import: &BucketImport) -> Result<(), Error> {
    match import.status {
        BucketImportStatus::Initializing => {
            turn(shared, &import.id, BucketImportStatus::InProgress)
        }
        _ => Ok(()),
    }
}

/// Moves an import on, unless somebody stopped it meanwhile.
fn turn(shared: &Shared, id: &str, status: BucketImportStatus) -> Result<(), Error> {
    let (id, updated) = (id.to_owned(), shared.env.now());
    let pending = commit(shared, move |state| {
        let import = state.bucket_import(&id).filter(|import| import.status.is_under_way());
        let moved = import.map(|import| BucketImport { status, updated, ..(**import).clone() });
        let change = moved.map(|moved| Change::BucketImportPut(Box::new(moved)));
        ((), change.map_or_else(Effect::default, Effect::from))
    });
    pending.wait().map(drop)
}
