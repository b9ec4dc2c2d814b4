//! Who may do what. Until policies are built there are administrators and nobody else.

use crate::State;
use model::{CallerKind, Identity};

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
    let dev = state.birth().is_some_and(|birth| birth.dev);
    let name = identity.user_name.as_deref().unwrap_or_default();
    let user = state.user(&identity.account_id, name);
    let root = identity.kind == CallerKind::Root;
    if dev || root || user.is_some_and(|user| user.admin) {
        return Decision::Allowed;
    }
    let arn = &identity.arn;
    let message = format!("User: {arn} is not authorized to perform: {action}");
    Decision::Denied { message }
}
