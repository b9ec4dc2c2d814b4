//! What records of an account carry besides the call.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// How large records may be and which context they carry, as one event data store wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventConfiguration {
    /// Whose store.
    pub account: AccountId,
    /// The store's id.
    pub store: String,
    /// How large a record may be.
    pub max_event_size: MaxEventSize,
    /// Which context.
    pub context: Vec<ContextKeySelector>,
}

/// How large a record may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MaxEventSize {
    /// 256 KB.
    Standard,
    /// 1 MB.
    Large,
}

/// Some keys of one kind of context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContextKeySelector {
    /// Of which kind.
    #[serde(rename = "Type")]
    pub kind: ContextKind,
    /// The keys.
    pub equals: Vec<String>,
}

/// Kinds of context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextKind {
    /// Tags of the principal and of the resources.
    TagContext,
    /// IAM's global condition keys.
    RequestContext,
}
