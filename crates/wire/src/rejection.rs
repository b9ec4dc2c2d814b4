//! Could not understand: the request never became an input.

use crate::fault::{ErrorStatus, Fault};
use crate::limits::{BODY_BYTES_MAX, MESSAGE_CHARS_MAX, QUOTE_CHARS_MAX};

/// Why a request's bytes are no input of any operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Rejection {
    /// AWS's name of the error.
    pub code: &'static str,
    /// What is said about it.
    pub message: String,
    /// Its HTTP status.
    pub status: ErrorStatus,
}

impl Rejection {
    /// A JSON body that is not the JSON we asked for.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::bad("SerializationException", message)
    }

    /// A target or path that names no operation of ours.
    pub fn unknown_operation(name: &str) -> Self {
        let message = match name {
            "" => "the request names no operation".to_owned(),
            name => format!("unknown operation `{}`", quote(name)),
        };
        Self::bad("UnknownOperationException", message)
    }

    /// A Query `Action` that is no operation of ours; AWS's wording.
    pub fn invalid_action(action: &str, version: &str) -> Self {
        let (action, version) = (quote(action), quote(version));
        let message = format!("Could not find operation {action} for version {version}");
        Self::bad("InvalidAction", message)
    }

    /// A Query request without `Action`.
    pub fn missing_action() -> Self {
        Self::bad("MissingAction", "the request must contain the parameter `Action`")
    }

    /// Parameters that contradict each other or are not well formed.
    pub fn malformed_query(message: impl Into<String>) -> Self {
        Self::bad("MalformedQueryString", message)
    }

    /// A parameter of a Query request that is not of its type.
    pub fn malformed_input(message: impl Into<String>) -> Self {
        Self::bad("MalformedInput", message)
    }

    /// An XML body that is not the XML we asked for; AWS's sentence, and why.
    pub fn malformed_xml(why: &str) -> Self {
        let message = format!(
            "The XML you provided was not well-formed or did not validate against our published \
             schema: {why}"
        );
        Self::bad("MalformedXML", message)
    }

    /// A header or parameter of a REST-XML request that is not of its type.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::bad("InvalidArgument", message)
    }

    /// An address that cannot be read.
    pub fn invalid_uri(why: &str) -> Self {
        Self::bad("InvalidURI", format!("Couldn't parse the specified URI: {why}"))
    }

    /// A body longer than any we read.
    pub fn too_large() -> Self {
        let message = format!("the request body is larger than {BODY_BYTES_MAX} bytes");
        Self { code: "RequestEntityTooLarge", message, status: ErrorStatus::TOO_LARGE }
    }

    fn bad(code: &'static str, message: impl Into<String>) -> Self {
        let message = cut(&message.into(), MESSAGE_CHARS_MAX);
        Self { code, message, status: ErrorStatus::BAD_REQUEST }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::sender(rejection.code, rejection.message, rejection.status)
    }
}

/// A caller's text, cut to a length fit for a message.
pub(crate) fn quote(text: &str) -> String {
    cut(text, QUOTE_CHARS_MAX)
}

fn cut(text: &str, chars_max: usize) -> String {
    let kept: String = text.chars().take(chars_max).collect();
    if kept.len() < text.len() { kept + "..." } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_no_more_of_the_callers_text_than_a_line() {
        let rejection = Rejection::unknown_operation(&"x".repeat(1_000_000));
        assert!(rejection.message.len() < 120);
    }

    #[test]
    fn is_the_senders_fault() {
        let fault = Fault::from(Rejection::too_large());
        assert!(fault.sender);
        assert_eq!(fault.status, ErrorStatus::TOO_LARGE);
    }
}
