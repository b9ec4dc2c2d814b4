//! An import, as it is shown.

use super::error::Error;
use crate::door::Caller;
use engine::State;
use model::resource::Import;

/// The import without the fingerprints of its files, which are for resuming and may be many.
pub(super) fn shown(mut import: Import) -> Import {
    import.done = None;
    import
}

/// Imports name files of the server and may bring records into any account: only for those who
/// may see all accounts.
pub(super) fn check(state: &State, caller: &Caller) -> Result<(), Error> {
    match caller.sees_all_owners(state) {
        true => Ok(()),
        false => Err(Error::AccessDenied(format!(
            "{} may not see imports, which may concern any account: ask as this server's \
             administrator",
            caller.identity().arn
        ))),
    }
}
