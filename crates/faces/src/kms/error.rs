//! What KMS refuses: names from AWS's model of the service.

use crate::fault;
use engine::KeyProblem;
use wire::{ErrorStatus, Fault, Protocol};

/// AWS's exceptions, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key's policy does not let the caller in.
    #[error("{0}")]
    AccessDenied(String),
    /// Something of this name is there.
    #[error("{0}")]
    AlreadyExists(String),
    /// The call was only a trial, and would have succeeded.
    #[error("The request would have succeeded, but the DryRun option is set.")]
    DryRunOperation,
    /// The ciphertext is another key's.
    #[error(
        "The key ID in the request does not identify a CMK that can perform this operation: the \
         ciphertext was made with another key"
    )]
    IncorrectKey,
    /// A name that no alias may have.
    #[error("{0}")]
    InvalidAliasName(String),
    /// What was given as ciphertext cannot be opened, or not with this encryption context.
    #[error(
        "the ciphertext was made neither here nor with this key and this encryption context: give \
         the context it was encrypted with"
    )]
    InvalidCiphertext,
    /// The key is of no use for that.
    #[error("{0}")]
    InvalidKeyUsage(String),
    /// A marker that is not ours.
    #[error("the marker is not one of ours: begin without one")]
    InvalidMarker,
    /// The key cannot be opened.
    #[error(
        "the key's material was sealed by another data directory: bring back the `root.key` it was \
         made with"
    )]
    KeyUnavailable,
    /// The key is not in a state for that.
    #[error(transparent)]
    Key(#[from] KeyProblem),
    /// There is too much of something.
    #[error("{0}")]
    LimitExceeded(String),
    /// A document that is no key policy.
    #[error("{0}")]
    MalformedPolicyDocument(String),
    /// There is nothing of this name.
    #[error("{0}")]
    NotFound(String),
    /// There is no deletion to cancel.
    #[error("{0} is not pending deletion.")]
    NotPendingDeletion(String),
    /// A tag that no tag may be.
    #[error("{0}")]
    Tag(String),
    /// What AWS can and we cannot.
    #[error("{0}")]
    UnsupportedOperation(String),
    /// A member is outside its limits.
    #[error("{0}")]
    Validation(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let code = match &error {
            Error::AccessDenied(_) => return fault::denied(Protocol::AwsJson11, &message),
            Error::AlreadyExists(_) => "AlreadyExistsException",
            Error::DryRunOperation => "DryRunOperationException",
            Error::IncorrectKey => "IncorrectKeyException",
            Error::InvalidAliasName(_) => "InvalidAliasNameException",
            Error::InvalidCiphertext => "InvalidCiphertextException",
            Error::InvalidKeyUsage(_) => "InvalidKeyUsageException",
            Error::InvalidMarker => "InvalidMarkerException",
            Error::KeyUnavailable => "KeyUnavailableException",
            Error::Key(KeyProblem::Disabled(_)) => "DisabledException",
            Error::Key(KeyProblem::InvalidArn(_)) => "InvalidArnException",
            Error::Key(KeyProblem::NotFound(_)) | Error::NotFound(_) => "NotFoundException",
            Error::Key(KeyProblem::PendingDeletion(_)) | Error::NotPendingDeletion(_) => {
                "KMSInvalidStateException"
            }
            Error::LimitExceeded(_) => "LimitExceededException",
            Error::MalformedPolicyDocument(_) => "MalformedPolicyDocumentException",
            Error::Tag(_) => "TagException",
            Error::UnsupportedOperation(_) => "UnsupportedOperationException",
            Error::Validation(_) => "ValidationException",
        };
        Self::sender(code, message, ErrorStatus::BAD_REQUEST)
    }
}
