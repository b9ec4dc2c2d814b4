//! `DeleteEventDataStore`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html>
//!
//! The store can be restored for seven days; the records stay, for it is but a view of them.

use super::exception::Exception;
use super::prelude::*;
use super::store;

/// Which store.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes that the store be pending deletion.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let mut deleted = store::find_active(state, caller, &input.event_data_store)?.clone();
    if deleted.protected {
        return Err(Exception::EventDataStoreTerminationProtected.says(format!(
            "event data store `{}` is protected: update it with `TerminationProtectionEnabled` \
             false first",
            deleted.name
        )));
    }
    let mut channels = state.channels(caller.account());
    if let Some(channel) = channels.find(|it| it.destinations.contains(&deleted.id)) {
        return Err(Exception::ChannelExistsForEds.says(format!(
            "channel `{}` leads into event data store `{}`: delete it or lead it elsewhere first",
            channel.name, deleted.name
        )));
    }
    deleted.deleted = Some(caller.at());
    deleted.updated = caller.at();
    Ok((Output {}, Effect::from(Change::EventDataStorePut(deleted))))
}
