//! Settings that are kept as they came.

use super::code::Code;
use super::error::Error;
use super::prelude::*;
use model::resource::{Bucket, Document};
use serde_json::Value;

/// Keeps a document; an empty one is none.
pub(super) fn keep(bucket: &mut Bucket, kind: Document, inside: &Value) -> Result<(), Error> {
    match inside.as_object().is_some_and(|members| !members.is_empty()) {
        true => drop(bucket.documents.insert(kind, inside.to_string())),
        false => drop(bucket.documents.remove(&kind)),
    }
    Ok(())
}

/// Checks that there are rules, each with these members.
pub(super) fn check_rules(inside: &Value, name: &str, needed: &[&str]) -> Result<(), Error> {
    let rules = match inside.get(name) {
        Some(Value::Array(rules)) => rules.as_slice(),
        Some(rule) => std::slice::from_ref(rule),
        None => &[],
    };
    let is_whole = |rule: &Value| needed.iter().all(|member| rule.get(member).is_some());
    match !rules.is_empty() && rules.iter().all(is_whole) {
        true => Ok(()),
        false => Err(Code::MalformedXML.error()),
    }
}

/// The answer that shows a document; `None` where there is none.
pub(super) fn shown(bucket: &Bucket, kind: Document, root: &str) -> Result<Option<Reply>, Error> {
    let kept = bucket.documents.get(&kind);
    // What is kept was written as JSON.
    let inside = kept.and_then(|text| serde_json::from_str::<Value>(text).ok());
    Ok(inside.map(|inside| Reply::document(root, &inside)))
}

/// The answer that shows a document, empty where there is none.
pub(super) fn or_empty(bucket: &Bucket, kind: Document, root: &str) -> Result<Reply, Error> {
    match shown(bucket, kind, root)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::document(root, &json!({}))),
    }
}
