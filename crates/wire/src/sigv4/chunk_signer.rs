//! Signatures of the chunks of a body: each over its bytes and the signature before it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use std::fmt;

use ring::hmac::Key;

use super::{key, payload};
use crate::hex;

/// Checks chunk after chunk, in the scope of the request's own signature.
pub struct ChunkSigner {
    key: Key,
    /// `20130524T000000Z\n20130524/us-east-1/s3/aws4_request`
    scope: String,
    previous: [u8; 32],
}

impl ChunkSigner {
    pub(super) fn new(key: Key, at: &str, scope: &str, seed: [u8; 32]) -> Self {
        Self { key, scope: format!("{at}\n{scope}"), previous: seed }
    }

    /// Whether `signature` is that of the next chunk, whose bytes have this hash.
    pub(crate) fn is_next(&mut self, hash_hex: &str, signature: &[u8; 32]) -> bool {
        let empty = payload::hash(b"");
        self.advance("AWS4-HMAC-SHA256-PAYLOAD", &format!("{empty}\n{hash_hex}"), signature)
    }

    /// Whether `signature` is that of the trailer, written `name:value\n` line by line.
    pub(crate) fn is_trailer(&mut self, trailer: &[u8], signature: &[u8; 32]) -> bool {
        self.advance("AWS4-HMAC-SHA256-TRAILER", &payload::hash(trailer), signature)
    }

    fn advance(&mut self, algorithm: &str, hashes: &str, signature: &[u8; 32]) -> bool {
        let (scope, previous) = (&self.scope, hex::encode(&self.previous));
        let text = format!("{algorithm}\n{scope}\n{previous}\n{hashes}");
        self.previous = *signature;
        key::is_signature(&self.key, &text, signature)
    }

    #[cfg(test)]
    pub(crate) fn sign(&self, algorithm: &str, hashes: &str) -> String {
        let (scope, previous) = (&self.scope, hex::encode(&self.previous));
        let text = format!("{algorithm}\n{scope}\n{previous}\n{hashes}");
        hex::encode(key::signature(&self.key, &text).as_ref())
    }
}

/// A signing key is a secret.
impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSigner").field("scope", &self.scope).finish_non_exhaustive()
    }
}
