//! `ListTrails`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html>
//!
//! The trails of all regions.

use super::list_token::Paging;
use super::prelude::*;

/// Which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    trails: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// One trail.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    name: String,
    home_region: String,
}

/// Lists the trails of the caller's account.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let own = snapshot.state().trails().filter(|trail| trail.account == *caller.account());
    let item = |trail: &model::resource::Trail| Item {
        trail_arn: trail.arn().to_string(),
        name: trail.name.clone(),
        home_region: trail.home_region.clone(),
    };
    let paging = Paging {
        max_results: None,
        next_token: input.next_token.as_deref(),
        list: ["ListTrails", caller.account().as_str(), caller.region()],
    };
    let (trails, next_token) =
        paging.page(own.map(item).collect(), |item| item.trail_arn.as_str())?;
    Ok(Output { trails, next_token })
}
