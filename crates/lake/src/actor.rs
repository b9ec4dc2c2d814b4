//! Who a record says acted.

use model::{Field, RecordView, Tree, json};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// `userIdentity`, as far as it tells who somebody is. What a record lacks is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Actor {
    /// `type`: `IAMUser`, `AssumedRole`, `AWSService`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// `principalId`: `AIDA…`, or `AROA…:session`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub principal_id: String,
    /// `arn`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub arn: String,
    /// `accountId`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// `accessKeyId`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub access_key: String,
    /// `userName`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user_name: String,
    /// `invokedBy`: the service that called in somebody's name, or in its own.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub invoked_by: String,
    /// `sessionContext.sessionIssuer.arn`: the role or user that the session is of.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// `sessionContext.sourceIdentity`: the person who was named when the role was assumed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source_identity: String,
    /// `onBehalfOf.userId`: the person of IAM Identity Center. Not in every answer: it is read
    /// from the record itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on_behalf_of: String,
    /// `inScopeOf`, as it stands in the record. Read as `on_behalf_of` is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub in_scope_of: String,
}

/// The fields an actor is made of that have columns, in the order of [`Actor::from_texts`].
pub(crate) const FIELDS: [Field; 9] = [
    Field::IdentityType,
    Field::PrincipalId,
    Field::IdentityArn,
    Field::IdentityAccount,
    Field::AccessKeyId,
    Field::UserName,
    Field::InvokedBy,
    Field::IssuerArn,
    Field::SourceIdentity,
];

impl Actor {
    /// Whoever made a record, with what no column tells.
    pub fn of(view: &RecordView<'_>) -> Self {
        let identity = view.tree(Tree::UserIdentity).unwrap_or_default();
        let at = |path| json::at_path(identity, path);
        let behalf = at("onBehalfOf.userId").and_then(json::text);
        let scope = at("inScopeOf").map(String::from_utf8_lossy);
        Self {
            on_behalf_of: behalf.map(Cow::into_owned).unwrap_or_default(),
            in_scope_of: scope.filter(|text| text != "null").unwrap_or_default().into_owned(),
            ..Self::by_columns(view)
        }
    }

    /// Whoever made a record, as columns tell it: the same for tail and parts.
    pub(crate) fn by_columns(view: &RecordView<'_>) -> Self {
        let text = |field| view.text(field).map(Cow::into_owned).unwrap_or_default();
        Self::from_texts(FIELDS.map(text))
    }

    pub(crate) fn from_texts(texts: [String; 9]) -> Self {
        let [kind, principal_id, arn, account, access_key, user_name, invoked_by, issuer, source] =
            texts;
        Self {
            kind,
            principal_id,
            arn,
            account,
            access_key,
            user_name,
            invoked_by,
            issuer,
            source_identity: source,
            ..Self::default()
        }
    }

    /// What tells this one apart from all others: an ARN, where there is one; for a federated
    /// person the name at their provider; for a service, also one that acts through its role
    /// without a key, the service.
    pub fn identity(&self) -> &str {
        let order: [&str; 5] = match self.kind.as_str() {
            "AWSService" => [&self.invoked_by, &self.principal_id, &self.arn, &self.account, ""],
            "SAMLUser" | "WebIdentityUser" | "IdentityCenterUser" => {
                [&self.user_name, &self.principal_id, &self.on_behalf_of, &self.arn, &self.account]
            }
            _ if self.acts_for_service() => [&self.invoked_by, "", "", "", ""],
            _ => [&self.arn, &self.principal_id, &self.user_name, &self.invoked_by, &self.account],
        };
        order.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// A role's session whose key its service keeps to itself.
    fn acts_for_service(&self) -> bool {
        self.kind == "AssumedRole" && self.access_key.is_empty() && !self.invoked_by.is_empty()
    }

    /// The shortest name that tells principals apart: `alice`, `ReleaseRole/build-7731`, `root`.
    pub fn name(&self) -> &str {
        let identity = self.identity();
        if let Some((_, session)) = identity.split_once(":assumed-role/") {
            return session;
        }
        for mark in [":user/", ":federated-user/"] {
            if let Some((_, name)) = identity.split_once(mark) {
                return name.rsplit('/').next().unwrap_or(name);
            }
        }
        match identity.ends_with(":root") {
            true => "root",
            false => identity,
        }
    }

    /// How much it tells: of two records of one event, the account that was called from knows
    /// who called, the other often only from which account.
    pub(crate) fn detail(&self) -> u8 {
        let told = |text: &str, weight: u8| if text.is_empty() { 0 } else { weight };
        let own = if self.kind == "AWSAccount" { 0 } else { told(&self.kind, 8) };
        own + told(&self.access_key, 4) + told(&self.arn, 2) + told(&self.principal_id, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(kind: &str, arn: &str, key: &str, service: &str) -> Actor {
        Actor {
            kind: kind.to_owned(),
            arn: arn.to_owned(),
            access_key: key.to_owned(),
            invoked_by: service.to_owned(),
            ..Actor::default()
        }
    }

    #[test]
    fn everybody_has_a_name() {
        let session = "arn:aws:sts::1:assumed-role/ReleaseRole/build-7731";
        for (it, identity, name) in [
            (actor("IAMUser", "arn:aws:iam::1:user/ops/alice", "A", ""), None, "alice"),
            (actor("Root", "arn:aws:iam::1:root", "", ""), None, "root"),
            (actor("AssumedRole", session, "A", "s3.x"), None, "ReleaseRole/build-7731"),
            (actor("AssumedRole", session, "", "s3.x"), Some("s3.x"), "s3.x"),
            (actor("AWSService", "", "", "ec2.x"), Some("ec2.x"), "ec2.x"),
            (actor("", "", "", ""), Some(""), ""),
        ] {
            assert_eq!(it.identity(), identity.unwrap_or(&it.arn));
            assert_eq!(it.name(), name);
        }
    }

    #[test]
    fn the_person_behind_is_read_from_the_record() {
        let json = br#"{"userIdentity":{"type":"IdentityCenterUser","accountId":"1",
            "onBehalfOf":{"userId":"u-1","identityStoreArn":"x"},"inScopeOf":{"a":1}}}"#;
        let mut scan = model::Scan::default();
        scan.read(json, 0).unwrap();
        let actor = Actor::of(&RecordView::new(json, &scan));
        assert_eq!((actor.on_behalf_of.as_str(), actor.identity()), ("u-1", "u-1"));
        assert_eq!(actor.in_scope_of, r#"{"a":1}"#);
    }
}
