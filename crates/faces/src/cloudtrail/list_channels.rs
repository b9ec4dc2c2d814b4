//! `ListChannels`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListChannels.html>

use super::channel;
use super::list_token::Paging;
use super::prelude::*;

/// Which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    channels: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// One channel.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    channel_arn: String,
    name: String,
}

/// Lists the channels of the caller's account and region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let channels = channel::all(snapshot.state(), caller).collect();
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListChannels", caller.account().as_str(), caller.region()],
    };
    let (page, next_token) = paging.page(channels, |channel| channel.id.as_str())?;
    let item = |channel: &&model::resource::Channel| Item {
        channel_arn: channel.arn().to_string(),
        name: channel.name.clone(),
    };
    Ok(Output { channels: page.iter().map(item).collect(), next_token })
}
