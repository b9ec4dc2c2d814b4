//! What data keys of bodies are sealed with: the directory's own key always, and below it a key of
//! KMS where the object is encrypted with one. So whoever has the directory's key still needs that
//! of KMS, and no data key fits another body.

use super::BodyKey;
use crate::State;
use crate::error::Error;
use crate::keys::{KeyProblem, check_key};
use crate::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;
use model::resource::{Encryption, KmsKey, Object, Sealed};
use std::collections::BTreeMap;

/// Seals and opens data keys of one object.
#[derive(Debug)]
pub(super) struct Sealing {
    /// `None`: the directory's own key alone.
    key: Option<KmsKey>,
    purpose: BTreeMap<String, String>,
}

impl Sealing {
    /// The directory's own key alone: SSE-S3.
    pub(super) const OWN: Self = Self { key: None, purpose: BTreeMap::new() };

    /// As `encryption` asks, for the object `key` in `bucket`. It lasts: a key that is switched off
    /// later ends nothing that has begun.
    ///
    /// # Errors
    /// Why the key of KMS cannot be used.
    pub(super) fn of(
        state: &State,
        encryption: &Encryption,
        (bucket, key): (&str, &str),
        at: Timestamp,
    ) -> Result<Self, KeyProblem> {
        let Encryption::Kms { key_arn, .. } = encryption else {
            return Ok(Self::OWN);
        };
        let found = state.kms_key_by_arn(key_arn, at)?;
        check_key(found)?;
        Ok(Self { key: Some(found.clone()), purpose: encryption.purpose(bucket, key) })
    }

    /// As [`Self::of`], for whoever holds the directory and proves it: whether a key may be used
    /// now is nothing to them.
    ///
    /// # Errors
    /// The ARN of a key that is gone.
    pub(super) fn for_proof(state: &State, object: &Object) -> Result<Self, String> {
        let Encryption::Kms { key_arn, .. } = &object.encryption else {
            return Ok(Self::OWN);
        };
        let id = key_arn.rsplit('/').next().unwrap_or_default();
        let found = state.kms_key_by_id(id).filter(|key| key.arn().as_str() == key_arn);
        let key = found.ok_or_else(|| key_arn.clone())?.clone();
        let purpose = object.encryption.purpose(&object.bucket, &object.key);
        Ok(Self { key: Some(key), purpose })
    }

    /// Seals the data key of the body of a name.
    pub(super) fn seal(
        &self,
        vault: &Vault,
        at: Timestamp,
        name: &str,
        data_key: &BodyKey,
    ) -> Result<Sealed, Error> {
        let text = match &self.key {
            None => STANDARD.encode(data_key.expose()),
            Some(key) => {
                // Only another directory's material cannot be opened, and then nothing can.
                let bytes = vault.encrypt(key, at, data_key.expose(), &self.purpose);
                STANDARD.encode(bytes.ok_or(Error::Internal)?)
            }
        };
        Ok(vault.seal(&sealed_for(name), &text))
    }

    /// Opens what [`Self::seal`] made for the body of this name; `None` for anything else.
    pub(super) fn open(&self, vault: &Vault, name: &str, sealed: &Sealed) -> Option<BodyKey> {
        let text = vault.open(&sealed_for(name), sealed)?;
        let bytes = STANDARD.decode(text.expose()).ok()?;
        let bytes = match &self.key {
            None => bytes,
            Some(key) => vault.decrypt(key, &bytes, &self.purpose)?.to_vec(),
        };
        Some(BodyKey::new(bytes.try_into().ok()?))
    }
}

/// What a body's key is sealed for.
fn sealed_for(body: &str) -> String {
    format!("body/{body}")
}
