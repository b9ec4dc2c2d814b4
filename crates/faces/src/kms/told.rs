//! Answers as their records tell them.

use crate::answer::Answer;
use crate::date;
use crate::parameters;
use model::resource::KmsKey;
use model::{Change, Effect, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

/// An answer of nothing. Its record tells the key, as AWS's do.
pub(super) fn nothing(key: &KmsKey) -> Answer<()> {
    Answer { output: (), response_elements: json!({ "keyId": key.arn() }) }
}

/// [`nothing`], and the key as it is from now on.
pub(super) fn changed(key: KmsKey) -> (Answer<()>, Effect) {
    (nothing(&key), Effect::from(Change::KmsKeyPut(key)))
}

/// An answer with times, which records spell in their own way.
pub(super) fn with_times<O: Serialize>(output: O) -> Answer<O> {
    let response_elements = spelt(parameters::recorded(&output));
    Answer { output, response_elements }
}

/// Recursion ends because outputs are bounded by their types.
fn spelt(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let member = |(name, value): (String, Value)| {
        let time = value.as_f64().filter(|_| name.ends_with("Date"));
        #[expect(clippy::cast_possible_truncation, reason = "times of this millennium fit")]
        let text = time.map(|s| date::spelt(Timestamp::from_seconds(s as i64)).into());
        (name, text.unwrap_or_else(|| spelt(value)))
    };
    Value::Object(members.into_iter().map(member).collect())
}
