//! `ListTagsForResource`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html>

use super::prelude::*;
use super::tag::Tag;
use super::topic;

/// Of which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
}

/// Its tags.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    tags: Vec<Tag>,
}

/// Lists the tags of a topic.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let action = "ListTagsForResource";
    let topic = topic::find_tagged(snapshot.state(), caller, &input.resource_arn, action)?;
    Ok(Output { tags: Tag::list(&topic.tags) })
}
