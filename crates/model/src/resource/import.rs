//! Imports of log files.

use crate::{AccountId, SeqRange, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An import: what was asked, how far it got, what was left out and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Random id, a UUID.
    pub id: String,
    /// What was named.
    pub paths: Vec<String>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where it stands.
    pub status: ImportStatus,
    /// Files found, and their bytes.
    pub files_found: u64,
    /// Bytes of the files found.
    pub bytes_found: u64,
    /// Files read to the end.
    pub files_done: u64,
    /// Bytes of the files read.
    pub bytes_done: u64,
    /// Records added.
    pub added: u64,
    /// Records that were there already.
    pub duplicates: u64,
    /// Records with the id of another one and other bytes; added, but not shown.
    pub conflicts: u64,
    /// What was skipped: reason to count and a few names.
    pub skipped: BTreeMap<String, Skipped>,
    /// The record numbers it got.
    pub seqs: Vec<SeqRange>,
    /// Earliest and latest `eventTime`.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Records by account.
    pub accounts: BTreeMap<AccountId, u64>,
    /// Records by region.
    pub regions: BTreeMap<String, u64>,
    /// How far a running import has got in the order of its files.
    pub done: Option<Done>,
}

/// The first so many files of an import, in the order of their names, are done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How many.
    pub files: u64,
    /// A hash of their names and lengths, 64 hex digits: resuming begins anew where files came,
    /// went or changed meanwhile, since what was read once counts once.
    pub digest: String,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportStatus {
    /// Under way, or cut off: `--resume` goes on.
    Running,
    /// Ended.
    Completed,
    /// Ended by an error, told here.
    Failed(String),
}

/// What was left out for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// How many files or records.
    pub count: u64,
    /// The first few of them.
    pub names: Vec<String>,
}
