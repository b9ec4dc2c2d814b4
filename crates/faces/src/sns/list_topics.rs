//! `ListTopics`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html>

use super::prelude::*;
use super::token;
use crate::name_token;
use model::resource::Topic;

const PAGE: usize = 100;

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
    topics: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// One topic.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    topic_arn: String,
}

/// Lists the topics of the caller's account and region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let after = input.next_token.as_deref().map(token::read).transpose()?;
    let all = snapshot.state().topics(caller.account(), caller.region());
    let mut page: Vec<&Topic> =
        all.filter(|it| after.as_ref().is_none_or(|after| it.name > *after)).collect();
    page.sort_by(|a, b| a.name.cmp(&b.name));
    let more = page.len() > PAGE;
    page.truncate(PAGE);
    let next_token = page.last().filter(|_| more).map(|last| name_token::write(&last.name));
    let item = |topic: &&Topic| Item { topic_arn: topic.arn().to_string() };
    Ok(Output { topics: page.iter().map(item).collect(), next_token })
}
