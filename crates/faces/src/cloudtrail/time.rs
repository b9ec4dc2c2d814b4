//! Times in the answers of CloudTrail Lake.

use crate::date;
use model::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Seconds since the epoch, whole ones as a whole number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    #[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.0 % 1_000 {
            0 => serializer.serialize_i64(self.0.seconds()),
            _ => serializer.serialize_f64(self.0.0 as f64 / 1_000.0),
        }
    }
}

/// An answer as its record tells it: times spelt as CloudTrail's records spell them.
pub(super) fn recorded(output: &impl Serialize) -> Value {
    let mut elements = crate::parameters::recorded(output);
    for name in ["createdTimestamp", "updatedTimestamp"] {
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
