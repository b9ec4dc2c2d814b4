//! From when to when.

use super::error::Error;
use crate::date;
use model::{TimeRange, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How far back AWS's event history goes.
const HISTORY_MS: i64 = 90 * 86_400_000;

/// Seconds since the epoch that a time may be away from it: some three thousand years.
const SECONDS_MAX: f64 = 1e11;

/// A time as clients write it: a number of seconds since the epoch, or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When(Result<Timestamp, NoTime>);

/// A number or text that is no time AWS can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoTime;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Seconds(f64),
    Text(String),
}

impl When {
    fn read(written: &Written) -> Self {
        let time = match written {
            Written::Seconds(seconds) => of_seconds(*seconds),
            Written::Text(text) => {
                Timestamp::parse(text).or_else(|| text.parse().ok().and_then(of_seconds))
            }
        };
        Self(time.ok_or(NoTime))
    }

    pub(super) fn time(self) -> Result<Timestamp, Error> {
        let message = "a time is outside the range of possible values: use seconds since 1970";
        self.0.map_err(|NoTime| Error::InvalidTimeRange(message))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "bounded to what milliseconds can hold")]
fn of_seconds(seconds: f64) -> Option<Timestamp> {
    let possible = seconds.is_finite() && seconds.abs() <= SECONDS_MAX;
    possible.then(|| Timestamp((seconds * 1_000.0).floor() as i64))
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(|written| Self::read(&written))
    }
}

impl Serialize for When {
    /// As records spell it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(time) => serializer.serialize_str(&date::spelt(time)),
            Err(NoTime) => serializer.serialize_none(),
        }
    }
}

/// The moments asked for, both ends included, and at most 90 days before `now` unless `extended`.
pub(super) fn window(
    start: Option<When>,
    end: Option<When>,
    now: Timestamp,
    extended: bool,
) -> Result<TimeRange, Error> {
    let earliest = match extended {
        true => Timestamp::MIN,
        false => Timestamp(now.0.saturating_sub(HISTORY_MS)),
    };
    let latest = if extended { Timestamp::MAX } else { now };
    let start = start.map(When::time).transpose()?.unwrap_or(earliest);
    let end = end.map(When::time).transpose()?;
    if end.is_some_and(|end| start > end) {
        let message = "`StartTime` is after `EndTime`: exchange them";
        return Err(Error::InvalidTimeRange(message));
    }
    let end = end.unwrap_or(latest);
    Ok(TimeRange { start: start.max(earliest), end: Timestamp(end.0.saturating_add(1)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn when(json: &str) -> Option<When> {
        Some(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn reads_numbers_and_texts() {
        let want = Timestamp(1_688_989_351_000);
        for json in ["1688989351", "1688989351.0", "\"1688989351\"", "\"2023-07-10T11:42:31Z\""] {
            assert_eq!(when(json).unwrap().time().unwrap(), want, "{json}");
        }
        let half = when("1688989351.5").unwrap().time().unwrap();
        assert_eq!(half, Timestamp(1_688_989_351_500));
        for json in ["1e300", "-1e12", "\"yesterday\"", "\"\""] {
            assert!(when(json).unwrap().time().is_err(), "{json}");
        }
    }

    #[test]
    fn both_ends_are_inside() {
        let (start, end) = (when("1789999000"), when("1789999010"));
        let range = window(start, end, NOW, false).unwrap();
        for (second, inside) in [(1_789_998_999, false), (1_789_999_000, true)] {
            assert_eq!(range.contains(Timestamp::from_seconds(second)), inside, "{second}");
        }
        for (second, inside) in [(1_789_999_010, true), (1_789_999_011, false)] {
            assert_eq!(range.contains(Timestamp::from_seconds(second)), inside, "{second}");
        }
        assert!(window(end, end, NOW, false).is_ok());
        assert!(window(end, start, NOW, false).is_err());
    }

    #[test]
    fn ninety_days_unless_extended() {
        let old = when("1600000000");
        let range = window(old, None, NOW, false).unwrap();
        assert_eq!(range.start, Timestamp(NOW.0 - HISTORY_MS));
        assert_eq!(range.end, Timestamp(NOW.0 + 1));
        let range = window(old, None, NOW, true).unwrap();
        assert_eq!(range.start, Timestamp(1_600_000_000_000));
        assert_eq!(window(None, None, NOW, true).unwrap().start, Timestamp::MIN);
    }
}
