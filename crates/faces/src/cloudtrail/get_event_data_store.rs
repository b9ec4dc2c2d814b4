//! `GetEventDataStore`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html>

use super::prelude::*;
use super::store::{self, StoreShape};

/// Which store.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
}

/// Tells what the store is.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<StoreShape, Error> {
    let store = store::find(snapshot.state(), caller, &input.event_data_store)?;
    Ok(StoreShape::of(&store))
}
