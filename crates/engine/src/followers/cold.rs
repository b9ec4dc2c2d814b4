//! The cold follower: merges runs of cold State, beside the writer.

use crate::error::Error;
use crate::shared::Shared;
use crate::writer::Job;
use std::sync::PoisonError;
use std::sync::mpsc::sync_channel;

/// Merges some runs, where that is worth while; whether anything was done.
pub(crate) fn merge(shared: &Shared) -> Result<bool, Error> {
    let _turn = shared.merging.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(merge) = shared.state().cold().mergeable() else {
        return Ok(false);
    };
    let merged = match merge.run(&shared.home(), &|| !shared.is_stopping()) {
        Err(cold::Error::Interrupted) => return Ok(false),
        merged => merged?,
    };
    let (reply, done) = sync_channel(1);
    shared.send_patiently(Job::Merged(Box::new(merged), reply))?;
    done.recv().map_err(|_| Error::Closed)?;
    Ok(true)
}

/// Merges until there is nothing left to merge, or the engine stops.
pub(crate) fn merge_all(shared: &Shared) -> Result<(), Error> {
    while !shared.is_stopping() && merge(shared)? {}
    Ok(())
}
