//! What EC2 refuses:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.

use crate::fault;
use wire::{ErrorStatus, Fault, Protocol};

/// AWS's errors, by AWS's names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `DryRun`: it would have been done.
    #[error("Request would have succeeded, but DryRun flag is set.")]
    DryRunOperation,
    /// A value that means nothing here.
    #[error("{0}")]
    InvalidParameterValue(String),
    /// An operation whose file is only a sketch yet.
    #[error("pugmark does not implement ec2:{0} yet")]
    NotBuilt(&'static str),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::DryRunOperation => {
                let status = ErrorStatus::new(412).unwrap_or(ErrorStatus::BAD_REQUEST);
                Self::sender("DryRunOperation", message, status)
            }
            Error::InvalidParameterValue(_) => {
                Self::sender("InvalidParameterValue", message, ErrorStatus::BAD_REQUEST)
            }
            Error::NotBuilt(name) => fault::not_built(Protocol::Ec2Query, "ec2", name),
        }
    }
}
