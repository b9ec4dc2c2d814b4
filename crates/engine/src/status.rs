//! How the data directory is doing.

use serde::{Deserialize, Serialize};

/// Counts and sizes, as of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Records kept: in parts and in the tail.
    pub records: u64,
    /// The number of the next record.
    pub next_seq: u64,
    /// Live parts.
    pub parts: u64,
    /// Bytes of all live parts.
    pub part_bytes: u64,
    /// Records in the tail.
    pub tail_records: u64,
    /// Bytes of the records in the tail.
    pub tail_bytes: u64,
    /// Records that came with the id of another and other bytes.
    pub conflicts: u64,
    /// Accounts that own records.
    pub owners: u64,
    /// Earliest event time, in milliseconds since 1970.
    pub time_min_ms: Option<i64>,
    /// Latest event time.
    pub time_max_ms: Option<i64>,
    /// Bytes of decoded sections in memory.
    pub cache_bytes: u64,
    /// Made by `--dev`: anybody may call.
    pub dev: bool,
    /// Why writes are refused, if they are.
    pub poisoned: Option<String>,
}
