//! `Encrypt`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html>
//!
//! The record tells neither the plaintext nor the ciphertext.

use super::binary::Binary;
use super::encryption_context::EncryptionContext;
use super::prelude::*;
use crate::parameters;
use super::{algorithm, target};

const PLAINTEXT_BYTES_MAX: usize = 4_096;

/// What to encrypt, with which key, for which purpose.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    #[serde(skip_serializing)]
    plaintext: Hidden<Binary>,
    #[serde(default, serialize_with = "parameters::as_they_are")]
    encryption_context: Option<BTreeMap<String, String>>,
    encryption_algorithm: Option<String>,
    dry_run: Option<bool>,
}

/// The ciphertext.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    ciphertext_blob: Binary,
    key_id: String,
    encryption_algorithm: &'static str,
}

/// Encrypts a few bytes.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    algorithm::check(input.encryption_algorithm.as_deref())?;
    let plaintext = &input.plaintext.expose().0;
    if plaintext.is_empty() || plaintext.len() > PLAINTEXT_BYTES_MAX {
        return Err(Error::Validation(format!(
            "`Plaintext` has {} bytes: it may have 1 to {PLAINTEXT_BYTES_MAX}; encrypt more with a \
             data key",
            plaintext.len()
        )));
    }
    let context = EncryptionContext(input.encryption_context.unwrap_or_default());
    let key = target::find_usable(snapshot.state(), caller, &input.key_id, "Encrypt", &context)?;
    algorithm::check_dry_run(input.dry_run)?;
    let ciphertext = snapshot.encrypt(key, plaintext, &context.0).ok_or(Error::KeyUnavailable)?;
    Ok(Output {
        ciphertext_blob: Binary(ciphertext),
        key_id: key.arn().to_string(),
        encryption_algorithm: algorithm::SYMMETRIC_DEFAULT,
    })
}
