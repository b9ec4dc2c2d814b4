//! What a command says when it cannot do what it was asked.
//!
//! There is one constructor, and it wants all three parts: the cause, what was tried and the next
//! step. So no error can leave one out.

use crate::output::escape;
use std::fmt;
use std::io;

/// How a command ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// A check failed, or the command could not do its work.
    Failed = 1,
    /// The command line or the configuration makes no sense.
    Usage = 2,
    /// Nothing found; only with `--fail-empty`.
    Empty = 3,
    /// The server does not accept the key.
    NotAuthorised = 4,
    /// There is no server where one should be.
    Unreachable = 5,
    /// A part of the work could not be done, or nobody can tell.
    Partial = 6,
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Complaint {
    /// Something to say.
    Said(Box<Said>),
    /// Whoever read our output has gone, as `head` does. Nothing is wrong.
    ReaderGone,
}

/// The words of a complaint.
#[derive(Debug)]
pub(crate) struct Said {
    exit: Exit,
    cause: String,
    tried: String,
    next: String,
}

impl Complaint {
    /// A complaint with its three parts.
    pub(crate) fn new(
        exit: Exit,
        cause: impl Into<String>,
        tried: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        let (cause, tried, next) = (cause.into(), tried.into(), next.into());
        Self::Said(Box::new(Said { exit, cause, tried, next }))
    }

    /// The work could not be done.
    pub(crate) fn failed(
        cause: impl Into<String>,
        tried: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self::new(Exit::Failed, cause, tried, next)
    }

    /// The command line or the configuration makes no sense.
    pub(crate) fn usage(
        cause: impl Into<String>,
        tried: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self::new(Exit::Usage, cause, tried, next)
    }

    /// Standard output could not be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Self::failed(
            format!("cannot write the answer: {error}"),
            "writing to standard output",
            "check where the output goes, then run the same command again",
        )
    }

    /// The exit code that goes with it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Said(said) => said.exit,
            Self::ReaderGone => Exit::Ok,
        }
    }
}

impl From<outside::Problem> for Complaint {
    fn from(problem: outside::Problem) -> Self {
        Self::usage(problem.cause, problem.tried, problem.next)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Said(said) = self else {
            return Ok(());
        };
        // The words may quote files and arguments, which are anybody's text.
        writeln!(f, "pugmark: {}", escape::lines(&said.cause))?;
        writeln!(f, "  tried: {}", escape::lines(&said.tried))?;
        writeln!(f, "  next:  {}", escape::lines(&said.next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_cause_attempt_and_next_step() {
        let complaint = Complaint::failed("no \u{1b}[31mred", "looking", "look again");
        let want = "pugmark: no \\u{1b}[31mred\n  tried: looking\n  next:  look again\n";
        assert_eq!(complaint.to_string(), want);
        assert_eq!(complaint.exit(), Exit::Failed);
    }

    #[test]
    fn a_reader_that_left_is_no_error() {
        let complaint = Complaint::output(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((complaint.exit(), complaint.to_string()), (Exit::Ok, String::new()));
    }
}
