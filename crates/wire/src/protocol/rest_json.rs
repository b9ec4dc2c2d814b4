//! REST-JSON: path, query string and a JSON body make one input.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

use serde_json::{Map, Value, json};

use super::aws_json;
use crate::fault::{ErrorStatus, Fault};
use crate::limits::QUERY_PARAMS_MAX;
use crate::percent;
use crate::query_string;
use crate::rejection::Rejection;
use crate::request::Request;

/// The members of the body, the query parameters and the labels of the path, in one object.
///
/// Parameters and labels are texts; a parameter that occurs more than once is a list of texts.
/// What the signed address says cannot be said otherwise by the body: a member in two places is
/// refused.
pub fn input(request: &Request, uri: &str) -> Result<Value, Rejection> {
    let labels = labels(uri, request.path()).ok_or_else(|| unknown(request.path()))?;
    let mut members = match aws_json::input(&request.body)? {
        Value::Object(members) => members,
        // The body of an AWS JSON input is always an object.
        _ => Map::new(),
    };
    for (name, value) in parameters(request.query())?.into_iter().chain(texts(labels)) {
        if members.contains_key(&name) {
            let name = crate::rejection::quote(&name);
            return Err(Rejection::serialization(format!("`{name}` is given more than once")));
        }
        members.insert(name, value);
    }
    Ok(Value::Object(members))
}

/// Whether a raw path is one of this URI pattern; for routing.
pub fn matches(uri: &str, path: &str) -> bool {
    labels(uri, path).is_some()
}

/// The labels of a raw path, decoded: `/tags/{resourceArn}` takes one segment, `/{key+}` all that
/// are left. A label is never empty, and dot segments or empty segments match nothing: signatures
/// do not tell them from the path without them.
pub fn labels(uri: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    if path.split('/').any(|it| matches!(it, "." | "..")) || path.contains("//") {
        return None;
    }
    let mut rest = Some(path);
    for wanted in uri.split('/') {
        let here = rest?;
        let (segment, after) = match here.split_once('/') {
            Some((segment, after)) if !wanted.ends_with("+}") => (segment, Some(after)),
            _ => (here, None),
        };
        match label(wanted) {
            Some(name) if !segment.is_empty() => {
                found.push((name.to_owned(), percent::decode_text(segment)?));
            }
            None if percent::decode(segment) == wanted.as_bytes() => {}
            _ => return None,
        }
        rest = after;
    }
    rest.is_none().then_some(found)
}

/// The body of an error; its code is in a header.
pub(super) fn failure(fault: &Fault) -> String {
    json!({ "message": fault.message }).to_string()
}

fn label(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').unwrap_or(name))
}

fn texts(labels: Vec<(String, String)>) -> impl Iterator<Item = (String, Value)> {
    labels.into_iter().map(|(name, text)| (name, Value::String(text)))
}

fn parameters(query: &str) -> Result<Map<String, Value>, Rejection> {
    let mut map = Map::new();
    for (index, (name, value)) in query_string::pairs(query).enumerate() {
        if index == QUERY_PARAMS_MAX {
            let message = format!("more than {QUERY_PARAMS_MAX} query parameters");
            return Err(Rejection::serialization(message));
        }
        let both = percent::decode_text(name).zip(percent::decode_text(value));
        let not_utf8 = || Rejection::serialization("a query parameter is not UTF-8");
        let (name, value) = both.ok_or_else(not_utf8)?;
        // A presigned signature is no member of any input.
        if !name.starts_with("X-Amz-") && !name.is_empty() {
            append(&mut map, name, Value::String(value));
        }
    }
    Ok(map)
}

fn append(map: &mut Map<String, Value>, name: String, value: Value) {
    match map.get_mut(&name) {
        None => drop(map.insert(name, value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

fn unknown(path: &str) -> Rejection {
    Rejection { status: ErrorStatus::NOT_FOUND, ..Rejection::unknown_operation(path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use bytes::Bytes;
    use http::Method;

    fn check(uri: &str, target: &str, body: &'static str) -> Result<Value, Rejection> {
        let mut request = for_tests(Method::POST, target, &[]);
        request.body = Bytes::from_static(body.as_bytes());
        input(&request, uri)
    }

    #[test]
    fn merges_body_query_and_labels() {
        let read = check(
            "/tags/{resourceArn}",
            "/tags/arn%3Aaws%3Ax%2Fy?tagKeys=a&tagKeys=b%20c&dry",
            r#"{"n":1}"#,
        );
        let expected = json!({
            "n": 1, "tagKeys": ["a", "b c"], "dry": "", "resourceArn": "arn:aws:x/y"
        });
        assert_eq!(read.unwrap(), expected);
        assert_eq!(check("/PutAuditEvents", "/PutAuditEvents", "").unwrap(), json!({}));
    }

    #[test]
    fn a_greedy_label_takes_all_segments_that_are_left() {
        let read = check("/o/{key+}", "/o/a/b%2Fc", "").unwrap();
        assert_eq!(read, json!({ "key": "a/b/c" }));
        assert!(check("/o/{key+}", "/o/", "").is_err());
        assert!(check("/o/{key+}", "/o/a/../b", "").is_err());
        assert!(check("/o/{key+}", "/o/a//b", "").is_err());
    }

    #[test]
    fn other_paths_are_unknown_operations() {
        for path in ["", "/", "/tags", "/tags/", "/tags/a/", "/tags/a/b", "/Tags/a", "//tags/a"] {
            let rejection = check("/tags/{arn}", path, "").unwrap_err();
            assert_eq!(rejection.code, "UnknownOperationException", "{path}");
            assert_eq!(rejection.status, ErrorStatus::NOT_FOUND);
        }
        assert!(matches("/tags/{arn}", "/t%61gs/a"));
        assert!(matches("/", "/"));
    }

    #[test]
    fn the_body_cannot_say_again_what_the_address_says() {
        assert!(check("/tags/{arn}", "/tags/a", r#"{"arn":"b"}"#).is_err());
        assert!(check("/tags/{arn}", "/tags/a?arn=b", "").is_err());
        assert!(check("/x", "/x?n=1", r#"{"n":2}"#).is_err());
    }

    #[test]
    fn leaves_a_presigned_signature_out() {
        let read = check("/x", "/x?X-Amz-Signature=0&X-Amz-Date=1&n=2", "").unwrap();
        assert_eq!(read, json!({ "n": "2" }));
    }

    #[test]
    fn refuses_bytes_that_are_no_text_and_too_many_parameters() {
        assert!(check("/tags/{arn}", "/tags/%ff", "").is_err());
        assert!(check("/x", "/x?a=%ff", "").is_err());
        let many = format!("/x?a{}", "&a".repeat(QUERY_PARAMS_MAX));
        assert!(check("/x", &many, "").unwrap_err().message.contains("more than 1000"));
        assert!(check("/x", "/x", "[]").is_err());
    }
}
