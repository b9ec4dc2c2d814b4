//! What IAM refuses:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>.

use wire::{ErrorStatus, Fault};

/// AWS's errors, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A member is outside its limits.
    #[error("{0}")]
    ValidationError(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::sender("ValidationError", error.to_string(), ErrorStatus::BAD_REQUEST)
    }
}
