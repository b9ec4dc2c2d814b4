//! Who may do what. Until policies of identities are built there are administrators, who may do
//! everything, and nobody else; policies of resources are weighed against that.

use crate::State;
use crate::topics::topic_policy;
use model::resource::{KmsKey, Topic};
use model::{AccountId, Caller, CallerKind, Identity, Timestamp};
use policy::{
    Context, Fact, Global, Kind, Policy, Principal, Request, ServiceKey, Verdict,
    authorize_with_key_policy,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::LazyLock;

/// AWS's managed policy `AdministratorAccess`.
static ADMINISTRATOR_ACCESS: LazyLock<Option<Policy>> = LazyLock::new(|| {
    const TEXT: &str = r#"{ "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] }"#;
    Policy::parse(TEXT, Kind::Identity).ok()
});

/// What CloudTrail calls its sessions of roles.
const ROLE_SESSION: &str = "cloudtrail-import";

/// Whether a call may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allowed,
    /// It may not.
    Denied {
        /// AWS's words for it.
        message: String,
    },
}

/// Decides whether `identity` may do `action` (`service:Operation`).
pub fn authorize(state: &State, identity: &Identity, action: &str) -> Decision {
    if is_administrator(state, identity) {
        return Decision::Allowed;
    }
    let arn = &identity.arn;
    let message = format!("User: {arn} is not authorized to perform: {action}");
    Decision::Denied { message }
}

/// Whether nothing but an explicit deny stops them. Under `--dev` that is everybody.
fn is_administrator(state: &State, identity: &Identity) -> bool {
    let dev = state.birth().is_some_and(|birth| birth.dev);
    let name = identity.user_name.as_deref().unwrap_or_default();
    let user = state.user(&identity.account_id, name);
    dev || identity.kind == CallerKind::Root || user.is_some_and(|user| user.admin)
}

/// Somebody who asks, as policies see them: who they are, and the facts that were verified.
#[derive(Clone, Debug)]
pub struct Asking {
    principal: Principal,
    context: Context,
    administrator: bool,
}

impl Asking {
    /// A verified caller.
    pub fn of(state: &State, caller: &Caller, at: Timestamp) -> Self {
        let identity = &caller.identity;
        let session = identity.session.as_ref();
        let agent = Some(caller.user_agent.as_str()).filter(|it| !it.is_empty());
        let context = everybodys(&caller.region, at)
            .global(Global::SecureTransport, caller.secure)
            .global(Global::ViaAwsService, false)
            .global(Global::SourceOwner, caller.account().as_str())
            .global_opt(Global::SourceIp, caller.source_ip.parse::<IpAddr>().ok())
            .global_opt(Global::UserAgent, agent)
            .global_opt(Global::MultiFactorAuthPresent, session.map(|_| false))
            .global_opt(Global::TokenIssueTime, session.map(|it| it.created));
        let administrator = is_administrator(state, identity);
        Self { principal: principal(identity), context, administrator }
    }

    /// Somebody who gave no name: whoever sends an unsigned request to a public bucket. Not even
    /// under `--dev` are they administrators.
    pub fn nobody(source_ip: IpAddr, secure: bool, region: &str, at: Timestamp) -> Self {
        let context = everybodys(region, at)
            .global(Global::SecureTransport, secure)
            .global(Global::ViaAwsService, false)
            .global(Global::SourceIp, source_ip);
        Self { principal: Principal::Anonymous, context, administrator: false }
    }

    /// A service of the platform (`cloudtrail.amazonaws.com`) that works for the resource
    /// `source` of `account`.
    pub fn service(
        name: &str,
        source: &str,
        account: &AccountId,
        region: &str,
        at: Timestamp,
    ) -> Self {
        let context = everybodys(region, at)
            .global(Global::SecureTransport, true)
            .global(Global::SourceArn, source)
            .global(Global::SourceAccount, account.as_str());
        let principal = Principal::Service { name: name.to_owned() };
        Self { principal, context, administrator: false }
    }

    /// A service of the platform that works as a role of its user's. Until policies of identities
    /// are built a role may what its account may.
    pub fn role(role: &str, account: &AccountId, region: &str, at: Timestamp) -> Self {
        let name = role.rsplit('/').next().unwrap_or_default();
        let session = format!("arn:aws:sts::{account}:assumed-role/{name}/{ROLE_SESSION}");
        let context = everybodys(region, at)
            .global(Global::SecureTransport, true)
            .global(Global::ViaAwsService, false);
        let principal = Principal::Session {
            account: account.clone(),
            arn: session,
            role: role.to_owned(),
            id: format!("{name}:{ROLE_SESSION}"),
        };
        Self { principal, context, administrator: true }
    }

    /// The account that they belong to.
    pub const fn account(&self) -> Option<&AccountId> {
        self.principal.account()
    }

    /// Adds what the request says in a service's own words (`s3:x-amz-acl`). What cannot be such a
    /// key, as one of `aws`, is left out.
    #[must_use]
    pub fn with(mut self, service: &str, key: &str, fact: impl Into<Fact>) -> Self {
        if let Some(key) = ServiceKey::new(service, key) {
            self.context = self.context.service(key, fact);
        }
        self
    }

