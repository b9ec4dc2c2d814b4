//! Functions that look at one row at a time.

use arrow::array::StringViewArray;

use crate::error::{Error, ErrorKind, Result};

/// The longest text that a function may make of one row.
pub(crate) const TEXT_BYTES_MAX: usize = 1 << 20;

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    Text,
    Int,
    Double,
    /// A moment, in milliseconds.
    Time,
    /// An array of text.
    Texts,
}

/// One argument in one row.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Text(&'a str),
    Int(i64),
    Double(f64),
    Texts(StringViewArray),
}

impl Cell<'_> {
    /// The text; empty where it is none.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The number; also of a moment.
    pub(crate) fn int(&self) -> i64 {
        match self {
            Self::Int(int) => *int,
            _ => 0,
        }
    }

    pub(crate) fn double(&self) -> f64 {
        match self {
            Self::Double(double) => *double,
            _ => 0.0,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// What a function says for a row; `None` is NULL.
pub(crate) type Said<T> = Result<Option<T>>;

/// What a function does with a row.
#[derive(Clone, Copy)]
pub(crate) enum Eval {
    /// Writes text.
    Text(fn(&[Cell<'_>], &mut String) -> Said<()>),
    /// Writes JSON.
    Json(fn(&[Cell<'_>], &mut String) -> Said<()>),
    /// Writes JSON that is a map to the user.
    Map(fn(&[Cell<'_>], &mut String) -> Said<()>),
    Int(fn(&[Cell<'_>]) -> Said<i64>),
    Double(fn(&[Cell<'_>]) -> Said<f64>),
    Bool(fn(&[Cell<'_>]) -> Said<bool>),
    /// A moment in milliseconds.
    Time(fn(&[Cell<'_>]) -> Said<i64>),
    /// An array of text.
    Texts(fn(&[Cell<'_>], &mut Vec<Option<String>>) -> Said<()>),
}

/// A function of our own.
pub(crate) struct Scalar {
    pub(crate) name: &'static str,
    /// What the parameters take; the last may be repeated if `rest` says so.
    pub(crate) takes: &'static [Take],
    /// How many arguments there have to be.
    pub(crate) needs: usize,
    pub(crate) rest: bool,
    /// Whether it is asked about rows with a NULL among the arguments; else they give NULL.
    pub(crate) nulls: bool,
    pub(crate) eval: Eval,
}

impl Scalar {
    pub(crate) const fn new(
        name: &'static str,
        takes: &'static [Take],
        needs: usize,
        eval: Eval,
    ) -> Self {
        Self { name, takes, needs, rest: false, nulls: false, eval }
    }

    pub(super) fn take(&self, index: usize) -> Option<Take> {
        match self.takes.get(index) {
            Some(take) => Some(*take),
            None if self.rest => self.takes.last().copied(),
            None => None,
        }
    }
}

/// Refuses text that grows beyond [`TEXT_BYTES_MAX`], before it is made.
pub(crate) fn room(bytes: usize) -> Result<()> {
    if bytes > TEXT_BYTES_MAX { Err(too_long(TEXT_BYTES_MAX)) } else { Ok(()) }
}

pub(super) fn too_long(limit: usize) -> Error {
    let message = format!("a function makes text of more than {limit} bytes");
    Error::new(ErrorKind::Limit, message)
}
