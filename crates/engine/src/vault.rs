//! Secrets at rest: sealed under the directory's own key, which lies in a file of mode 0600.
//!
//! AES-256-GCM with a random nonce; what a secret belongs to is bound in as associated data, so
//! that a sealed secret cannot be moved to another name.

use crate::env::Env;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypt::{Cipher, NONCE_BYTES};
use model::resource::Sealed;
use std::fmt;
use zeroize::Zeroizing;

/// A secret in the clear. Cleared from memory when dropped; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret in.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret, for whoever signs or verifies with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Seals and opens secrets.
pub struct Vault {
    cipher: Cipher,
    salter: ledger::Salter,
    env: Env,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

/// Bytes of the directory's key file: one key to seal with, one for the ledger's salts.
pub(crate) const KEY_LEN: usize = 64;

impl Vault {
    /// `None` where `raw` is not [`KEY_LEN`] bytes.
    pub(crate) fn new(raw: &[u8], env: Env) -> Option<Self> {
        let (sealing, salting) = raw.split_at_checked(32)?;
        let cipher = Cipher::new(sealing)?;
        let salter = ledger::Salter::new(salting.try_into().ok()?);
        Some(Self { cipher, salter, env })
    }

    /// What the vault takes its randomness from.
    pub(crate) const fn env(&self) -> &Env {
        &self.env
    }

    /// What makes the ledger's salts.
    pub(crate) const fn salter(&self) -> &ledger::Salter {
        &self.salter
    }

    /// Seals `text` for `name`.
    pub fn seal(&self, name: &str, text: &str) -> Sealed {
        let nonce: [u8; NONCE_BYTES] = self.env.bytes();
        let mut bytes = text.as_bytes().to_vec();
        // Sealing fails only beyond 64 GiB of text.
        if self.cipher.seal(nonce, name.as_bytes(), &mut bytes, 0).is_none() {
            bytes.clear();
        }
        Sealed(URL_SAFE_NO_PAD.encode([&nonce[..], &bytes].concat()))
    }

    /// Opens what was sealed for `name`; `None` for anything else.
    pub fn open(&self, name: &str, sealed: &Sealed) -> Option<Secret> {
        let mut bytes = URL_SAFE_NO_PAD.decode(&sealed.0).ok()?;
        let (nonce, rest) = bytes.split_first_chunk_mut::<NONCE_BYTES>()?;
        let clear = self.cipher.open(*nonce, name.as_bytes(), rest)?;
        let text = String::from_utf8(clear.to_vec()).ok()?;
        Some(Secret::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn vault() -> Vault {
        Vault::new(&[7; KEY_LEN], Env::simulated(Timestamp(0), 1)).unwrap()
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let (vault, secret) = (vault(), "wJalrXUtnFEMI");
        let sealed = vault.seal("AKIA1", secret);
        assert_eq!(vault.open("AKIA1", &sealed).unwrap().expose(), secret);
        assert!(vault.open("AKIA2", &sealed).is_none());
        assert!(vault.open("AKIA1", &Sealed(sealed.0.to_lowercase())).is_none());
        assert!(vault.open("AKIA1", &Sealed(String::new())).is_none());
        assert!(!sealed.0.contains(secret));
        assert_eq!(format!("{:?}", Secret::new(secret.into())), "[secret]");
    }
}
