//! What is wrong with the configuration of a bucket.

use std::fmt;

/// What is wrong, what was tried, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The cause.
    pub cause: String,
    /// What was tried.
    pub tried: String,
    /// The next step.
    pub next: &'static str,
}

impl Problem {
    pub(crate) fn of(bucket: &str, cause: impl Into<String>, next: &'static str) -> Self {
        let tried = format!("reading [outside_buckets.{bucket}]");
        Self { cause: cause.into(), tried, next }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}); {}", self.cause, self.tried, self.next)
    }
}

impl std::error::Error for Problem {}
