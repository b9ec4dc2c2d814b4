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
use model::resource::{Encryption, KmsKey, Sealed};
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
