//! `GetEventSelectors`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>

use super::prelude::*;
use super::selectors::SelectorsShape;
use super::trail;

/// Of which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: String,
}

/// Tells the trail's selectors.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<SelectorsShape, Error> {
    Ok(SelectorsShape::of(trail::find(snapshot.state(), caller, &input.trail_name)?))
}
