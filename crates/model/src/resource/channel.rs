//! Channels: the way in for events from outside.

use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Takes events of one source into some event data stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Unique for all time: a UUID.
    pub id: String,
    /// Unique in account and region.
    pub name: String,
    /// Whose channel.
    pub account: AccountId,
    /// Where it was made.
    pub region: String,
    /// `Custom`, or a partner's name; never changed.
    pub source: String,
    /// Ids of the event data stores that hold what comes.
    pub destinations: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Channel {
    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::channel(&self.region, &self.account, &self.id)
    }
}

/// What a channel was last asked to take in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingestion {
    /// When events were last sent.
    pub tried: Option<Timestamp>,
    /// The `eventID` that the last of them has, or would have.
    pub tried_event: Option<String>,
    /// When one was last taken in.
    pub succeeded: Option<Timestamp>,
    /// Its `eventID`.
    pub succeeded_event: Option<String>,
    /// Why one of the last events was refused.
    pub error: Option<String>,
}
