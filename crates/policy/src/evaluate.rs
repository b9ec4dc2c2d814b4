//! What policies of one kind say of a request: an explicit deny, else an allow, else nothing.

use crate::policy::Policy;
use crate::principal::Match;
use crate::request::Request;
use crate::statement::{Effect, Statement};

/// What policies say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement refuses it.
    Denied(Reason),
    /// A statement allows it, and none refuses it.
    Allowed(Reason, Reach),
    /// No statement speaks of it.
    Unmentioned,
}

/// How far an allowing statement of a resource's policy reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To the principal.
    Direct,
    /// To the principal's account, which has to let the principal in by a policy of its own.
    Account,
}

/// The statement that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which of the policies that were asked, counted from 0.
    pub policy: usize,
    /// Which of its statements, counted from 1.
    pub statement: usize,
    /// The statement's `Sid`, if it has one.
    pub sid: Option<String>,
}

/// Asks all policies. Their order does not change what is decided, only which of several equal
/// statements is named: the first.
pub fn evaluate(policies: &[&Policy], request: &Request) -> Decision {
    let mut allowed: Option<(Reason, Match)> = None;
    for (place, policy) in policies.iter().enumerate() {
        for (number, statement) in (1..).zip(&policy.statements) {
            let fit = statement.fits(request);
            let reason = || reason(place, number, statement);
            match statement.effect {
                _ if fit == Match::No => {}
                Effect::Deny => return Decision::Denied(reason()),
                Effect::Allow if allowed.as_ref().is_none_or(|(_, known)| fit > *known) => {
                    allowed = Some((reason(), fit));
                }
                Effect::Allow => {}
            }
        }
    }
    match allowed {
        Some((reason, Match::Exact)) => Decision::Allowed(reason, Reach::Direct),
        Some((reason, _)) => Decision::Allowed(reason, Reach::Account),
        None => Decision::Unmentioned,
    }
}

fn reason(policy: usize, number: usize, statement: &Statement) -> Reason {
    Reason { policy, statement: number, sid: statement.sid.clone() }
}
