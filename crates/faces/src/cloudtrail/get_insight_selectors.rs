//! `GetInsightSelectors`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html>

use super::exception::Exception;
use super::insights::{self, InsightsShape};
use super::prelude::*;
use super::trail;

/// Of which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: Option<String>,
    event_data_store: Option<String>,
}

/// Tells the trail's insight selectors.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<InsightsShape, Error> {
    let name = insights::named(input.trail_name.as_deref(), input.event_data_store.as_deref())?;
    let found = trail::find(snapshot.state(), caller, name)?;
    match found.insights.is_empty() {
        false => Ok(InsightsShape::of(found)),
        true => Err(Exception::InsightNotEnabled.says(format!(
            "Trail {} does not have Insights enabled. Edit the trail settings to enable Insights, \
             and then try the operation again.",
            found.arn()
        ))),
    }
}
