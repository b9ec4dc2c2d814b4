//! The inputs of JSON services: AWS JSON and REST-JSON.
//!
//! Claims: an input is an object, no deeper and no larger than the limits; another reader gives
//! the same value; what is written as an answer is read as the same value. A label of a path is
//! never empty. Reading a value as a type is total.

use crate::bits::Bits;
use crate::http_text;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use wire::protocol::{aws_json, rest_json};
use wire::{Binding, JSON_DEPTH_MAX, JSON_VALUES_MAX, Protocol, Request};

/// Members of every kind that inputs have.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Anything {
    pub(crate) text: Option<String>,
    pub(crate) count: Option<u32>,
    pub(crate) small: Option<i8>,
    pub(crate) moment: Option<f64>,
    pub(crate) truth: Option<bool>,
    pub(crate) list: Vec<String>,
    pub(crate) numbers: Vec<i64>,
    pub(crate) inner: Option<Box<Anything>>,
    pub(crate) map: BTreeMap<String, String>,
}

const URIS: [&str; 4] = ["/", "/tags/{resourceArn}", "/a/{b}/c/{d+}", "/PutAuditEvents"];

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    match bits.byte() % 2 {
        0 => aws_json_input(bits.0),
        _ => {
            let uri = URIS[usize::from(bits.byte()) % URIS.len()];
            http_text::parse(bits.0).iter().for_each(|request| rest_input(request, uri));
        }
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let requests = crate::example::REQUESTS.iter();
    let mut seeds: Vec<Vec<u8>> = requests.map(|text| format!("\x01\x00{text}").into()).collect();
    for text in [
        r#"{"text":"a","count":1,"small":-1,"moment":1.5e9,"truth":true}"#,
        r#"{"list":["a"],"map":{"a":"b"}}"#,
        r#"{"inner":{"inner":{"numbers":[1,-9223372036854775808,18446744073709551615]}},"x":null}"#,
        r#"{"a":"\ud83d\ude00\u0000","a\n":[[[[]]]],"":-0.0,"e":1e308}"#,
    ] {
        seeds.push(format!("\x00{text}").into());
    }
    let paged =
        "GET /a/x%2Fy/c/d/e?list=a&list=b&count=7&X-Amz-Date=1 HTTP/1.1\n\n{\"truth\":true}";
    seeds.push(format!("\x01\x02{paged}").into());
    let tags = "DELETE /tags/arn:aws:x?text=%C3%A9 HTTP/1.1\nhost: a\n\n";
    seeds.push(format!("\x01\x01{tags}").into());
    seeds
}

fn aws_json_input(body: &[u8]) {
    let Ok(input) = aws_json::input(body) else { return };
    within_limits(&input);
    if !body.is_empty() {
        let theirs: Value = serde_json::from_slice(body).expect("another reader takes it");
        assert_eq!(input, theirs);
    }
    comes_back(&input);
    let _ = Protocol::AwsJson11.typed::<Anything>(input);
}

fn rest_input(request: &Request, uri: &str) {
    let labels = rest_json::labels(uri, request.path());
    assert_eq!(labels.is_some(), rest_json::matches(uri, request.path()));
    assert!(labels.iter().flatten().all(|(name, _)| !name.is_empty() && uri.contains(name)));
    let Ok(input) = rest_json::input(request, uri) else { return };
    assert!(labels.is_some(), "an input for another path");
    for (name, value) in labels.into_iter().flatten() {
        assert_eq!(input.get(&name), Some(&Value::String(value)), "the path is not heeded");
    }
    within_limits(&input);
    comes_back(&input);
    let _ = Protocol::RestJson.typed::<Anything>(input);
}

fn within_limits(input: &Value) {
    assert!(input.is_object());
    let mut values = 0;
    let mut waiting = vec![(input, 1)];
    while let Some((value, depth)) = waiting.pop() {
        values += 1;
        assert!(depth <= JSON_DEPTH_MAX + 1, "deeper than {JSON_DEPTH_MAX}");
        match value {
            Value::Array(list) => waiting.extend(list.iter().map(|it| (it, depth + 1))),
            Value::Object(map) => waiting.extend(map.values().map(|it| (it, depth + 1))),
            _ => {}
        }
    }
    assert!(values <= JSON_VALUES_MAX + 2 * wire::QUERY_PARAMS_MAX);
}

fn comes_back(value: &Value) {
    let binding = Binding::json("Operation");
    let answer = Protocol::AwsJson11.success(&binding, value, "request-id");
    let back: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
    assert!(alike(&back, value), "{back} is not {value}");
}

/// Numbers with a fraction may differ in their last digit.
fn alike(one: &Value, other: &Value) -> bool {
    let mut waiting = vec![(one, other)];
    while let Some(pair) = waiting.pop() {
        match pair {
            (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
                waiting.extend(one.iter().zip(other));
            }
            (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
                waiting.extend(one.values().zip(other.values()));
            }
            (Value::Number(one), Value::Number(other)) if one.is_f64() => {
                let (one, other) = (one.as_f64().unwrap_or(0.0), other.as_f64().unwrap_or(0.0));
                if (one - other).abs() > one.abs() * 1e-14 {
                    return false;
                }
            }
            (one, other) if one != other => return false,
            _ => {}
        }
    }
    true
}
