//! A request, whole, as the listener hands it over.

use std::fmt;
use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method};

/// One HTTP request with its whole body.
#[derive(Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Raw path and query exactly as received: signatures are over these bytes.
    pub target: String,
    /// Headers as received; repeated ones keep their order.
    pub headers: HeaderMap,
    /// The body, already bounded by the listener.
    pub body: Bytes,
    /// The client's address: the socket's peer, or what a trusted proxy says.
    pub peer: IpAddr,
    /// How the connection was protected, if it was.
    pub tls: Option<Tls>,
}

/// What a record's `tlsDetails` says about the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Such as `TLSv1.3`.
    pub version: String,
    /// Such as `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: String,
}

impl Request {
    /// The raw path, before any `?`.
    pub fn path(&self) -> &str {
        self.split().0
    }

    /// The raw query string, without its `?`; empty if there is none.
    pub fn query(&self) -> &str {
        self.split().1
    }

    /// The first value of a header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `Host` header, with its port if it has one.
    pub fn host(&self) -> Option<&str> {
        self.header("host")
    }

    /// The `User-Agent` header.
    pub fn user_agent(&self) -> Option<&str> {
        self.header("user-agent")
    }

    /// Whether the body is an HTML form, as Query services send it.
    pub(crate) fn is_form(&self) -> bool {
        let essence = self.header("content-type").and_then(|value| value.split(';').next());
        essence
            .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    /// Every value of a header, as bytes.
    pub(crate) fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.get_all(name).into_iter().map(http::HeaderValue::as_bytes)
    }

    fn split(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }
}

/// Names what arrived without repeating it: headers, query and body may hold tokens and secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) fn for_tests(method: Method, target: &str, headers: &[(&str, &str)]) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    Request {
        method,
        target: target.to_owned(),
        headers: map,
        body: Bytes::new(),
        peer: IpAddr::from([127, 0, 0, 1]),
        tls: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_the_target_at_the_first_question_mark() {
        let request = for_tests(Method::GET, "/a?b=c?d", &[]);
        assert_eq!((request.path(), request.query()), ("/a", "b=c?d"));
        let request = for_tests(Method::GET, "/a", &[]);
        assert_eq!((request.path(), request.query()), ("/a", ""));
    }

    #[test]
    fn debug_shows_neither_query_nor_headers() {
        let headers = [("authorization", "hush"), ("host", "hush")];
        let request = for_tests(Method::GET, "/a?X-Amz-Signature=hush", &headers);
        assert!(!format!("{request:?}").contains("hush"));
    }

    #[test]
    fn a_form_is_known_by_its_content_type_whatever_its_parameters() {
        let form = "Application/X-WWW-form-urlencoded; charset=utf-8";
        assert!(for_tests(Method::POST, "/", &[("content-type", form)]).is_form());
        let json = "application/json";
        assert!(!for_tests(Method::POST, "/", &[("content-type", json)]).is_form());
    }
}
