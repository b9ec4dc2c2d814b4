//! Starting and stopping an event data store.

use super::error::Error;
use super::exception::Exception;
use super::store;
use crate::door::Caller;
use engine::State;
use model::resource::{EventDataStore, StoreStatus};
use pattern::EventCategory;

/// The store with records joining it, or not any more. It must be the other way about now.
pub(super) fn switched(
    state: &State,
    caller: &Caller,
    text: &str,
    ingesting: bool,
) -> Result<EventDataStore, Error> {
    let found = store::find_made(state, caller, text)?;
    let wanted = if ingesting { StoreStatus::StoppedIngestion } else { StoreStatus::Enabled };
    if found.status() != wanted {
        let (is, must) = (word(found.status()), word(wanted));
        return Err(Exception::InvalidEventDataStoreStatus.says(format!(
            "event data store `{}` is {is}, and must be {must} for this",
            found.name
        )));
    }
    if !store::categories(found).into_iter().all(EventCategory::can_stop) {
        return Err(Exception::InvalidEventDataStoreCategory.says(format!(
            "event data store `{}` holds events that can be neither stopped nor started",
            found.name
        )));
    }
    Ok(EventDataStore { ingesting, updated: caller.at(), ..found.clone() })
}

const fn word(status: StoreStatus) -> &'static str {
    match status {
        StoreStatus::Created => "CREATED",
        StoreStatus::Enabled => "ENABLED",
        StoreStatus::StartingIngestion => "STARTING_INGESTION",
        StoreStatus::StoppingIngestion => "STOPPING_INGESTION",
        StoreStatus::StoppedIngestion => "STOPPED_INGESTION",
        StoreStatus::PendingDeletion => "PENDING_DELETION",
    }
}
