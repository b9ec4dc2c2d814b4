//! The engine's answers as JSON for people: times are spelt out.

use model::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Members that hold times.
const TIMES: [&str; 7] = ["first", "last", "at", "start", "created", "recent", "since"];

/// An answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> Vec<u8> {
    // INVARIANT: the engine's answers always are JSON.
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    spell(&mut value);
    serde_json::to_vec(&value).unwrap_or_default()
}

/// The engine's answers are a few levels deep.
fn spell(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member.as_i64().filter(|_| TIMES.contains(&name.as_str())) {
                    Some(ms) => *member = Value::String(Timestamp(ms).to_string()),
                    None => spell(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell),
        _ => {}
    }
}

/// A time in a cell; empty where there is none.
pub(crate) fn time(time: Option<Timestamp>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelt_and_numbers_stay() {
        let answer = serde_json::json!({"records": 5, "nested": [{"first": 1_000, "last": null}]});
        let text = String::from_utf8(json(&answer)).unwrap();
        assert_eq!(
            text,
            r#"{"records":5,"nested":[{"first":"1970-01-01T00:00:01Z","last":null}]}"#
        );
    }
}
