//! The keys' follower: takes keys of KMS away whose waiting time before deletion is over.

use crate::engine::commit;
use crate::error::Error;
use crate::shared::Shared;
use model::{Change, Effect};

/// Takes away what is due; returns how many.
pub(crate) fn expire(shared: &Shared) -> Result<usize, Error> {
    let now = shared.env.now();
    if shared.state().keys().gone(now).next().is_none() {
        return Ok(0);
    }
    // Between now and the commit a deletion may have been cancelled.
    let pending = commit(shared, move |state| {
        let removed = |id: &str| Change::KmsKeyRemoved { id: id.to_owned() };
        let changes: Vec<Change> = state.keys().gone(now).map(removed).collect();
        (changes.len(), Effect { changes, ..Effect::default() })
    });
    Ok(pending.wait()?.into_inner())
}
