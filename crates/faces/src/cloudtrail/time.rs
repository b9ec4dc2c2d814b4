//! Times in the answers of CloudTrail Lake.

use crate::date;

pub(super) use crate::date::Moment;
use model::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// An answer as its record tells it: times spelt as CloudTrail's records spell them.
pub(super) fn recorded(output: &impl Serialize) -> Value {
    let mut elements = crate::parameters::recorded(output);
    for name in ["createdTimestamp", "updatedTimestamp", "startEventTime", "endEventTime"] {
        if let Some(value) = elements.get_mut(name)
            && let Some(seconds) = value.as_f64()
        {
            #[expect(clippy::cast_possible_truncation, reason = "times of this millennium fit")]
            let at = Timestamp::from_seconds(seconds as i64);
            *value = date::spelt(at).into();
        }
    }
    elements
}
