//! The inputs of S3, its XML bodies above all, and the XML it is answered with.
//!
//! Claims: an input is an object that says what the address says, and nothing that only the head
//! can say comes from a body; a body is no deeper and no larger than the limits; reading a value as
//! a type is total; whatever an answer or an error carries, it is well-formed XML; a document that
//! was read, written again, is read alike.

use super::form::texts;
use super::json::Anything;
use crate::http_text;
use bytes::Bytes;
use serde_json::{Map, Value};
use wire::protocol::rest_xml::{self, BUCKET, KEY};
use wire::{Binding, ErrorStatus, Fault, Protocol, Request, XML_DEPTH_MAX, XML_ELEMENTS_MAX};

/// One a line: what clients send to buckets and objects.
const DOCUMENTS: &str = include_str!("../../seeds/documents.xml");

/// `*` alone is a body; anything else is a whole request.
pub(crate) fn run(data: &[u8]) {
    if let Some(body) = data.strip_prefix(b"*") {
        return document(&to_root(body));
    }
    let Some(request) = http_text::parse(data) else { return };
    let address = rest_xml::address(&request);
    if let Ok(input) = rest_xml::input(&request, None) {
        let input = input.as_object().expect("an input is an object");
        let address = address.expect("an input without an address");
        let said = |name| input.get(name).and_then(Value::as_str);
        assert_eq!(said(BUCKET), address.bucket.as_deref());
        assert_eq!(said(KEY), address.key.as_deref());
        let head = rest_xml::head(&request).expect("an input without a head");
        let is_capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let known = |(name, value): (&String, &Value)| head.get(name) == Some(value);
        assert!(input.iter().all(|it| known(it) || is_capital(it.0)), "a body speaks for the head");
        let _ = Protocol::RestXml.typed::<Anything>(Value::Object(input.clone()));
    }
    if let Ok(input) = rest_xml::input(&request, Some("Policy")) {
        assert!(input.get("Policy").is_some(), "the body is not heeded");
    }
    let _ = (rest_xml::head(&request), rest_xml::has_parameter(&request, "acl"));
    let _ = rest_xml::parameter(&request, "versionId");
    errors(&String::from_utf8_lossy(&request.body));
    document(&request);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let documents = DOCUMENTS.lines().filter(|line| !line.is_empty());
    let mut seeds: Vec<Vec<u8>> = documents.map(|line| format!("*{line}").into()).collect();
    for text in [
        "GET /den?list-type=2&prefix=a%2F&max-keys=7 HTTP/1.1\nhost: localhost\n\n",
        "PUT /k%C3%A9y?partNumber=1&uploadId=x HTTP/1.1\nhost: den.s3.localhost:80\n\
            x-amz-meta-a: 1\nx-amz-meta-a: 2\nx-amz-acl: private\ncontent-type: text/plain\n\n",
        "POST /den?delete HTTP/1.1\nhost: a\n\n\
            <Delete xmlns=\"urn:x\"><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>",
    ] {
        seeds.push(text.into());
    }
    seeds
}

fn to_root(body: &[u8]) -> Request {
    let mut request = http_text::parse(b"PUT / HTTP/1.1\n\n").expect("a sound request");
    request.body = Bytes::copy_from_slice(body);
    request
}

/// The body alone.
fn document(request: &Request) {
    let alone = to_root(&request.body);
    let Ok(Value::Object(read)) = rest_xml::input(&alone, None) else { return };
    if read.is_empty() {
        return assert!(alone.body.is_empty());
    }
    assert_eq!(read.len(), 1, "a body is one element");
    within_limits(&read);
    read.values().for_each(|inside| drop(Protocol::RestXml.typed::<Anything>(inside.clone())));
    let again = Value::Object(read);
    let binding = Binding::xml("Operation", "", None);
    let answer = Protocol::RestXml.success(&binding, &again, "request-id");
    texts(&answer.body);
    if can_be_written(&again) {
        let back = rest_xml::input(&to_root(&answer.body), None);
        assert_eq!(back.ok(), Some(again), "what was written is read otherwise");
    }
}

fn within_limits(root: &Map<String, Value>) {
    let mut elements = 0;
    let mut waiting: Vec<(&Value, usize)> = root.values().map(|value| (value, 1)).collect();
    while let Some((value, depth)) = waiting.pop() {
        assert!(depth <= XML_DEPTH_MAX + 1, "deeper than {XML_DEPTH_MAX}");
        match value {
            Value::Array(list) => waiting.extend(list.iter().map(|it| (it, depth))),
            Value::Object(map) => {
                elements += 1;
                waiting.extend(map.values().map(|it| (it, depth + 1)));
            }
            Value::String(_) => elements += 1,
            other => panic!("an element that is no text: {other}"),
        }
    }
    // The kind of a grantee is an attribute.
    assert!(elements <= 2 * XML_ELEMENTS_MAX);
}

/// Whether all names and texts are those that XML can hold, and that mean nothing else to us.
fn can_be_written(root: &Value) -> bool {
    let is_sound = |name: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain)
    };
    let odd = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let mut waiting = vec![root];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) if map.keys().all(|name| is_sound(name)) => {
                waiting.extend(map.values());
            }
            Value::String(text) if !text.contains(odd) => {}
            _ => return false,
        }
    }
    true
}

fn errors(text: &str) {
    let fault = Fault::sender(text, text, ErrorStatus::BAD_REQUEST);
    texts(&Protocol::RestXml.failure(&fault, "request-id").body);
}
