//! `PutInsightSelectors`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html>
//!
//! They are kept and told; nothing looks for unusual rates yet.

use super::exception::Exception;
use super::insights::{self, InsightShape, InsightsShape};
use super::prelude::*;
use super::trail;

/// Which selectors of which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: Option<String>,
    insight_selectors: Vec<InsightShape>,
    event_data_store: Option<String>,
    insights_destination: Option<String>,
}

/// Proposes the trail with its selectors.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(InsightsShape, Effect), Error> {
    let name = insights::named(input.trail_name.as_deref(), input.event_data_store.as_deref())?;
    let mut changed = trail::find_at_home(state, caller, name)?.clone();
    if input.insights_destination.is_some() {
        return Err(Exception::InvalidParameterCombination
            .says("`InsightsDestination` goes with `EventDataStore`: leave it out for a trail"));
    }
    changed.insights = insights::checked(&input.insight_selectors)?;
    insights::check_logged(&changed, &changed.insights)?;
    Ok((InsightsShape::of(&changed), Effect::from(Change::TrailPut(changed))))
}
