//! Who wants what.

use crate::context::Context;
use crate::key::Global;
use model::AccountId;

/// Whoever asks, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody known.
    Anonymous,
    /// The root of an account.
    Root {
        /// The account.
        account: AccountId,
    },
    /// An IAM user.
    User {
        /// The account.
        account: AccountId,
        /// The user's ARN.
        arn: String,
        /// The unique id, as `AIDA…`.
        id: String,
        /// The user's name.
        name: String,
    },
    /// A session of a role.
    Session {
        /// The account.
        account: AccountId,
        /// The session's ARN: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
        arn: String,
        /// The role's ARN.
        role: String,
        /// `AROA…:SESSION`
        id: String,
    },
    /// A federated user's session.
    FederatedUser {
        /// The account.
        account: AccountId,
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`
        arn: String,
        /// `ACCOUNT:NAME`
        id: String,
    },
    /// Who an identity provider speaks for, before there is a session.
    Federated {
        /// The provider: a domain, or its ARN.
        provider: String,
    },
    /// A service of the platform.
    Service {
        /// As `cloudtrail.amazonaws.com`.
        name: String,
    },
}

impl Principal {
    /// The account that the principal belongs to.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
            Self::Anonymous | Self::Federated { .. } | Self::Service { .. } => None,
        }
    }

    /// The names that a policy may call exactly this principal by, its account's aside.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Anonymous | Self::Root { .. } => Vec::new(),
            Self::User { arn, .. } | Self::FederatedUser { arn, .. } => vec![arn],
            Self::Session { arn, role, .. } => vec![arn, role],
            Self::Federated { provider } => vec![provider],
            Self::Service { name } => vec![name],
        }
    }

    /// The unique id that stays when a name is given again: of a role without its session.
    pub(crate) fn unique_id(&self) -> Option<&str> {
        match self {
            Self::User { id, .. } => Some(id),
            Self::Session { id, .. } => id.split(':').next(),
            _ => None,
        }
    }

    /// The facts that follow from who it is:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse>
    fn facts(&self, context: Context) -> Context {
        let root = self.account().map(|account| format!("arn:aws:iam::{account}:root"));
        let (kind, arn, id, name) = match self {
            Self::Anonymous => (Some("Anonymous"), None, Some("anonymous"), None),
            Self::Root { account } => {
                (Some("Account"), root.as_deref(), Some(account.as_str()), None)
            }
            Self::User { arn, id, name, .. } => {
                (Some("User"), Some(arn.as_str()), Some(id.as_str()), Some(name.as_str()))
            }
            Self::Session { role, id, .. } => {
                (Some("AssumedRole"), Some(role.as_str()), Some(id.as_str()), None)
            }
            Self::FederatedUser { arn, id, .. } => {
                (Some("FederatedUser"), Some(arn.as_str()), Some(id.as_str()), None)
            }
            Self::Federated { .. } | Self::Service { .. } => (None, None, None, None),
        };
        let service = match self {
            Self::Service { name } => Some(name.as_str()),
            _ => None,
        };
        context
            .global_opt(Global::PrincipalType, kind)
            .global_opt(Global::PrincipalArn, arn)
            .global_opt(Global::UserId, id)
            .global_opt(Global::UserName, name)
            .global_opt(Global::PrincipalAccount, self.account().map(AccountId::as_str))
            .global_opt(Global::PrincipalServiceName, service)
            .global(Global::PrincipalIsAwsService, service.is_some())
    }
}

/// What somebody wants to do to something of somebody's.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) principal: Principal,
    pub(crate) action: Vec<char>,
    pub(crate) resource: Vec<char>,
    pub(crate) owner: AccountId,
    pub(crate) context: Context,
}

impl Request {
    /// `principal` wants to do `action` (`s3:PutObject`) to `resource` (an ARN), which is
    /// `owner`'s. The facts that follow from principal and owner are added to `context`, over
    /// whatever stood there.
    pub fn new(
        principal: Principal,
        action: &str,
        resource: &str,
        owner: &AccountId,
        context: Context,
    ) -> Self {
        let context = principal.facts(context).global(Global::ResourceAccount, owner.as_str());
        Self {
            principal,
            action: action.to_ascii_lowercase().chars().collect(),
            resource: resource.chars().collect(),
            owner: owner.clone(),
            context,
        }
    }
}
