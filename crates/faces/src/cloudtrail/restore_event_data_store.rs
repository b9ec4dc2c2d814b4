//! `RestoreEventDataStore`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html>

use super::exception::Exception;
use super::prelude::*;
use super::store::{self, StoreShape};
use super::time;

/// Which store.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
}

/// Proposes that the store be as it was before it was deleted.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<StoreShape>, Effect), Error> {
    let mut restored = store::find_made(state, caller, &input.event_data_store)?.clone();
    if restored.deleted.is_none() {
        return Err(Exception::InvalidEventDataStoreStatus.says(format!(
            "event data store `{}` is not pending deletion: there is nothing to restore",
            restored.name
        )));
    }
    restored.deleted = None;
    restored.updated = caller.at();
    let output = StoreShape::of(&restored);
    let response_elements = time::recorded(&output);
    let effect = Effect::from(Change::EventDataStorePut(restored));
    Ok((Answer { output, response_elements }, effect))
}
