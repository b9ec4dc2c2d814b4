//! `TagResource`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html>

use super::prelude::*;
use super::tag::{self, Tag};
use super::{target, told};

/// Which tags for which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    tags: Vec<Tag>,
}

/// Proposes the tags.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let mut key = target::find_lasting(state, caller, &input.key_id, "TagResource")?.clone();
    tag::add(&mut key.tags, &input.tags)?;
    Ok(told::changed(key))
}
