//! Buckets of others.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// A bucket that is not of this directory, into which trails may deliver: what the configuration
/// said of it at the last start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideBucket {
    /// What its owner and trails call it.
    pub name: String,
    /// Where it lies.
    pub region: String,
    /// Whose trails may deliver there.
    pub accounts: Vec<AccountId>,
}
