//! Why a text is no policy.

use std::fmt;

/// What is wrong with a document, and where; AWS's services call it a malformed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    statement: Option<usize>,
    member: Option<String>,
    why: String,
}

impl Malformed {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self { statement: None, member: None, why: why.into() }
    }

    /// Names the member at fault, unless one inside it is named already.
    pub(crate) fn of(mut self, member: &str) -> Self {
        self.member.get_or_insert_with(|| member.to_owned());
        self
    }

    /// Names the statement at fault, counted from 1.
    pub(crate) const fn in_statement(mut self, place: usize) -> Self {
        self.statement = Some(place);
        self
    }

    /// The statement at fault, counted from 1.
    pub const fn statement(&self) -> Option<usize> {
        self.statement
    }

    /// The member at fault.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.statement {
            write!(f, "statement {place}: ")?;
        }
        if let Some(member) = &self.member {
            write!(f, "`{member}`: ")?;
        }
        f.write_str(&self.why)
    }
}

impl std::error::Error for Malformed {}

/// A stranger's text, short enough for a message.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
