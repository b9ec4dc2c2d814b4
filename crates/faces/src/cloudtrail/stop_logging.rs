//! `StopLogging`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html>
//!
//! The record of this call is the last one that joins the trail; what joined it is still delivered.

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

/// Proposes that the trail takes no more records. One that does not log already stays as it is.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let found = trail::find_at_home(state, caller, &input.name)?;
    let mut effect = Effect::default();
    if found.logging {
        let mut changed = found.clone();
        changed.logging = false;
        changed.stopped = Some(caller.at());
        effect.changes.push(Change::TrailPut(changed));
    }
    Ok((Output {}, effect))
}
