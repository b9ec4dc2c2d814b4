//! `PutEventSelectors`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>
//!
//! Selectors of the one kind take the place of those of the other.

use super::prelude::*;
use super::selectors::{self, BasicShape, SelectorsShape};
use super::trail;
use model::resource::AdvancedEventSelector;

/// Which selectors of which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: String,
    event_selectors: Option<Vec<BasicShape>>,
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
}

/// Proposes the trail with its selectors.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(SelectorsShape, Effect), Error> {
    let mut changed = trail::find_at_home(state, caller, &input.trail_name)?.clone();
    changed.selectors = selectors::checked(input.event_selectors, input.advanced_event_selectors)?;
    Ok((SelectorsShape::of(&changed), Effect::from(Change::TrailPut(changed))))
}
