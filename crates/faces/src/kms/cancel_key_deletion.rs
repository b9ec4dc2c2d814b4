//! `CancelKeyDeletion`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html>
//!
//! The key stays switched off until somebody enables it.

use super::prelude::*;
use super::target;

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// The key's ARN.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_id: String,
}

/// Proposes that the key stays.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let mut key = target::find(state, caller, &input.key_id, "CancelKeyDeletion")?.clone();
    if key.deletion.take().is_none() {
        return Err(Error::NotPendingDeletion(key.arn().to_string()));
    }
    key.enabled = false;
    let output = Output { key_id: key.arn().to_string() };
    Ok((output, Effect::from(Change::KmsKeyPut(key))))
}
