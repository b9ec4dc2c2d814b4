//! `ListSubscriptionsByTopic`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html>
//!
//! Subscriptions are not built, so there are none.

use super::prelude::*;
use super::{token, topic};

/// Of which topic, and which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
    next_token: Option<String>,
}

/// None.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    subscriptions: [(); 0],
}

/// Lists the subscriptions of a topic.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let action = "ListSubscriptionsByTopic";
    topic::find(snapshot.state(), caller, &input.topic_arn, action)?;
    input.next_token.as_deref().map(token::read).transpose()?;
    Ok(Output { subscriptions: [] })
}
