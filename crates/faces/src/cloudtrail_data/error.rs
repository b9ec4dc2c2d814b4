//! What the data plane refuses as a whole. What is wrong with one event is told in the answer.

use wire::{ErrorStatus, Fault};

/// AWS's exceptions, by AWS's names.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The channel is another account's.
    #[error("{0}")]
    ChannelInsufficientPermission(String),
    /// There is no such channel.
    #[error("{0}")]
    ChannelNotFound(String),
    /// No event data store takes what comes through the channel.
    #[error("{0}")]
    ChannelUnsupportedSchema(String),
    /// Two events of a request have one id.
    #[error("{0}")]
    DuplicatedAuditEventId(String),
    /// What should name a channel does not.
    #[error("{0}")]
    InvalidChannelArn(String),
    /// A member is outside its limits.
    #[error("{0}")]
    Validation(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::ChannelInsufficientPermission(_) => "ChannelInsufficientPermission",
            Error::ChannelNotFound(_) => "ChannelNotFound",
            Error::ChannelUnsupportedSchema(_) => "ChannelUnsupportedSchema",
            Error::DuplicatedAuditEventId(_) => "DuplicatedAuditEventId",
            Error::InvalidChannelArn(_) => "InvalidChannelARN",
            Error::Validation(_) => "ValidationException",
        };
        Self::sender(code, error.to_string(), ErrorStatus::BAD_REQUEST)
    }
}
