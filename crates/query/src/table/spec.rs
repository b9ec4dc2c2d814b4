//! Which records a table has.

use model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which records of the lake belong to a table. Hidden records never do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TableSpec {
    /// Records of this owner only; `None` for all.
    pub owner: Option<AccountId>,
    /// Records that are in the event data store with this id; `None` for all.
    pub store: Option<String>,
    /// Events from this time on; `None` for all.
    pub since: Option<Timestamp>,
}
