//! `GetTrail`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html>

use super::prelude::*;
use super::trail::{self, TrailShape};

/// Which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
}

/// What it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    trail: TrailShape,
}

/// Tells what the trail is.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let found = trail::find(snapshot.state(), caller, &input.name)?;
    Ok(Output { trail: TrailShape::of(found) })
}
