//! `GenerateDataKey`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>
//!
//! The record tells neither form of the data key.

use super::binary::Binary;
use super::encryption_context::EncryptionContext;
use super::prelude::*;
use crate::parameters;
use super::{algorithm, length, target};

/// For whom, for which purpose, and how long.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    #[serde(default, serialize_with = "parameters::as_they_are")]
    encryption_context: Option<BTreeMap<String, String>>,
    number_of_bytes: Option<i64>,
    key_spec: Option<String>,
    #[serde(skip_serializing)]
    recipient: Option<serde_json::Value>,
    dry_run: Option<bool>,
}

/// The data key, in the clear and encrypted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    ciphertext_blob: Binary,
    plaintext: Binary,
    key_id: String,
}

/// Makes a data key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    algorithm::check_recipient(input.recipient.as_ref())?;
    let bytes = length::of(input.key_spec.as_deref(), input.number_of_bytes)?;
    let context = EncryptionContext(input.encryption_context.unwrap_or_default());
    let action = "GenerateDataKey";
    let key = target::find_usable(snapshot.state(), caller, &input.key_id, action, &context)?;
    algorithm::check_dry_run(input.dry_run)?;
    let made = snapshot.data_key(key, bytes, &context.0).ok_or(Error::KeyUnavailable)?;
    Ok(Output {
        ciphertext_blob: Binary(made.ciphertext),
        plaintext: Binary(made.plaintext.to_vec()),
        key_id: key.arn().to_string(),
    })
}
