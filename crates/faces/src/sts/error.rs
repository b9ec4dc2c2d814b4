//! What STS refuses:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>.

use crate::fault;
use wire::{ErrorStatus, Fault, Protocol};

/// AWS's errors, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The caller may not, whatever the policies say.
    #[error("{0}")]
    AccessDenied(String),
    /// A member is outside its limits.
    #[error("{0}")]
    ValidationError(String),
    /// An operation whose file is only a sketch yet.
    #[error("pugmark does not implement sts:{0} yet")]
    NotBuilt(&'static str),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::AccessDenied(_) => fault::denied(Protocol::Query, &message),
            Error::ValidationError(_) => {
                Self::sender("ValidationError", message, ErrorStatus::BAD_REQUEST)
            }
            Error::NotBuilt(name) => fault::not_built(Protocol::Query, "sts", name),
        }
    }
}
