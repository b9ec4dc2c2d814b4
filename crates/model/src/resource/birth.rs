//! How a data directory began.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// The first change of every data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birth {
    /// Random name of the directory, 32 hex digits.
    pub directory: String,
    /// The account that calls without another one belong to.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// Born under `--dev`: such a directory refuses a secure start.
    pub dev: bool,
    /// Counts resets; each begins a new generation.
    pub generation: u64,
}
