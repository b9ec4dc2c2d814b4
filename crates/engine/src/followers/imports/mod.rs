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
use model::{Change, Effect};
use std::sync::Arc;

/// Brings every import that is under way a round further; whether there was one.
pub(crate) fn step(shared: &Arc<Shared>) -> Result<bool, Error> {
    let state = shared.state();
    let under_way = state.all_bucket_imports().filter(|import| import.status.is_under_way());
    let (mut any, mut failed) = (false, None);
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
