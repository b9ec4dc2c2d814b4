//! Imports of trail logs that lie in a bucket, into an event data store.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// An import from a bucket: what was asked, and how far it is. The files are taken in the order of
/// their keys, so that one key says which of them are done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketImport {
    /// Random id, a UUID.
    pub id: String,
    /// Whose it is, and whose records the imported ones are.
    pub account: AccountId,
    /// The region it was started in.
    pub region: String,
    /// The id of the event data store that the records go into.
    pub store: String,
    /// Where the files lie.
    pub source: ImportSource,
    /// Only records from this `eventTime` on.
    pub start: Option<Timestamp>,
    /// Only records up to this `eventTime`.
    pub end: Option<Timestamp>,
    /// When it was first started.
    pub created: Timestamp,
    /// When it last got on, or was changed.
    pub updated: Timestamp,
    /// Where it stands.
    pub status: BucketImportStatus,
    /// How far it is.
    pub progress: ImportProgress,
}

/// Where the files of an import lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSource {
    /// As it was given: `s3://BUCKET[/PREFIX]`.
    pub uri: String,
    /// The bucket's region.
    pub region: String,
    /// The ARN of the role that reads.
    pub role: String,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportProgress {
    /// All files up to this key were taken in, or failed.
    pub read_to: String,
    /// While files that failed are tried again, which comes first: those up to this key were.
    pub retried_to: Option<String>,
    /// The folder of the last log file read.
    pub folder: String,
    /// Folders of log files met.
    pub prefixes_found: u64,
    /// Folders of which every file was read.
    pub prefixes_done: u64,
    /// Files taken in.
    pub files: u64,
    /// Records that the store has from them.
    pub events: u64,
    /// Files that failed and did not succeed since.
    pub failed: u64,
}

/// Where an import stands, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BucketImportStatus {
    /// Started, and nothing was read yet.
    Initializing,
    /// Under way.
    InProgress,
    /// Ended; some files failed.
    Failed,
    /// Ended by `StopImport`.
    Stopped,
    /// Ended; every file was taken in.
    Completed,
}

impl BucketImportStatus {
    /// Whether it goes on by itself.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Initializing | Self::InProgress)
    }
}

/// A file that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFailure {
    /// The object's key.
    pub key: String,
    /// Where it stands.
    pub status: FailureStatus,
    /// What kind of failure, one word.
    pub kind: String,
    /// What was found, and what may help.
    pub message: String,
    /// When it was last tried.
    pub updated: Timestamp,
}

/// Where a file that failed stands, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureStatus {
    /// It failed when it was last tried.
    Failed,
    /// It was taken in when it was tried again.
    Succeeded,
}
