//! Facts, written short: `-` nothing, `"abc"` a text, `5` a number, `true`, `@2026-01-01T00:00:00Z` a
//! moment, `#192.0.2.1` an address, `%Zm9v` bytes, `["a","b"]` several texts.

use model::Timestamp;
use policy::{Context, Fact, ServiceKey};
use serde_json::Value;

pub(crate) fn of(text: &str) -> Option<Fact> {
    if text == "-" {
        return None;
    }
    if let Some(time) = text.strip_prefix('@') {
        return Some(Fact::Time(Timestamp::parse(time).unwrap()));
    }
    if let Some(address) = text.strip_prefix('#') {
        return Some(Fact::Ip(address.parse().unwrap()));
    }
    if let Some(bytes) = text.strip_prefix('%') {
        return Some(Fact::Bytes(bytes.as_bytes().to_vec()));
    }
    Some(of_json(&serde_json::from_str(text).unwrap()))
}

fn of_json(value: &Value) -> Fact {
    match value {
        Value::String(text) => Fact::Text(text.clone()),
        Value::Number(number) => Fact::Number(number.as_f64().unwrap()),
        Value::Bool(flag) => Fact::Flag(*flag),
        Value::Array(items) => Fact::List(items.iter().map(of_json).collect()),
        Value::Null | Value::Object(_) => panic!("no fact: {value}"),
    }
}

/// A context in which `test:key` has this value.
pub(crate) fn context(text: &str) -> Context {
    match of(text) {
        Some(fact) => Context::default().service(ServiceKey::new("test", "key").unwrap(), fact),
        None => Context::default(),
    }
}
