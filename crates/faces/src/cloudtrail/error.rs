//! What CloudTrail refuses. Names and status from AWS's model of the service; where AWS's own
//! sentence is not known, ours says what would be right.

use super::exception::Exception;
use crate::fault;
use wire::{ErrorStatus, Fault, Protocol};

/// AWS's exceptions, by AWS's names.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An `EventCategory` that does not exist.
    #[error("`{0}` is no event category: leave `EventCategory` out, or ask for `insight`")]
    InvalidEventCategory(String),
    /// A `LookupAttributes` that cannot be looked up.
    #[error("{0}")]
    InvalidLookupAttributes(String),
    /// A `MaxResults` that is not of this world.
    #[error("`MaxResults` is {asked}: ask for 1 to {most}")]
    InvalidMaxResults {
        /// What was asked.
        asked: i64,
        /// What may be asked.
        most: usize,
    },
    /// A token that is not ours, or belongs to another question.
    #[error("{0}")]
    InvalidNextToken(&'static str),
    /// A time range that contains no moment.
    #[error("{0}")]
    InvalidTimeRange(&'static str),
    /// One of AWS's many other exceptions.
    #[error("{1}")]
    Lake(Exception, String),
    /// An operation whose file is only a sketch yet.
    #[error("pugmark does not implement cloudtrail:{0} yet")]
    NotBuilt(&'static str),
    /// The engine could not answer.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::InvalidEventCategory(_) => "InvalidEventCategoryException",
            Error::InvalidLookupAttributes(_) => "InvalidLookupAttributesException",
            Error::InvalidMaxResults { .. } => "InvalidMaxResultsException",
            Error::InvalidNextToken(_) => "InvalidNextTokenException",
            Error::InvalidTimeRange(_) => "InvalidTimeRangeException",
            Error::Lake(exception, _) => exception.name(),
            Error::NotBuilt(name) => {
                return fault::not_built(Protocol::AwsJson11, "cloudtrail", name);
            }
            Error::Engine(error) => return fault::of_engine(Protocol::AwsJson11, error),
        };
        Self::sender(code, error.to_string(), ErrorStatus::BAD_REQUEST)
    }
}
