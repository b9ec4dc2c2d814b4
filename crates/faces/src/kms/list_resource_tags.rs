//! `ListResourceTags`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html>

use super::paging::Paging;
use super::prelude::*;
use super::tag::Tag;
use super::target;

/// As many as one gets unasked.
const USUAL: usize = 50;

/// Of which key, and which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    limit: Option<i64>,
    marker: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

/// Lists the tags of a key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let key = target::find(snapshot.state(), caller, &input.key_id, "ListResourceTags")?;
    let paging = Paging { limit: input.limit, marker: input.marker.as_deref(), usual: USUAL };
    let (tags, next_marker) = paging.page(Tag::list(&key.tags), Tag::key)?;
    let truncated = next_marker.is_some();
    Ok(Output { tags, next_marker, truncated })
}
