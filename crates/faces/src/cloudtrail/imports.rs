//! Imports into event data stores, of which there are none before there are buckets.

use super::error::Error;
use super::exception::Exception;
use super::store::short;

/// There is no such import.
pub(super) fn not_found(id: &str) -> Error {
    Exception::ImportNotFound.says(format!(
        "there is no import `{}`: imports need buckets, which pugmark does not have yet; \
         `pugmark status` shows imports of paths",
        short(id)
    ))
}
