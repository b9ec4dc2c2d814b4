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
