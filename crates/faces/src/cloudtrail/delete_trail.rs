//! `DeleteTrail`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html>
//!
//! What it delivered stays in the bucket.

use super::prelude::*;
use super::trail;

/// Which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes that the trail be gone.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let arn = trail::find_at_home(state, caller, &input.name)?.arn().to_string();
    Ok((Output {}, Effect::from(Change::TrailRemoved { arn })))
}
