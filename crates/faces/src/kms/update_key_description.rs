//! `UpdateKeyDescription`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html>

use super::prelude::*;
use super::{target, told};

const CHARS_MAX: usize = 8_192;

/// What to say of which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    description: String,
}

/// Proposes the description.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    check(&input.description)?;
    let action = "UpdateKeyDescription";
    let mut key = target::find_lasting(state, caller, &input.key_id, action)?.clone();
    key.description = input.description;
    Ok(told::changed(key))
}

/// Refuses descriptions that are too long.
pub(super) fn check(description: &str) -> Result<(), Error> {
    match description.chars().count() <= CHARS_MAX {
        true => Ok(()),
        false => {
            let message = format!("`Description` has at most {CHARS_MAX} characters");
            Err(Error::Validation(message))
        }
    }
}
