//! `DisableKeyRotation`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html>
//!
//! What was encrypted with earlier turns of the key stays readable.

use super::prelude::*;
use super::{target, told};

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// Proposes that the key turns no more.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let action = "DisableKeyRotation";
    let mut key = target::find_lasting(state, caller, &input.key_id, action)?.clone();
    engine::check_key(&key)?;
    key.rotation.turns = key.rotation.turns_at(caller.at());
    key.rotation.since = None;
    Ok(told::changed(key))
}
