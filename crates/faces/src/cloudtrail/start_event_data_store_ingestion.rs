//! `StartEventDataStoreIngestion`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartEventDataStoreIngestion.html>

use super::ingestion;
use super::prelude::*;

/// Which store.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes it, from the next record on.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let changed = ingestion::switched(state, caller, &input.event_data_store, true)?;
    Ok((Output {}, Effect::from(Change::EventDataStorePut(changed))))
}
