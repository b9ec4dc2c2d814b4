//! Why a statement has no answer, in words for the person who wrote it.

use std::fmt;

/// Which family an [`Error`] belongs to; AWS's names are chosen by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is no statement that we read.
    Syntax,
    /// No such column.
    UnknownColumn,
    /// No such function.
    UnknownFunction,
    /// No such table: neither an event data store nor `events`.
    UnknownTable,
    /// Read and understood, but not done here.
    Refused,
    /// The statement makes no sense: types, groups, ambiguous names, division by zero.
    Invalid,
    /// One of the limits on a statement, its memory or its result.
    Limit,
    /// It took longer than it may.
    Timeout,
    /// Somebody asked for it to stop.
    Cancelled,
    /// Our fault.
    Internal,
}

/// A place in the statement, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The character within the line.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a statement has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The family.
    pub kind: ErrorKind,
    /// The cause, with the user's text in backticks.
    pub message: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// What to try.
    pub hint: Option<String>,
    /// What does not exist, where that is the cause.
    pub name: Option<String>,
}

/// What this crate's functions answer.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// An error without place and hint.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None, hint: None, name: None }
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, message)
    }

    /// Something that we read but do not do, by its name.
    pub(crate) fn refused(feature: impl fmt::Display, why: &str) -> Self {
        Self::new(ErrorKind::Refused, format!("{feature} is not supported: {why}"))
    }

    pub(crate) fn limit(what: &str, found: usize, limit: usize) -> Self {
        let message = format!("the statement has {found} {what}, the limit is {limit}");
        Self::new(ErrorKind::Limit, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    pub(crate) fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = self.place.or(place.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `what` (a column, a function, …) called `name` does not exist; names the nearest known.
    pub(crate) fn unknown<'a>(
        kind: ErrorKind,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut error = Self::new(kind, format!("there is no {what} `{name}`"));
        error.name = Some(name.to_owned());
        match nearest(name, known) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    }
}

/// The known name that is nearest to `name`, if it is near at all.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let far = 1 + name.chars().count() / 3;
    let measured = known.into_iter().map(|k| (distance(&name, &k.to_ascii_lowercase()), k));
    measured.filter(|(steps, _)| *steps <= far).min_by_key(|(steps, _)| *steps).map(|(_, k)| k)
}

/// Edits from `a` to `b`; names longer than 64 characters count only with their first 64.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut before = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let changed = before + usize::from(x != *y);
            left = changed.min(above + 1).min(left + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, steps) in [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("ab", "", 2)] {
            assert_eq!(distance(a, b), steps, "{a} {b}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn names_the_nearest_or_none() {
        let known = ["eventName", "eventTime", "awsRegion"];
        assert_eq!(nearest("eventnam", known), Some("eventName"));
        assert_eq!(nearest("zebra", known), None);
    }

    #[test]
    fn says_place_cause_and_hint() {
        let known = ["eventName"];
        let error = Error::unknown(ErrorKind::UnknownColumn, "column", "evntName", known);
        let error = error.at(Place { line: 2, column: 5 });
        let said = "line 2, column 5: there is no column `evntName`; did you mean `eventName`?";
        assert_eq!(error.to_string(), said);
    }
}
