//! What SNS refuses: names and status from AWS's model of the service.

use wire::{ErrorStatus, Fault};

/// AWS's errors, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The topic's policy does not let the caller in.
    #[error("{0}")]
    AuthorizationError(String),
    /// A member is not what it should be.
    #[error("Invalid parameter: {0}")]
    InvalidParameter(String),
    /// There is no such topic.
    #[error("Topic does not exist")]
    NotFound,
    /// There is no such topic, as operations on tags say it.
    #[error("Resource does not exist")]
    ResourceNotFound,
    /// Too many tags.
    #[error("{0}")]
    TagLimitExceeded(String),
    /// Too many topics.
    #[error("{0}")]
    TopicLimitExceeded(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let (code, status) = match &error {
            Error::AuthorizationError(_) => ("AuthorizationError", ErrorStatus::FORBIDDEN),
            Error::InvalidParameter(_) => ("InvalidParameter", ErrorStatus::BAD_REQUEST),
            Error::NotFound => ("NotFound", ErrorStatus::NOT_FOUND),
            Error::ResourceNotFound => ("ResourceNotFound", ErrorStatus::NOT_FOUND),
            Error::TagLimitExceeded(_) => ("TagLimitExceeded", ErrorStatus::BAD_REQUEST),
            Error::TopicLimitExceeded(_) => ("TopicLimitExceeded", ErrorStatus::FORBIDDEN),
        };
        Self::sender(code, error.to_string(), status)
    }
}
