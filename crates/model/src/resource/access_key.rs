//! Long-lived access keys.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// A long-lived access key of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA…`.
    pub id: String,
    /// The account of the user.
    pub account: AccountId,
    /// Whose key.
    pub user: String,
    /// The secret, encrypted under the directory's key.
    pub secret: Sealed,
    /// Whether it may be used.
    pub status: KeyStatus,
    /// When it was made.
    pub created: Timestamp,
}

/// Whether a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It may.
    Active,
    /// It may not.
    Inactive,
}

/// Encrypted bytes, in base64. Only the vault opens them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);
