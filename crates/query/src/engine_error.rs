//! What the engine says of a statement, as one of our errors.

use datafusion::error::DataFusionError;

use crate::error::{Error, ErrorKind};

impl Error {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_engines_prefixes_away() {
        let engine = DataFusionError::Plan("no such thing\nplan: …".to_owned());
        let error = Error::from_engine(&engine);
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Invalid, "no such thing"));
    }
}
