//! Whose records a caller may ask for.

use super::error::Error;
use crate::door::Caller;
use engine::State;
use model::AccountId;

/// The account to look in: the one asked for if the caller may, all (`None`) if they may and
/// asked for none, else their own.
pub(super) fn seen(
    state: &State,
    caller: &Caller,
    asked: Option<AccountId>,
) -> Result<Option<AccountId>, Error> {
    if caller.sees_all_owners(state) {
        return Ok(asked);
    }
    let own = caller.account();
    match asked {
        Some(other) if other != *own => Err(Error::AccessDenied(format!(
            "{} may not see the records of account {other}, only those of {own}",
            caller.identity().arn
        ))),
        _ => Ok(Some(own.clone())),
    }
}
