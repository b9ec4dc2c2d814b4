//! The stores' follower: takes event data stores away whose time to be restored is over.

use crate::engine::commit;
use crate::error::Error;
use crate::shared::Shared;
use model::{Change, Effect};

/// Takes away what was deleted seven days ago; returns how many.
pub(crate) fn expire(shared: &Shared) -> Result<usize, Error> {
    let now = shared.env.now();
    let state = shared.state();
    if !state.shelf().stores().values().any(|store| store.is_gone(now)) {
        return Ok(0);
    }
    // Between now and the commit one may have been restored.
    let pending = commit(shared, move |state| {
        let gone = state.shelf().stores().values().filter(|store| store.is_gone(now));
        let changes: Vec<Change> =
            gone.map(|store| Change::EventDataStoreRemoved { id: store.id.clone() }).collect();
        (changes.len(), Effect { changes, ..Effect::default() })
    });
    Ok(pending.wait()?.into_inner())
}
