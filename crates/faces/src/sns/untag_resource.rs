//! `UntagResource`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html>
//!
//! Keys of tags that are not there are no error.

use super::prelude::*;
use super::topic;

/// Which tags of which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes that the tags go.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let mut topic =
        topic::find_tagged(state, caller, &input.resource_arn, "UntagResource")?.clone();
    topic.tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok((Output {}, Effect::from(Change::TopicPut(topic))))
}
