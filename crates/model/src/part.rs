//! What State knows of a sealed part.

use crate::{AccountId, SeqRange, Timestamp};
use serde::{Deserialize, Serialize};

/// The name of a part: a hash of its content, 32 hex digits. The file is `<id>.part`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartId(pub String);

impl PartId {
    /// The name of the part's file.
    pub fn file_name(&self) -> String {
        format!("{}.part", self.0)
    }
}

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartMeta {
    /// The part's name.
    pub id: PartId,
    /// The one account whose records it holds.
    pub owner: AccountId,
    /// How many records.
    pub rows: u64,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// The record numbers it holds, as ascending ranges.
    pub seqs: Vec<SeqRange>,
    /// Earliest `eventTime`.
    pub time_min: Timestamp,
    /// Latest `eventTime`.
    pub time_max: Timestamp,
    /// Earliest time of entry.
    pub ingested_min: Timestamp,
    /// Latest time of entry; retention of the base lake goes by it.
    pub ingested_max: Timestamp,
    /// How often the part's records were rewritten by compaction.
    pub level: u8,
}
