//! What identities may do, weighed against what a resource lets in:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use crate::evaluate::{Decision, Reach, Reason, evaluate};
use crate::policy::Policy;
use crate::request::{Principal, Request};

/// Whether a request may go on, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed(Ground),
    /// It may not.
    Denied(Refusal),
}

impl Verdict {
    /// Whether it may.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Which policies spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those of the identity.
    Identity,
    /// That of the resource.
    Resource,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Whose policy.
    pub side: Side,
    /// Which statement; `None` where an account's root did as it pleased in its own account.
    pub reason: Option<Reason>,
}

/// Why a request may not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A statement refuses it.
    Explicit(Ground),
    /// Nothing on this side allows it.
    Silent(Side),
}

impl Refusal {
    /// AWS's words for it, to stand behind `… is not authorized to perform: ACTION`.
    pub fn because(&self, action: &str) -> String {
        match self {
            Self::Explicit(Ground { side: Side::Identity, .. }) => {
                "with an explicit deny in an identity-based policy".to_owned()
            }
            Self::Explicit(Ground { side: Side::Resource, .. }) => {
                "with an explicit deny in a resource-based policy".to_owned()
            }
            Self::Silent(Side::Identity) => {
                format!("because no identity-based policy allows the {action} action")
            }
            Self::Silent(Side::Resource) => {
                format!("because no resource-based policy allows the {action} action")
            }
        }
    }
}

/// Decides a request. In one account, either side may allow it; between accounts, both must. For
/// services and for nobody known the resource's policy alone counts. An explicit deny anywhere
/// wins. An account's root needs no policy of its own.
pub fn authorize(identity: &[&Policy], resource: Option<&Policy>, request: &Request) -> Verdict {
    let sides = match Sides::ask(identity, resource, request) {
        Ok(sides) => sides,
        Err(refusal) => return Verdict::Denied(refusal),
    };
    let direct = sides.resource.as_ref().filter(|(_, reach)| *reach == Reach::Direct);
    match sides.home {
        Home::Same => match (direct, sides.identity) {
            (_, Some(ground)) => Verdict::Allowed(ground),
            (Some((ground, _)), None) => Verdict::Allowed(ground.clone()),
            (None, None) => Verdict::Denied(Refusal::Silent(Side::Identity)),
        },
        Home::Other => both(sides.resource, sides.identity),
        Home::None => alone(sides.resource),
    }
}

/// Decides a request for a key. Unlike other resources, a key obeys nobody whom its own policy does
/// not let in: what identities may do counts only where that policy trusts their account.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>
pub fn authorize_with_key_policy(identity: &[&Policy], key: &Policy, request: &Request) -> Verdict {
    let sides = match Sides::ask(identity, Some(key), request) {
        Ok(sides) => sides,
        Err(refusal) => return Verdict::Denied(refusal),
    };
    match (sides.home, sides.resource) {
        (Home::None, resource) => alone(resource),
        (Home::Same, Some((ground, Reach::Direct))) => Verdict::Allowed(ground),
        (_, resource) => both(resource, sides.identity),
    }
}

/// Where the principal is at home, seen from the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Same,
    Other,
    /// It is a service, or nobody known.
    None,
}

struct Sides {
    home: Home,
    identity: Option<Ground>,
    resource: Option<(Ground, Reach)>,
}

impl Sides {
    fn ask(
        identity: &[&Policy],
        resource: Option<&Policy>,
        request: &Request,
    ) -> Result<Self, Refusal> {
        let ground = |side, reason| Ground { side, reason };
        let home = match request.principal.account() {
            Some(account) if *account == request.owner => Home::Same,
            Some(_) => Home::Other,
            None => Home::None,
        };
        let is_root = matches!(request.principal, Principal::Root { .. });
        let own = match evaluate(identity, request) {
            Decision::Denied(reason) => {
                return Err(Refusal::Explicit(ground(Side::Identity, Some(reason))));
            }
            Decision::Allowed(reason, _) => Some(ground(Side::Identity, Some(reason))),
            Decision::Unmentioned if is_root => Some(ground(Side::Identity, None)),
            Decision::Unmentioned => None,
        };
        let policies: Vec<&Policy> = resource.into_iter().collect();
        let theirs = match evaluate(&policies, request) {
            Decision::Denied(reason) => {
                return Err(Refusal::Explicit(ground(Side::Resource, Some(reason))));
            }
            Decision::Allowed(reason, reach) => Some((ground(Side::Resource, Some(reason)), reach)),
            Decision::Unmentioned => None,
        };
        Ok(Self { home, identity: own, resource: theirs })
    }
}

fn alone(resource: Option<(Ground, Reach)>) -> Verdict {
    match resource {
        Some((ground, _)) => Verdict::Allowed(ground),
        None => Verdict::Denied(Refusal::Silent(Side::Resource)),
    }
}

fn both(resource: Option<(Ground, Reach)>, identity: Option<Ground>) -> Verdict {
    match (resource, identity) {
        (Some((ground, _)), Some(_)) => Verdict::Allowed(ground),
        (None, _) => Verdict::Denied(Refusal::Silent(Side::Resource)),
        (Some(_), None) => Verdict::Denied(Refusal::Silent(Side::Identity)),
    }
}
