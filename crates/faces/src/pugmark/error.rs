//! What our own face refuses, named after what AWS's services call the same.

use crate::fault;
use wire::{ErrorStatus, Fault, Protocol};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only administrators of the platform may, or only about their own account.
    #[error("{0}")]
    AccessDenied(String),
    /// There is none of this name.
    #[error("{0}")]
    ResourceNotFound(String),
    /// A member is outside its limits.
    #[error("{0}")]
    Validation(String),
    /// An operation whose file is only a sketch yet.
    #[error("pugmark does not implement pugmark:{0} yet")]
    NotBuilt(&'static str),
    /// The engine could not.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let (protocol, message) = (Protocol::AwsJson11, error.to_string());
        let code = match &error {
            Error::AccessDenied(_) => return fault::denied(protocol, &message),
            Error::NotBuilt(name) => return fault::not_built(protocol, "pugmark", name),
            Error::Engine(error) => return fault::of_engine(protocol, error),
            Error::ResourceNotFound(_) => "ResourceNotFoundException",
            Error::Validation(_) => "ValidationException",
        };
        Self::sender(code, message, ErrorStatus::BAD_REQUEST)
    }
}
