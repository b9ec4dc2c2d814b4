//! Files on their way from a trail into its bucket.

use crate::{Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// A file that will be put, with its name and its content fixed: whatever happens, it is this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFile {
    /// Its place among the files of its trail: they are put in this order.
    pub number: u64,
    /// The time of logging that it belongs to, see [`crate::Change::DeliveryPlanned`].
    pub era: u64,
    /// The region of its records.
    pub region: String,
    /// The bucket it goes into.
    pub bucket: String,
    /// Its key there.
    pub object: String,
    /// SHA-256 of its text, in lower-case hex: what digests say of it.
    pub text_hash: String,
    /// SHA-256 of its bytes as they are put, compressed: the name they wait under.
    pub file_hash: String,
    /// Length of those, in bytes.
    pub bytes: u64,
    /// When it was planned: it is tried for thirty days from then on.
    pub planned: Timestamp,
    /// What it holds.
    pub content: FileContent,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum FileContent {
    /// Records.
    Log {
        /// How many.
        records: u64,
        /// The number of the first.
        first: Seq,
        /// The number of the last.
        last: Seq,
        /// The earliest `eventTime`.
        oldest: Timestamp,
        /// The latest.
        newest: Timestamp,
    },
    /// A digest.
    Digest {
        /// It lists what was delivered from here on…
        start: Timestamp,
        /// …to here.
        end: Timestamp,
        /// How many files it lists: the first that wait for one.
        files: u64,
        /// Its signature, in lower-case hex.
        signature: String,
    },
}
