//! Policies that stand with a resource.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// Who may use a resource, in the words it was given in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourcePolicy {
    /// Whose resource.
    pub account: AccountId,
    /// The resource's ARN.
    pub resource: String,
    /// The policy document, byte for byte.
    pub document: String,
}
