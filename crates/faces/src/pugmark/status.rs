//! `Status`: how the server is doing.

use super::prelude::*;
use engine::Status;
use model::resource::Birth;

/// Nothing.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {}

/// The engine's own words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    version: &'static str,
    /// How the data directory began.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth: Option<Birth>,
    status: Status,
}

/// Says how the engine is doing.
pub fn handle(snapshot: &Snapshot, _caller: &Caller, _input: Input) -> Result<Output, Error> {
    Ok(Output {
        version: env!("CARGO_PKG_VERSION"),
        birth: snapshot.state().birth().cloned(),
        status: snapshot.status(),
    })
}
