//! Why a statement has no answer, in words for the person who wrote it.

use std::fmt;

use datafusion::error::DataFusionError;

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

    /// What the engine says, with its own prefixes taken away.
    pub(crate) fn from_engine(error: &DataFusionError) -> Self {
        let root = error.find_root();
        match root {
            DataFusionError::ResourcesExhausted(_) => Self::out_of_memory(),
            DataFusionError::NotImplemented(text) if text.contains("Subquery") => Self::refused(
                "this subquery",
                "it may compare with the outer query only by `=`; write it as a join",
            ),
            DataFusionError::NotImplemented(text) => {
                Self::refused("this statement", &first_line(text))
            }
            DataFusionError::Internal(text) => Self::internal(first_line(text)),
            DataFusionError::External(cause) => match cause.downcast_ref::<Self>() {
                Some(own) => own.clone(),
                None => Self::invalid(first_line(&cause.to_string())),
            },
            other => Self::invalid(tidied(&other.strip_backtrace())),
        }
    }

    fn out_of_memory() -> Self {
        Self::new(ErrorKind::Limit, "the statement needs more memory than it may have")
            .hint("add a LIMIT, filter by eventTime, or group by fewer columns")
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        Self::from_engine(&error)
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}

const PREFIXES: [&str; 6] = [
    "Error during planning: ",
    "Execution error: ",
    "Arrow error: ",
    "Schema error: ",
    "Cast error: ",
    "Parser error: ",
];

fn tidied(text: &str) -> String {
    let mut rest = text;
    while let Some(next) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = next;
    }
    // What follows is addressed to programmers.
    let end = rest.find("No function matches the given name").unwrap_or(rest.len());
    first_line(rest.get(..end).unwrap_or(rest)).trim_end_matches(['.', ' ']).to_owned()
}

/// One line of at most 400 characters: plans and backtraces are not for users.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(400).collect()
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

    #[test]
    fn takes_the_engines_prefixes_away() {
        let engine = DataFusionError::Plan("no such thing\nplan: …".to_owned());
        let error = Error::from_engine(&engine);
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Invalid, "no such thing"));
    }
}
