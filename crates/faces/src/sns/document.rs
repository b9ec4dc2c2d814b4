//! The policy of a topic.

use super::error::Error;
use engine::topic_policy;
use model::resource::Topic;
use policy::{Kind, Policy};
use serde_json::Value;

/// The attribute that holds it.
pub(super) const ATTRIBUTE: &str = "Policy";
/// Longest policy, in bytes.
const BYTES_MAX: usize = 30_720;

/// Refuses what is no policy.
pub(super) fn check(text: &str) -> Result<(), Error> {
    let read = Policy::parse_within(text, Kind::Resource, BYTES_MAX);
    read.map(drop)
        .map_err(|malformed| Error::InvalidParameter(format!("Policy Error: {malformed}")))
}

/// The policy's statements, changed by `change`.
pub(super) fn with(
    topic: &Topic,
    change: impl FnOnce(&mut Vec<Value>) -> Result<(), Error>,
) -> Result<String, Error> {
    let broken =
        || Error::InvalidParameter("Policy Error: the topic's policy is broken".to_owned());
    let mut policy: Value = serde_json::from_str(&topic_policy(topic)).map_err(|_| broken())?;
    let place = policy.get_mut("Statement").ok_or_else(broken)?;
    let mut statements = match place.take() {
        Value::Array(statements) => statements,
        one => vec![one],
    };
    change(&mut statements)?;
    *place = Value::Array(statements);
    let text = policy.to_string();
    check(&text)?;
    Ok(text)
}
