//! What records are counted by.

use serde::{Deserialize, Serialize};

macro_rules! facets {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A side of records that has values to count.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Facet { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl Facet {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, as people type it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

facets! {
    /// `iam:CreateUser`.
    Action = "action",
    /// `eventName`.
    EventName = "eventName",
    /// `eventSource`.
    EventSource = "eventSource",
    /// `awsRegion`.
    Region = "region",
    /// `sourceIPAddress`.
    SourceIp = "sourceIp",
    /// `userAgent`.
    UserAgent = "userAgent",
    /// Who: `userIdentity.arn`, else `principalId`, `invokedBy` or `type`.
    Principal = "principal",
    /// `LookupEvents`' user name.
    Username = "username",
    /// `userIdentity.accessKeyId`.
    AccessKey = "accessKey",
    /// `sessionContext.sessionIssuer.arn`: the role of a session.
    Role = "role",
    /// `userIdentity.type`.
    IdentityType = "identityType",
    /// `userIdentity.invokedBy`.
    InvokedBy = "invokedBy",
    /// `sessionContext.sourceIdentity`.
    SourceIdentity = "sourceIdentity",
    /// `sessionContext.attributes.mfaAuthenticated`.
    Mfa = "mfa",
    /// `ok`, `denied` or `failed`.
    Outcome = "outcome",
    /// `errorCode`.
    ErrorCode = "errorCode",
    /// `recipientAccountId`.
    Account = "account",
    /// Whose record it is.
    Owner = "owner",
    /// The types of what was touched.
    ResourceType = "resourceType",
    /// `eventCategory`.
    Category = "category",
    /// `eventType`.
    EventType = "eventType",
    /// `readOnly`: `true` or `false`.
    ReadOnly = "readOnly",
    /// `recorded`, `imported` or `put`.
    Origin = "origin",
    /// `vpcEndpointId`.
    VpcEndpoint = "vpcEndpoint",
    /// `tlsDetails.tlsVersion`.
    TlsVersion = "tlsVersion",
}

impl Facet {
    /// The facet of this name, in whatever case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|facet| facet.name().eq_ignore_ascii_case(name))
    }
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it was asked.
    Ok,
    /// It was refused for want of a permission.
    Denied,
    /// It failed otherwise.
    Failed,
}

impl Outcome {
    /// As people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }

    /// Of a call that failed with `code`, where it failed.
    pub fn of(failed: bool, code: &str) -> Self {
        match failed {
            false => Self::Ok,
            true if is_denial(code) => Self::Denied,
            true => Self::Failed,
        }
    }
}

/// Whether an `errorCode` says that a permission was missing. Services spell it in many ways.
pub fn is_denial(code: &str) -> bool {
    const WORDS: [&str; 4] = ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"];
    WORDS.iter().any(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for facet in Facet::ALL {
            assert_eq!(Facet::from_name(&facet.name().to_uppercase()), Some(*facet));
            let json = serde_json::to_string(facet).unwrap();
            assert_eq!(json, format!("\"{}\"", facet.name()));
        }
        assert_eq!(Facet::from_name("nonsense"), None);
    }

    #[test]
    fn knows_denials() {
        for code in ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"] {
            assert_eq!(Outcome::of(true, code), Outcome::Denied, "{code}");
        }
        assert_eq!(Outcome::of(true, "ThrottlingException"), Outcome::Failed);
        assert_eq!(Outcome::of(false, "AccessDenied"), Outcome::Ok);
    }
}
