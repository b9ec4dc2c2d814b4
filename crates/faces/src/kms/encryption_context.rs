//! What a ciphertext is bound to: <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>.

use super::error::Error;
use std::collections::BTreeMap;

/// AWS's limit for all names and values together, in bytes.
const BYTES_MAX: usize = 8_192;

/// Names and values that must be the same for encrypting and decrypting. They are no secret.
#[derive(Clone, Debug)]
pub(super) struct EncryptionContext(pub(super) BTreeMap<String, String>);

impl EncryptionContext {
    pub(super) fn check(&self) -> Result<(), Error> {
        let bytes: usize = self.0.iter().map(|(name, value)| name.len() + value.len()).sum();
        match bytes <= BYTES_MAX {
            true => Ok(()),
            false => Err(Error::Validation(format!(
                "`EncryptionContext` has {bytes} bytes: it may have {BYTES_MAX}"
            ))),
        }
    }
}
