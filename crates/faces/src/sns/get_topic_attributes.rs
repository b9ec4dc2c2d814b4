//! `GetTopicAttributes`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>

use super::attribute::Attributes;
use super::prelude::*;
use super::topic;

/// Which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
}

/// All its attributes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    attributes: Attributes,
}

/// Tells the attributes of a topic.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let action = "GetTopicAttributes";
    let topic = topic::find(snapshot.state(), caller, &input.topic_arn, action)?;
    Ok(Output { attributes: Attributes::from(topic) })
}
