//! What a data key is for.

use model::{AccountId, PartMeta};
use serde::{Deserialize, Serialize};

/// What a data key is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyName {
    /// The journal, State and whatever else belongs to the directory as a whole.
    Directory,
    /// Records of one owner that came in in one month: without this key they are gone.
    Owner {
        /// Whose they are.
        owner: AccountId,
        /// Months since year 0.
        month: i32,
    },
}

impl KeyName {
    /// The key for a part: its owner's, of the month in which its newest record came in.
    pub fn of_part(meta: &PartMeta) -> Self {
        Self::Owner { owner: meta.owner.clone(), month: meta.ingested_max.month() }
    }
}
