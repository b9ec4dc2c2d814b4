//! `SetTopicAttributes`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>

use super::prelude::*;
use super::{attribute, topic};

/// Which attribute of which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
    attribute_name: String,
    attribute_value: Option<String>,
}

/// Proposes the attribute.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<((), Effect), Error> {
    let action = "SetTopicAttributes";
    let mut topic = topic::find(state, caller, &input.topic_arn, action)?.clone();
    let value = input.attribute_value.unwrap_or_default();
    attribute::set(&mut topic.attributes, &input.attribute_name, &value)?;
    Ok(((), Effect::from(Change::TopicPut(topic))))
}
