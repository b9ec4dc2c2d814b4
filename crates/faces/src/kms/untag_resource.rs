//! `UntagResource`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html>
//!
//! Keys of tags that are not there are no error.

use super::prelude::*;
use super::{target, told};

/// Which tags of which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    tag_keys: Vec<String>,
}

/// Proposes that the tags go.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let mut key = target::find_lasting(state, caller, &input.key_id, "UntagResource")?.clone();
    key.tags.retain(|name, _| !input.tag_keys.contains(name));
    Ok(told::changed(key))
}
