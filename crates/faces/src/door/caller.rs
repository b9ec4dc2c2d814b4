//! Who is verified to be asking.

use super::DevMode;
use engine::{Asking, State};
use model::{AccountId, Identity, Timestamp};
use wire::sigv4::Proof;

/// How it is known who asks.
#[derive(Clone, Debug)]
pub enum Verified {
    /// They proved it.
    Signed(Proof),
    /// Under `--dev` they need not.
    Waived(DevMode),
}

/// Who asks, from where and when. Only the door makes one, so a handler that has one handles a
/// verified request.
#[derive(Clone, Debug)]
pub struct Caller {
    inner: model::Caller,
    verified: Verified,
    at: Timestamp,
    fresh: String,
}

impl Caller {
    pub(super) const fn new(
        inner: model::Caller,
        verified: Verified,
        at: Timestamp,
        fresh: String,
    ) -> Self {
        Self { inner, verified, at, fresh }
    }

    /// Who.
    pub const fn identity(&self) -> &Identity {
        &self.inner.identity
    }

    /// The account of whoever asks.
    pub const fn account(&self) -> &AccountId {
        self.inner.account()
    }

    /// The region of the signature's scope.
    pub fn region(&self) -> &str {
        &self.inner.region
    }

    /// The client's address.
    pub fn source_ip(&self) -> &str {
        &self.inner.source_ip
    }

    /// The client's own word about itself.
    pub fn user_agent(&self) -> &str {
        &self.inner.user_agent
    }

    /// The caller as policies see it.
    pub fn asking(&self, state: &State) -> Asking {
        Asking::of(state, &self.inner, self.at)
    }

    /// When the door took the request: the present, for handlers.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// A UUID that nothing bears yet: for the one thing that a call may make.
    pub fn fresh_id(&self) -> &str {
        &self.fresh
    }

    /// How it is known who asks.
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Whether they proved to be an administrator of the account this directory was born with.
    pub fn is_platform_admin(&self, state: &State) -> bool {
        let signed = matches!(self.verified, Verified::Signed(_));
        let at_home = state.birth().is_some_and(|birth| birth.account == *self.account());
        let name = self.identity().user_name.as_deref();
        let user = name.and_then(|name| state.user(self.account(), name));
        signed && at_home && user.is_some_and(|user| user.admin)
    }

    /// Whether they may see the records of all accounts: administrators of the platform and,
    /// under `--dev`, everybody.
    pub fn sees_all_owners(&self, state: &State) -> bool {
        matches!(self.verified, Verified::Waived(_)) || self.is_platform_admin(state)
    }
}
