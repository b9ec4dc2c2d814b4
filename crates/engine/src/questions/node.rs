//! A session in the tree of who became whom.

use super::figures::{Figures, Value};
use lake::{Actor, Ending};
use model::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody with a key, or without one where a service keeps it to itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// How many stand above it.
    pub depth: usize,
    /// Place of the one above, in the list of nodes; absent at a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// The key it acts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The shortest name that tells principals apart.
    pub name: String,
    /// Who it is.
    pub actor: Actor,
    /// It is what was asked about.
    pub asked: bool,
    /// How the key came to be; absent where no record shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Edge>,
    /// For a lasting key: who made it, where a record shows that. No part of the chain: a key
    /// that was made for a user is the user's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
    /// Who is at the root, for what was asked about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub root: String,
    /// The names from the root to this one, for what was asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Some step of the chain was inferred, for what was asked about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// How the chain ends above, for what was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// What it did, in numbers.
    pub did: Figures,
    /// By action, the most frequent first.
    pub actions: Vec<Value>,
    /// How many different actions.
    pub actions_distinct: u64,
    /// By error code.
    pub errors: Vec<Value>,
    /// By address.
    pub addresses: Vec<Value>,
    /// How many different regions.
    pub regions: u64,
    /// By name of what was touched, among the `read` newest records.
    pub resources: Vec<Value>,
    /// How many different names, among the `read` newest records.
    pub resources_distinct: u64,
    /// How many records were read for `resources`.
    pub read: u64,
    /// Bytes that S3 says were moved, in the records read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// Bytes that calls of one name moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// `GetObject`.
    pub event_name: String,
    /// Calls that moved any.
    pub records: u64,
    /// S3's `bytesTransferredOut`, together.
    pub bytes_out: u64,
    /// S3's `bytesTransferredIn`, together.
    pub bytes_in: u64,
}

/// How one became another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// The call: `AssumeRole`, `GetSessionToken`, `SwitchRole`, …
    pub how: String,
    /// When.
    pub at: Timestamp,
    /// The records that show it: two where two accounts saw it.
    pub records: Vec<Witness>,
    /// The id that both accounts' records share.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_event_id: String,
    /// No record says so outright: what it was inferred from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inferred: Option<String>,
    /// The records name different callers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disputed: bool,
}

/// A record that shows something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// Whose record it is.
    pub owner: String,
    /// Which.
    pub event_id: String,
}

/// Who made a lasting key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// The key of whoever made it.
    pub by_key: String,
    /// Their name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The record.
    pub event_id: String,
}
