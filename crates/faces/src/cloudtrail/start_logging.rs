//! `StartLogging`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html>
//!
//! Records join the trail from the record of this call on.

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

/// Proposes that the trail takes records. One that logs already stays as it is.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let found = trail::find_at_home(state, caller, &input.name)?;
    let mut effect = Effect::default();
    if !found.logging {
        let mut changed = found.clone();
        changed.logging = true;
        changed.started = Some(caller.at());
        effect.changes.push(Change::TrailPut(changed));
    }
    Ok((Output {}, effect))
}
