//! `GetEventConfiguration`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventConfiguration.html>

use super::configuration::{self, ConfigurationShape};
use super::prelude::*;

/// Of what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: Option<String>,
    event_data_store: Option<String>,
}

/// Tells what records carry for a store.
pub fn handle(
    snapshot: &Snapshot,
    caller: &Caller,
    input: Input,
) -> Result<ConfigurationShape, Error> {
    let (trail, store) = (input.trail_name.as_deref(), input.event_data_store.as_deref());
    let found = configuration::target(snapshot.state(), caller, trail, store)?;
    let said = snapshot.state().event_configuration(&found.id);
    Ok(ConfigurationShape::of(&found, said))
}
