//! Topics of SNS.

use crate::{AccountId, Arn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A place that messages are published to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Unique in account and region.
    pub name: String,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub region: String,
    /// What its owner set, by AWS's names of attributes, `Policy` among them.
    pub attributes: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Topic {
    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::topic(&self.region, &self.account, &self.name)
    }
}
