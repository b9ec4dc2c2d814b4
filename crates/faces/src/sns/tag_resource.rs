//! `TagResource`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html>

use super::prelude::*;
use super::tag::{self, Tag};
use super::topic;

/// Which tags for which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
    tags: Vec<Tag>,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes the tags.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let mut topic =
        topic::find_tagged(state, caller, &input.resource_arn, "TagResource")?.clone();
    tag::add(&mut topic.tags, &input.tags)?;
    Ok((Output {}, Effect::from(Change::TopicPut(topic))))
}
