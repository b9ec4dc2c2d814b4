//! What a lifecycle rule took away of what lies where trails deliver.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A version that a lifecycle rule took away, or a delete marker that it put. It is kept for good,
/// so that what a rule took is told from what somebody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The order of the version that is gone, or of the marker.
    pub order: u64,
    /// What was done.
    pub deed: ExpiryDeed,
    /// Length of the version that is gone or hidden, in bytes.
    pub size: u64,
    /// When that version was put.
    pub modified: Timestamp,
    /// The rule's id, or its place among the rules where it has none.
    pub rule: String,
    /// When it was done.
    pub at: Timestamp,
}

/// What a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpiryDeed {
    /// The object is gone: its bucket keeps no versions.
    Removed,
    /// A delete marker is over it.
    Hidden,
    /// A version that was not the current one any more is gone.
    Noncurrent,
}
