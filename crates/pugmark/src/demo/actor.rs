//! Somebody calling: what a record says in `userIdentity`, and from where and with what they call.

use super::cast::{Role, User};
use super::clock::iso;
use super::object::Object;

/// How somebody calls; it decides which members a record ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// A program that connects by itself: the record tells of its connection.
    Program,
    /// The console calls with the credentials of the person signed in.
    Console,
    /// A service of AWS calls; there is no connection to tell of.
    Service,
}

/// Who calls, from where, with what.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// The account the call is made in.
    pub(super) account: &'static str,
    /// `userIdentity`.
    pub(super) identity: String,
    /// `userIdentity.principalId`.
    pub(super) principal: String,
    /// `userIdentity.arn`, as error messages name the caller.
    pub(super) arn: String,
    pub(super) address: &'static str,
    pub(super) agent: &'static str,
    pub(super) manner: Manner,
}

impl Actor {
    /// A user, by a lasting key.
    pub(super) fn by_key(user: &User, key: &str) -> Self {
        Self::user(user, user_identity(user, Some(key)).end(), Manner::Program)
    }

    /// A user who is only now typing a password.
    pub(super) fn signing_in(user: &User) -> Self {
        Self::user(user, user_identity(user, None).end(), Manner::Program)
    }

    /// A user at the console, signed in with MFA at `since_s`.
    pub(super) fn at_console(user: &User, key: &str, since_s: i64) -> Self {
        let context = Object::new().json("attributes", &attributes(since_s, true)).end();
        let identity = user_identity(user, Some(key)).json("sessionContext", &context).end();
        Self::user(user, identity, Manner::Console)
    }

    /// A session of a role.
    pub(super) fn in_session(session: &Session<'_>) -> Self {
        Self {
            account: session.role.account,
            identity: session.identity(),
            principal: session.principal(),
            arn: session.arn(),
            address: session.service.unwrap_or_default(),
            agent: session.service.unwrap_or_default(),
            manner: session.service.map_or(Manner::Program, |_| Manner::Service),
        }
    }

    /// A service of AWS, acting in `account` under its own name.
    pub(super) fn service(name: &'static str, account: &'static str) -> Self {
        let identity = Object::new().text("type", "AWSService").text("invokedBy", name);
        Self {
            account,
            identity: identity.end(),
            principal: String::new(),
            arn: String::new(),
            address: name,
            agent: name,
            manner: Manner::Service,
        }
    }

    /// The same, calling from `address` with `agent`.
    pub(super) fn from(self, address: &'static str, agent: &'static str) -> Self {
        Self { address, agent, ..self }
    }

    fn user(user: &User, identity: String, manner: Manner) -> Self {
        Self {
            account: user.account,
            identity,
            principal: user.id.to_owned(),
            arn: user_arn(user),
            address: "",
            agent: "",
            manner,
        }
    }
}

/// A session of a role: somebody with a temporary key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session<'a> {
    pub(super) role: &'a Role,
    pub(super) name: &'a str,
    /// `None` where a service of AWS keeps the key to itself.
    pub(super) key: Option<&'a str>,
    pub(super) since_s: i64,
    /// True when the role was assumed with MFA.
    pub(super) mfa: bool,
    /// The person behind the session, when the role asks for one.
    pub(super) source_identity: Option<&'a str>,
    /// The service of AWS that calls by this role.
    pub(super) service: Option<&'static str>,
}

impl<'a> Session<'a> {
    /// A plain session: no MFA, no person named.
    pub(super) const fn new(role: &'a Role, name: &'a str, key: &'a str, since_s: i64) -> Self {
        let (mfa, source_identity, service) = (false, None, None);
        Self { role, name, key: Some(key), since_s, mfa, source_identity, service }
    }

    /// A session that a service of AWS opens for its own work.
    pub(super) const fn of_service(
        role: &'a Role,
        name: &'a str,
        service: &'static str,
        since_s: i64,
    ) -> Self {
        let (mfa, source_identity) = (false, None);
        Self { role, name, key: None, since_s, mfa, source_identity, service: Some(service) }
    }

    /// The session of a person who showed MFA and is named.
    pub(super) const fn of_person(self, person: &'a str) -> Self {
        Self { mfa: true, source_identity: Some(person), ..self }
    }

    /// The role's id and the session's name.
    pub(super) fn principal(&self) -> String {
        format!("{}:{}", self.role.id, self.name)
    }

    /// The ARN of the session.
    pub(super) fn arn(&self) -> String {
        let Role { name, account, .. } = self.role;
        format!("arn:aws:sts::{account}:assumed-role/{name}/{}", self.name)
    }

    fn identity(&self) -> String {
        let context = Object::new()
            .json("sessionIssuer", &self.issuer())
            .json("attributes", &attributes(self.since_s, self.mfa))
            .text_if("sourceIdentity", self.source_identity);
        Object::with_capacity(512)
            .text("type", "AssumedRole")
            .text("principalId", &self.principal())
            .text("arn", &self.arn())
            .text("accountId", self.role.account)
            .text_if("accessKeyId", self.key)
            .json("sessionContext", &context.end())
            .text_if("invokedBy", self.service)
            .end()
    }

    fn issuer(&self) -> String {
        Object::with_capacity(256)
            .text("type", "Role")
            .text("principalId", self.role.id)
            .text("arn", &role_arn(self.role))
            .text("accountId", self.role.account)
            .text("userName", self.role.name)
            .end()
    }
}

/// The ARN of a user.
pub(super) fn user_arn(user: &User) -> String {
    format!("arn:aws:iam::{}:user/{}", user.account, user.name)
}

/// The ARN of a role.
pub(super) fn role_arn(role: &Role) -> String {
    format!("arn:aws:iam::{}:role{}{}", role.account, role.path, role.name)
}

fn user_identity(user: &User, key: Option<&str>) -> Object {
    Object::with_capacity(384)
        .text("type", "IAMUser")
        .text("principalId", user.id)
        .text("arn", &user_arn(user))
        .text("accountId", user.account)
        .text_if("accessKeyId", key)
        .text("userName", user.name)
}

fn attributes(since_s: i64, mfa: bool) -> String {
    Object::new()
        .text("creationDate", &iso(since_s))
        .text("mfaAuthenticated", if mfa { "true" } else { "false" })
        .end()
}

#[cfg(test)]
mod tests {
    use super::super::cast;
    use super::*;

    #[test]
    fn names_a_user_by_key() {
        let actor = Actor::by_key(&cast::CI_DEPLOYER, cast::LEAKED_KEY);
        assert_eq!(
            actor.identity,
            r#"{"type":"IAMUser","principalId":"AIDADEMODEPLOYERAAAAA","#.to_owned()
                + r#""arn":"arn:aws:iam::123456789012:user/ci-deployer","#
                + r#""accountId":"123456789012","accessKeyId":"AKIAIOSFODNN7EXAMPLE","#
                + r#""userName":"ci-deployer"}"#
        );
    }

    #[test]
    fn names_the_role_behind_a_session_without_its_path() {
        let session = Session::of_service(&cast::SCALING, "AutoScaling", "a.amazonaws.com", 0);
        let actor = Actor::in_session(&session);
        assert!(actor.arn.ends_with(":assumed-role/AWSServiceRoleForAutoScaling/AutoScaling"));
        assert!(actor.identity.contains("role/aws-service-role/autoscaling.amazonaws.com/AWS"));
        assert_eq!(actor.manner, Manner::Service);
    }
}
