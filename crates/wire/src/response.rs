//! An answer, whole, as the listener writes it.

use bytes::Bytes;
use http::{HeaderName, StatusCode, header::CONTENT_TYPE};

/// One HTTP answer with its whole body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// Headers in the order to be written; values are visible ASCII and spaces.
    pub headers: Vec<(HeaderName, String)>,
    /// The body.
    pub body: Bytes,
}

/// The header in which AWS names the request, whatever the protocol.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

impl Response {
    /// An answer with a body of this type, naming its request.
    pub fn new(status: StatusCode, content_type: &str, body: String, request_id: &str) -> Self {
        let empty = Self { status, headers: Vec::with_capacity(4), body: Bytes::from(body) };
        empty.with(REQUEST_ID, request_id).with(CONTENT_TYPE, content_type)
    }

    /// The same answer with one more header. Characters a header cannot carry are left out, so no
    /// value can end its line.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        let value = value.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
        self.headers.push((name, value));
        self
    }

    /// The same answer with this value of a header and no other. A name that is none is left out.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            return self;
        };
        self.headers.retain(|(it, _)| *it != name);
        self.with(name, value)
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it.as_str() == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_value_cannot_end_its_line() {
        let response =
            Response::new(StatusCode::OK, "text/xml", String::new(), "a\r\nset-cookie: b");
        assert_eq!(response.header("x-amzn-requestid"), Some("aset-cookie: b"));
    }
}