    /// Whether they may do `action` to `resource` (an ARN) of `owner`, which has this policy.
    pub fn weigh(
        &self,
        action: &str,
        resource: &str,
        owner: &AccountId,
        policy: Option<&Policy>,
    ) -> Verdict {
        let request = self.request(action, resource, owner);
        policy::authorize(&self.own(), policy, &request)
    }

    /// Adds what something is to be encrypted or decrypted for.
    #[must_use]
    pub fn for_purpose(self, context: &BTreeMap<String, String>) -> Self {
        let names: Fact = context.keys().cloned().collect();
        let with = |asking: Self, (name, value): (&String, &String)| {
            asking.with("kms", &format!("EncryptionContext:{name}"), value.as_str())
        };
        context.iter().fold(self, with).with("kms", "EncryptionContextKeys", names)
    }

    /// Whether they may do `action` (`kms:Encrypt`) with a key of KMS, which obeys its own policy
    /// first: `policy`, the one it has or may get.
    pub fn weigh_key(&self, action: &str, key: &KmsKey, policy: &Policy) -> Verdict {
        let account = self.principal.account().map(AccountId::as_str);
        let asking = match account {
            Some(account) => self.clone().with("kms", "CallerAccount", account),
            None => self.clone(),
        };
        let request = asking.request(action, key.arn().as_str(), &key.account);
        authorize_with_key_policy(&self.own(), policy, &request)
    }

    /// Whether they may do `action` (`SNS:Publish`) to a topic.
    pub fn weigh_topic(&self, action: &str, topic: &Topic) -> Verdict {
        let policy = Policy::parse(&topic_policy(topic), Kind::Resource).ok();
        self.weigh(action, topic.arn().as_str(), &topic.account, policy.as_ref())
    }

    fn request(&self, action: &str, resource: &str, owner: &AccountId) -> Request {
        Request::new(self.principal.clone(), action, resource, owner, self.context.clone())
    }

    /// The policies of the principal itself.
    fn own(&self) -> Vec<&'static Policy> {
        ADMINISTRATOR_ACCESS.iter().filter(|_| self.administrator).collect()
    }
}

fn everybodys(region: &str, at: Timestamp) -> Context {
    Context::default()
        .global(Global::CurrentTime, at)
        .global(Global::EpochTime, at)
        .global(Global::RequestedRegion, region)
}

