//! Who asks, and what a record says of them.

use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};

/// What is recorded about whoever made a call: CloudTrail's `userIdentity` element.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// `IAMUser`, `Root`, `AssumedRole`, …
    #[serde(rename = "type")]
    pub kind: CallerKind,
    /// The unique id of the principal, as `AIDA…`.
    pub principal_id: String,
    /// The principal's name.
    pub arn: Arn,
    /// The account the principal belongs to.
    pub account_id: AccountId,
    /// The key that signed.
    pub access_key_id: String,
    /// The user's name; only IAM users have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// What a temporary key was issued with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionIssuer>,
}

/// The kinds of principals that exist here so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallerKind {
    /// A user of an account.
    IAMUser,
    /// The root of an account.
    Root,
}

impl CallerKind {
    /// AWS's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IAMUser => "IAMUser",
            Self::Root => "Root",
        }
    }
}

/// What made a temporary key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionIssuer {
    /// The long-lived key that asked for the session.
    pub parent_key: String,
    /// When the session was issued.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

/// Who is verified to be asking, and from where. Only the door makes one.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub identity: Identity,
    /// The region of the signature's scope.
    pub region: String,
    /// The client's address: the socket's peer, or what a trusted proxy says.
    pub source_ip: String,
    /// The client's own word about itself, at most 1 KB.
    pub user_agent: String,
    /// Whether the request came over TLS.
    pub secure: bool,
}

impl Caller {
    /// The account of whoever asks.
    pub const fn account(&self) -> &AccountId {
        &self.identity.account_id
    }
}
