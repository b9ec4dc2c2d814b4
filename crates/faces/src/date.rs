//! Times as CloudTrail's records spell them inside `requestParameters` and `responseElements`, and
//! as answers in JSON do.

use model::{Timestamp, format_seconds};
use serde::{Serialize, Serializer};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Jul 30, 2024, 9:46:15 PM`, in UTC.
pub(crate) fn spelt(time: Timestamp) -> String {
    let iso = format_seconds(time.seconds());
    let number = |at: std::ops::Range<usize>| -> usize {
        iso.get(at).and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let (hour, minute, second) = (number(11..13), number(14..16), number(17..19));
    let month = month.checked_sub(1).and_then(|at| MONTHS.get(at));
    let (month, half) = (month.unwrap_or(&"Jan"), if hour < 12 { "AM" } else { "PM" });
    let hour = (hour + 11) % 12 + 1;
    format!("{month} {day}, {year}, {hour}:{minute:02}:{second:02} {half}")
}

/// Seconds since the epoch, whole ones as a whole number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Serialize for Moment {
    #[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.0 % 1_000 {
            0 => serializer.serialize_i64(self.0.seconds()),
            _ => serializer.serialize_f64(self.0.0 as f64 / 1_000.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(iso: &str) -> String {
        spelt(Timestamp::parse(iso).unwrap())
    }

    #[test]
    fn spells_times_as_real_records_do() {
        assert_eq!(of("2024-07-30T21:46:15Z"), "Jul 30, 2024, 9:46:15 PM");
        assert_eq!(of("2024-08-02T08:05:00Z"), "Aug 2, 2024, 8:05:00 AM");
        assert_eq!(of("2024-12-01T00:00:09Z"), "Dec 1, 2024, 12:00:09 AM");
        assert_eq!(of("2024-01-31T12:30:00Z"), "Jan 31, 2024, 12:30:00 PM");
    }
}
