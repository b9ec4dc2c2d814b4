//! The proof that a request is its signer's.

use super::{Claimed, Credential};

/// Witness of a verified signature. Only [`Claimed::verify`] and [`Claimed::verify_with`] make
/// one, so whoever holds it holds a verified request's credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    credential: Credential,
    presigned: bool,
    signed_at_ms: i64,
}

impl Proof {
    pub(super) fn of(claimed: Claimed<'_>) -> Self {
        Self {
            presigned: claimed.presigned(),
            signed_at_ms: claimed.moment.ms(),
            credential: claimed.credential,
        }
    }

    /// The key that signed, and the scope it signed for.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Whether the signature came in the query string, not in a header.
    pub fn presigned(&self) -> bool {
        self.presigned
    }

    /// When the client says it signed, in milliseconds since 1970.
    pub fn signed_at_ms(&self) -> i64 {
        self.signed_at_ms
    }
}
