//! `Decrypt`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>
//!
//! The ciphertext names the key itself; whoever names it too is safe from being handed another
//! key's ciphertext.

use super::binary::Binary;
use super::encryption_context::EncryptionContext;
use super::prelude::*;
use crate::parameters;
use super::{algorithm, target};
use model::resource::KmsKey;

const CIPHERTEXT_BYTES_MAX: usize = 6_144;

/// What to decrypt, and what it was encrypted for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(skip_serializing)]
    ciphertext_blob: Option<Binary>,
    #[serde(default, serialize_with = "parameters::as_they_are")]
    encryption_context: Option<BTreeMap<String, String>>,
    key_id: Option<String>,
    encryption_algorithm: Option<String>,
    #[serde(skip_serializing)]
    recipient: Option<serde_json::Value>,
    dry_run: Option<bool>,
}

/// The plaintext.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_id: String,
    plaintext: Binary,
    encryption_algorithm: &'static str,
}

/// Decrypts what a key of ours encrypted.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    algorithm::check(input.encryption_algorithm.as_deref())?;
    algorithm::check_recipient(input.recipient.as_ref())?;
    let ciphertext = ciphertext(input.ciphertext_blob)?;
    let context = EncryptionContext(input.encryption_context.unwrap_or_default());
    let key = key(snapshot.state(), caller, &ciphertext, input.key_id.as_deref(), &context)?;
    algorithm::check_dry_run(input.dry_run)?;
    let plaintext =
        snapshot.decrypt(key, &ciphertext, &context.0).ok_or(Error::InvalidCiphertext)?;
    Ok(Output {
        key_id: key.arn().to_string(),
        plaintext: Binary(plaintext),
        encryption_algorithm: algorithm::SYMMETRIC_DEFAULT,
    })
}

fn ciphertext(blob: Option<Binary>) -> Result<Vec<u8>, Error> {
    let bytes = blob.map(|blob| blob.0).unwrap_or_default();
    match bytes.len() {
        1..=CIPHERTEXT_BYTES_MAX => Ok(bytes),
        length => Err(Error::Validation(format!(
            "`CiphertextBlob` has {length} bytes: it may have 1 to {CIPHERTEXT_BYTES_MAX}"
        ))),
    }
}

/// The key that made the ciphertext, which the request may name.
fn key<'a>(
    state: &'a State,
    caller: &Caller,
    ciphertext: &[u8],
    named: Option<&str>,
    context: &EncryptionContext,
) -> Result<&'a KmsKey, Error> {
    let id = engine::blob_key(ciphertext).ok_or(Error::InvalidCiphertext)?;
    let arn = match named {
        Some(name) => name.to_owned(),
        None => {
            let key = state.kms_key_by_id(&id).filter(|key| key.region == caller.region());
            key.ok_or(Error::InvalidCiphertext)?.arn().to_string()
        }
    };
    let key = target::find_usable(state, caller, &arn, "Decrypt", context)?;
    match key.id == id {
        true => Ok(key),
        false => Err(Error::IncorrectKey),
    }
}
