//! `UpdateTrail`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>
//!
//! What was delivered already stays where it is.

use super::create_trail::check_room;
use super::prelude::*;
use super::trail::{self, TrailShape};
use super::trail_settings::TrailSettings;

/// What is to be changed; what is left out stays.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
    #[serde(flatten)]
    settings: TrailSettings,
}

/// Proposes the trail as it shall be.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(TrailShape, Effect), Error> {
    let mut changed = trail::find_at_home(state, caller, &input.name)?.clone();
    input.settings.apply(state, &mut changed, caller.at())?;
    check_room(state, &changed)?;
    Ok((TrailShape::changed(&changed), Effect::from(Change::TrailPut(changed))))
}
