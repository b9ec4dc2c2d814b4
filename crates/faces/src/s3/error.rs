//! What S3 refuses, and how it says so.

use super::code::Code;
use crate::fault;
use engine::LifecycleProblem;
use wire::{ErrorStatus, Fault, Protocol};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In AWS's words.
    #[error("{}: {}", _0.code.name(), _0.message)]
    Refused(Box<Refusal>),
    /// The engine could not answer.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

/// A refusal and what it is about.
#[derive(Debug)]
pub struct Refusal {
    code: Code,
    message: String,
    details: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
}

impl Error {
    pub(super) fn of(code: Code, message: String) -> Self {
        Self::Refused(Box::new(Refusal { code, message, details: vec![], headers: vec![] }))
    }

    /// The same error with one more element, such as `Key`.
    #[must_use]
    pub fn about(mut self, name: &'static str, text: &str) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.details.push((name, text.to_owned()));
        }
        self
    }

    /// The same error with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, text: impl Into<String>) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.headers.push((name, text.into()));
        }
        self
    }
}

impl From<LifecycleProblem> for Error {
    fn from(problem: LifecycleProblem) -> Self {
        let code = match &problem {
            LifecycleProblem::Malformed(_) => Code::MalformedXML,
            LifecycleProblem::Argument(_) => Code::InvalidArgument,
            LifecycleProblem::Request(_) => Code::InvalidRequest,
        };
        code.says(problem.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                let Refusal { code, message, details, headers } = *refusal;
                let sender = code.status().as_u16() < ErrorStatus::INTERNAL.as_u16();
                let fault = Self::sender(code.name(), message, code.status());
                Self { sender, details, headers, ..fault }
            }
            Error::Engine(error) => fault::of_engine(Protocol::RestXml, &error),
        }
    }
}
