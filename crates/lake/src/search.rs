//! What is asked of the lake, and what comes back.

use crate::matcher::Matcher;
use crate::row::Flags;
use model::{AccountId, Origin, RecordId, Seq, TimeRange, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most rows of one page.
pub const LIMIT_MAX: usize = 1_000;

/// A look-up: newest first, a page at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Search {
    /// Records of this owner only; `None` for all.
    pub owner: Option<AccountId>,
    /// Records of this region only; `None` for all.
    pub region: Option<String>,
    /// Records that this event data store holds only; `None` for all, as the built-in store has.
    pub store: Option<String>,
    /// Events from the start (inclusive) to the end (exclusive).
    pub times: TimeRange,
    /// All of them must hold.
    pub terms: Vec<Term>,
    /// Rows of a page, 1 to [`LIMIT_MAX`].
    pub limit: usize,
    /// Go on behind this place.
    pub after: Option<Place>,
    /// Also records that came under the id of an earlier one.
    pub include_hidden: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            owner: None,
            region: None,
            store: None,
            times: TimeRange::ALL,
            terms: Vec::new(),
            limit: 50,
            after: None,
            include_hidden: false,
        }
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Term {
    /// What is looked at.
    pub what: Attribute,
    /// What it must be.
    pub matches: Match,
}

impl Term {
    /// `what` must be exactly `value`.
    pub fn is(what: Attribute, value: impl Into<String>) -> Self {
        Self { what, matches: Match::Is(value.into()) }
    }
}

/// What a term looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attribute {
    /// `eventID`, or the id that stands in for a missing one.
    EventId,
    /// `eventName`.
    EventName,
    /// `eventSource`.
    EventSource,
    /// `readOnly`: `true` or `false`.
    ReadOnly,
    /// LookupEvents' user name.
    Username,
    /// A resource's type.
    ResourceType,
    /// A resource's name.
    ResourceName,
    /// `userIdentity.accessKeyId`.
    AccessKeyId,
    /// `sourceIPAddress`.
    SourceIp,
    /// Whatever names the principal: user, session, role, ARN, key, account, service.
    Who,
    /// `iam:CreateUser`, or an event name alone.
    Action,
    /// `errorCode`.
    ErrorCode,
    /// Denied or failed: `true` or `false`.
    Failed,
    /// `awsRegion`.
    Region,
    /// `recipientAccountId`.
    Account,
    /// `eventCategory`.
    Category,
    /// `userIdentity.arn`.
    IdentityArn,
    /// `recorded`, `imported` or `put`.
    Origin,
    /// The access key that the call issued.
    IssuedKey,
    /// Sixteen bytes of identity in hex: what [`Attribute::EventId`] is turned into.
    Identity,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Match {
    /// Exactly this.
    Is(String),
    /// One of these.
    AnyOf(Vec<String>),
    /// A pattern with `*` and `?`, case ignored.
    Like(String),
}

impl Match {
    /// Whether `value` is what is wanted.
    pub fn holds(&self, value: &str) -> bool {
        Matcher::new(self).matches(value)
    }
}

/// A row's place in the order of answers: newest first, of equal times the later number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// When the event happened.
    pub time: Timestamp,
    /// The record's number.
    pub seq: Seq,
}

/// One record found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it stands in the order.
    pub place: Place,
    /// Whose record it is.
    pub owner: AccountId,
    /// How it came in.
    pub origin: Origin,
    /// What makes it the same record when it comes again.
    pub id: RecordId,
    /// The record, byte for byte as it came.
    pub bytes: Arc<[u8]>,
    /// Whether an earlier record bears the same id.
    pub hidden: bool,
}

impl Found {
    pub(crate) fn new(
        place: Place,
        owner: &AccountId,
        id: RecordId,
        flags: Flags,
        bytes: Arc<[u8]>,
    ) -> Self {
        let origin = flags.origin().unwrap_or(Origin::Imported);
        Self { place, owner: owner.clone(), origin, id, bytes, hidden: flags.hidden() }
    }
}

/// Some rows of an answer.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<Found>,
    /// Where to go on; `None` where there is nothing more.
    pub next: Option<Place>,
}
