//! The inputs of Query services, and the XML they are answered with.
//!
//! Claims: what addresses or signs a request is no member of its input; the input is no deeper and
//! no larger than the limits; whatever an answer or an error carries, it is well-formed XML, and
//! a text that XML can hold comes back.

use super::json::Anything;
use crate::http_text;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use wire::protocol::query;
use wire::{Binding, ErrorStatus, Fault, Protocol, QUERY_DEPTH_MAX, QUERY_PARAMS_MAX};

pub(crate) fn run(data: &[u8]) {
    let Some(request) = http_text::parse(data) else { return };
    let claim = wire::route::claim(&request);
    if let Ok(input) = query::input(&request) {
        assert!(claim.action.is_some() || !is_plain(data), "an input of no operation");
        within_limits(&input);
        answers(&input);
        let _ = Protocol::Query.typed::<Anything>(input);
    }
    let text = String::from_utf8_lossy(&request.body);
    errors(&text);
    comes_back(&text);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let form = "content-type: application/x-www-form-urlencoded; charset=utf-8";
    let body = |body: &str| format!("POST /?Version=1 HTTP/1.1\nhost: a\n{form}\n\n{body}");
    let mut seeds = vec![
        body("Action=GetCallerIdentity&Version=2011-06-15"),
        body("Action=A&list.member.1=a&list.member.2=b&map.entry.1.key=k&map.entry.1.value=v"),
        body("Action=A&numbers.1=5&inner.inner.count=7&text=a+b%20%C3%A9&truth=true&small=-3"),
        body("Action=A&Filter.1.Name=x&Filter.1.Value.1=y&Filter.2=&X-Amz-Date=1&=&&a.b.c.d.e.f=1"),
        "GET /?Action=A&Version=2016-11-15&AllRegions=true HTTP/1.1\n\n<&>\"'\r\u{1}".to_owned(),
    ];
    seeds.extend(crate::example::REQUESTS.map(str::to_owned));
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Names may be written with escapes, which routing does not read.
fn is_plain(data: &[u8]) -> bool {
    !data.contains(&b'%') && !data.contains(&b'+')
}

fn within_limits(input: &Value) {
    let members = input.as_object().expect("an input is an object");
    let addressed = |name: &String| name == "Action" || name == "Version";
    assert!(!members.keys().any(|name| addressed(name) || name.starts_with("X-Amz-")));
    let mut leaves = 0;
    let mut waiting = vec![(input, 0)];
    while let Some((value, depth)) = waiting.pop() {
        assert!(depth <= QUERY_DEPTH_MAX + 1, "deeper than {QUERY_DEPTH_MAX}");
        match value {
            Value::Array(list) => waiting.extend(list.iter().map(|it| (it, depth + 1))),
            Value::Object(map) => waiting.extend(map.values().map(|it| (it, depth + 1))),
            Value::String(_) => leaves += 1,
            Value::Null => {}
            other => panic!("a parameter that is no text: {other}"),
        }
    }
    assert!(leaves <= QUERY_PARAMS_MAX);
}

fn answers(output: &Value) {
    let binding = Binding::query("Operation", "https://sts.amazonaws.com/doc/2011-06-15/");
    for protocol in [Protocol::Query, Protocol::Ec2Query] {
        texts(&protocol.success(&binding, output, "request-id").body);
    }
}

fn errors(text: &str) {
    let fault = Fault::sender(text, text, ErrorStatus::BAD_REQUEST);
    for protocol in [Protocol::Query, Protocol::Ec2Query] {
        texts(&protocol.failure(&fault, "request-id").body);
    }
    let body = Protocol::AwsJson11.failure(&fault, "request-id").body;
    let said: Value = serde_json::from_slice(&body).expect("an error is JSON");
    assert_eq!(said["message"], *text);
}

/// A text in an answer, as far as XML 1.0 can carry its characters.
fn comes_back(text: &str) {
    let binding = Binding::query("Operation", "urn:x");
    let answer = Protocol::Query.success(&binding, &json!({ "Member": text }), "request-id");
    let odd = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.is_empty() && !text.contains(odd) {
        assert_eq!(texts(&answer.body).first().map(String::as_str), Some(text));
    }
}

/// The texts of all elements; panics unless the document is well formed.
pub(super) fn texts(document: &[u8]) -> Vec<String> {
    let document = str::from_utf8(document).expect("XML is UTF-8");
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut found, mut text, mut open) = (Vec::new(), String::new(), 0_usize);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(_) => (open, text) = (open + 1, String::new()),
            Event::Text(piece) => text.push_str(&piece.decode().expect("UTF-8")),
            Event::GeneralRef(name) => text.push(character(&name)),
            Event::End(_) => {
                open = open.checked_sub(1).expect("more ends than starts");
                found.push(std::mem::take(&mut text));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0, "an element is not closed");
    found.retain(|text| !text.is_empty());
    found
}

fn character(name: &quick_xml::events::BytesRef<'_>) -> char {
    if let Some(c) = name.resolve_char_ref().expect("a character reference") {
        return c;
    }
    match &**name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        other => panic!("an unknown reference {other:?}"),
    }
}