fn principal(identity: &Identity) -> Principal {
    let account = identity.account_id.clone();
    match identity.kind {
        CallerKind::Root => Principal::Root { account },
        CallerKind::IAMUser => Principal::User {
            account,
            arn: identity.arn.to_string(),
            id: identity.principal_id.clone(),
            name: identity.user_name.clone().unwrap_or_default(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource::{Rotation, Sealed, User};
    use model::{Arn, Change};

    const AT: Timestamp = Timestamp(1_767_225_600_000);

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn caller(name: &str, secure: bool) -> Caller {
        let account_id = account("111111111111");
        Caller {
            identity: Identity {
                kind: CallerKind::IAMUser,
                principal_id: "AIDA1".to_owned(),
                arn: Arn::user(&account_id, name),
                account_id,
                access_key_id: "AKIA1".to_owned(),
                user_name: Some(name.to_owned()),
                session: None,
            },
            region: "eu-central-1".to_owned(),
            source_ip: "192.0.2.7".to_owned(),
            user_agent: "agent".to_owned(),
            secure,
        }
    }

    fn state() -> State {
        let mut state = State::default();
        let (name, admin) = ("ann".to_owned(), true);
        let account = account("111111111111");
        state.apply(&Change::UserPut(User {
            account,
            name,
            id: "AIDA1".into(),
            admin,
            created: AT,
        }));
        state
    }

    fn policy(effect: &str, condition: &str) -> Policy {
        let text = format!(
            r#"{{ "Version": "2012-10-17", "Statement": [{{ "Effect": "{effect}", "Principal": "*",
                "Action": "s3:*", "Resource": "*", "Condition": {condition} }}] }}"#
        );
        Policy::parse(&text, Kind::Resource).unwrap()
    }

    fn allowed(asking: &Asking, owner: &str, policy: Option<&Policy>) -> bool {
        asking.weigh("s3:PutObject", "arn:aws:s3:::b/k", &account(owner), policy).is_allowed()
    }

    #[test]
    fn an_administrator_rules_at_home_and_asks_abroad() {
        let ann = Asking::of(&state(), &caller("ann", true), AT);
        assert!(allowed(&ann, "111111111111", None));
        assert!(!allowed(&ann, "111111111111", Some(&policy("Deny", "{}"))));
        assert!(!allowed(&ann, "222222222222", None));
        assert!(allowed(&ann, "222222222222", Some(&policy("Allow", "{}"))));
        let bob = Asking::of(&state(), &caller("bob", true), AT);
        assert!(!allowed(&bob, "111111111111", None));
        assert!(!allowed(&bob, "222222222222", Some(&policy("Allow", "{}"))));
    }

    #[test]
    fn nobody_is_let_in_where_everybody_is() {
        let ip = IpAddr::from([192, 0, 2, 7]);
        let nobody = Asking::nobody(ip, true, "us-east-1", AT);
        assert!(!allowed(&nobody, "111111111111", None));
        assert!(allowed(&nobody, "111111111111", Some(&policy("Allow", "{}"))));
        let inside = r#"{ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } }"#;
        assert!(allowed(&nobody, "111111111111", Some(&policy("Allow", inside))));
        let outside = r#"{ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } }"#;
        assert!(!allowed(&nobody, "111111111111", Some(&policy("Allow", outside))));
    }

    #[test]
    fn policies_see_what_was_verified() {
        let ann =
            Asking::of(&state(), &caller("ann", false), AT).with("s3", "x-amz-acl", "private");
        for (condition, holds) in [
            (r#"{ "Bool": { "aws:SecureTransport": "false" } }"#, true),
            (r#"{ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } }"#, true),
            (r#"{ "StringEquals": { "aws:UserAgent": "agent" } }"#, true),
            (r#"{ "StringEquals": { "aws:userid": "AIDA1", "aws:username": "ann" } }"#, true),
            (r#"{ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:user/ann" } }"#, true),
            (r#"{ "StringEquals": { "aws:PrincipalAccount": "111111111111" } }"#, true),
            (r#"{ "StringEquals": { "aws:RequestedRegion": "eu-central-1" } }"#, true),
            (r#"{ "DateEquals": { "aws:CurrentTime": "2026-01-01" } }"#, true),
            (r#"{ "NumericEquals": { "aws:EpochTime": "1767225600" } }"#, true),
            (r#"{ "StringEquals": { "s3:x-amz-acl": "private" } }"#, true),
            (r#"{ "Null": { "aws:SourceArn": "true", "aws:SourceAccount": "true" } }"#, true),
            (r#"{ "Bool": { "aws:PrincipalIsAWSService": "true" } }"#, false),
        ] {
            let policy = policy("Allow", condition);
            assert_eq!(allowed(&ann, "222222222222", Some(&policy)), holds, "{condition}");
        }
    }

    /// The statement that AWS's guide gives for encrypting a trail's log files.
    #[test]
    fn a_key_lets_cloudtrail_encrypt_for_a_trail_and_nothing_else() {
        let trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/t";
        let policy = Policy::parse(
            r#"{ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": { "Service": "cloudtrail.amazonaws.com" },
                "Action": "kms:GenerateDataKey*", "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/t" },
                    "StringLike": { "kms:EncryptionContext:aws:cloudtrail:arn":
                        "arn:aws:cloudtrail:*:111111111111:trail/*" } } }] }"#,
            Kind::Resource,
        )
        .unwrap();
        let owner = account("111111111111");
        let key = KmsKey {
            id: "k".to_owned(),
            account: owner.clone(),
            region: "us-east-1".to_owned(),
            description: String::new(),
            created: AT,
            enabled: true,
            deletion: None,
            policy: policy.text().to_owned(),
            tags: BTreeMap::new(),
            material: Sealed(String::new()),
            rotation: Rotation::OFF,
            managed: false,
        };
        let ask = |name: &str, source: &str, purpose: &str, action: &str| {
            let context = [("aws:cloudtrail:arn".to_owned(), purpose.to_owned())].into();
            let asking = Asking::service(name, source, &owner, "us-east-1", AT);
            asking.for_purpose(&context).weigh_key(action, &key, &policy).is_allowed()
        };
        let (service, action) = ("cloudtrail.amazonaws.com", "kms:GenerateDataKey");
        assert!(ask(service, trail, trail, action));
        assert!(!ask(service, trail, trail, "kms:Decrypt"));
        assert!(!ask(service, "arn:other", trail, action));
        assert!(!ask(service, trail, "arn:aws:cloudtrail:us-east-1:222222222222:trail/t", action));
        assert!(!ask("sns.amazonaws.com", trail, trail, action));
        let ann = Asking::of(&state(), &caller("ann", true), AT);
        assert!(!ann.weigh_key("kms:PutKeyPolicy", &key, &policy).is_allowed());
    }

    #[test]
    fn a_service_says_for_whom_it_works_and_a_caller_cannot() {
        let condition = r#"{ "StringEquals": { "aws:SourceArn": "arn:aws:x:y:1:trail/t",
            "aws:SourceAccount": "333333333333" } }"#;
        let policy = policy("Allow", condition);
        let source = "arn:aws:x:y:1:trail/t";
        let from = account("333333333333");
        let service = Asking::service("cloudtrail.amazonaws.com", source, &from, "us-east-1", AT);
        assert!(allowed(&service, "222222222222", Some(&policy)));
        assert!(!allowed(&service, "222222222222", None));
        let forger = Asking::of(&state(), &caller("ann", true), AT)
            .with("aws", "SourceArn", source)
            .with("AWS", "SourceAccount", "333333333333");
        assert!(!allowed(&forger, "222222222222", Some(&policy)));
    }
}
