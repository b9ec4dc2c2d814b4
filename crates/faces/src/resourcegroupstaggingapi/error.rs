//! What the tagging API refuses: names from AWS's model of the service.

use wire::{ErrorStatus, Fault};

/// AWS's exceptions, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A member is not what it should be, or two do not go together.
    #[error("{0}")]
    InvalidParameter(String),
    /// A token that is not ours.
    #[error("the pagination token is none of ours: begin without one")]
    PaginationTokenExpired,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::InvalidParameter(_) => "InvalidParameterException",
            Error::PaginationTokenExpired => "PaginationTokenExpiredException",
        };
        Self::sender(code, error.to_string(), ErrorStatus::BAD_REQUEST)
    }
}
