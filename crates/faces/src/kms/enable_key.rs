//! `EnableKey`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html>

use super::prelude::*;
use super::{target, told};

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// Proposes that the key may be used from now on.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let mut key = target::find_lasting(state, caller, &input.key_id, "EnableKey")?.clone();
    key.enabled = true;
    Ok(told::changed(key))
}
