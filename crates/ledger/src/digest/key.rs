//! The RSA keys that sign digests.

use md5::{Digest as _, Md5};
use ring::rand::SystemRandom;
use ring::signature::{self, RsaKeyPair, UnparsedPublicKey};
use std::fmt;

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no RSA key in PKCS#8, or one of an unusual size.
    #[error("the signing key is no RSA key of 2048 bits or more in PKCS#8")]
    NotRsa,
    /// The machine gave no randomness for blinding.
    #[error("signing failed: the machine gives no randomness")]
    NoRandomness,
}

/// A private key. Never printed.
pub struct SigningKey(RsaKeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public().fingerprint()).finish()
    }
}

impl SigningKey {
    /// Takes a key as PKCS#8, in DER.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        RsaKeyPair::from_pkcs8(der).map(Self).map_err(|_| KeyError::NotRsa)
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public().as_ref().to_vec())
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256. The same message gives the same signature: randomness only
    /// blinds the computation.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut bytes = vec![0; self.0.public().modulus_len()];
        let blinding = SystemRandom::new();
        let signed = self.0.sign(&signature::RSA_PKCS1_SHA256, &blinding, message, &mut bytes);
        signed.map(|()| bytes).map_err(|_| KeyError::NoRandomness)
    }
}

/// A public key: an `RSAPublicKey` of PKCS#1, in DER, as `ListPublicKeys` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Takes a key as it is; what is none verifies nothing.
    pub const fn from_der(der: Vec<u8>) -> Self {
        Self(der)
    }

    /// The key in DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// The name that digests call it by: the MD5 of the DER, in lower-case hex.
    pub fn fingerprint(&self) -> String {
        model::hex(&Md5::digest(&self.0))
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &self.0);
        key.verify(message, signature).is_ok()
    }
}
