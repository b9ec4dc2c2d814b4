//! SQL queries that were started, as `DescribeQuery` and `ListQueries` know them.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// A query: what was asked, how far it is. Its rows lie in a file of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Random id, a UUID.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// The region it was started in.
    pub region: String,
    /// The SQL.
    pub statement: String,
    /// ARN of the first event data store that the statement names.
    pub store: String,
    /// When it was started.
    pub created: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where it stands.
    pub status: QueryStatus,
    /// The answer's columns, in order.
    pub columns: Vec<String>,
    /// Rows of the answer.
    pub rows: u64,
    /// Records that were looked at.
    pub scanned: u64,
    /// Records that passed the conditions.
    pub matched: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Where its rows are to be delivered, and how far that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<QueryDelivery>,
}

/// The delivery of a query's rows into a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryDelivery {
    /// As it was given: `s3://BUCKET[/PREFIX]`.
    pub uri: String,
    /// Where it stands.
    pub status: QueryDeliveryStatus,
    /// The files that lie in the bucket, in order.
    pub files: Vec<ResultFile>,
    /// Rows in those files.
    pub rows: u64,
    /// Where the next row stands in the answer, in bytes; `None` before the first file.
    pub at: Option<u64>,
    /// Every row is in a file: what is missing is the list of them.
    pub complete: bool,
}

/// A file of a query's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Its name, without the folder.
    pub name: String,
    /// The SHA-256 of its bytes, compressed, in lower-case hex.
    pub hash: String,
}

/// Where a delivery stands, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QueryDeliveryStatus {
    /// All files lie in the bucket, and their signed list.
    Success,
    /// Files could not be put, or there are no rows.
    Failed,
    /// The list could not be put.
    FailedSigningFile,
    /// Waiting, or under way.
    Pending,
    /// The bucket is gone.
    ResourceNotFound,
    /// The bucket did not take a file.
    AccessDenied,
    /// The bucket did not take the list.
    AccessDeniedSigningFile,
    /// The query was cancelled.
    Cancelled,
}

/// Where a query stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueryStatus {
    /// Waiting or under way: which of the two, the engine knows.
    Running,
    /// Answered.
    Finished,
    /// Ended by an error, told here.
    Failed(String),
    /// Ended by `CancelQuery`.
    Cancelled,
    /// Ended because it took too long.
    TimedOut,
}

impl Query {
    /// Whether there will be no more rows.
    pub const fn has_ended(&self) -> bool {
        !matches!(self.status, QueryStatus::Running)
    }
}
