//! Times, in milliseconds since 1970-01-01T00:00:00Z.

use crate::calendar::{civil_of_days, days_of_civil, days_of_month};
use serde::{Deserialize, Serialize};

const DAY_S: i64 = 86_400;

/// Milliseconds since the epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The start of time ranges that have none.
    pub const MIN: Self = Self(i64::MIN / 2);
    /// The end of time ranges that have none.
    pub const MAX: Self = Self(i64::MAX / 2);

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000)
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Reads any time a CloudTrail record was seen to carry: `2023-07-10T11:42:31Z`, with a
    /// space instead of the `T`, with a fraction, with an offset, or without a zone (then UTC).
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(seconds) = parse_seconds(text.as_bytes()) {
            return Some(Self::from_seconds(seconds));
        }
        let text = text.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Some(Self(time.as_millisecond()));
        }
        let civil =
            text.strip_suffix(" UTC").unwrap_or(text).parse::<jiff::civil::DateTime>().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// Months since year 0: compaction never crosses one.
    pub fn month(self) -> i32 {
        let (year, month, _) = civil_of_days(self.seconds().div_euclid(DAY_S));
        i32::try_from(year * 12 + month - 1).unwrap_or(i32::MAX)
    }
}

impl std::fmt::Display for Timestamp {
    /// ISO 8601 in UTC; milliseconds only where there are any.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format_seconds(self.seconds());
        match self.0.rem_euclid(1_000) {
            0 => f.write_str(&text),
            ms => write!(f, "{}.{ms:03}Z", text.trim_end_matches('Z')),
        }
    }
}

/// From `start` (inclusive) to `end` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// First moment inside.
    pub start: Timestamp,
    /// First moment outside.
    pub end: Timestamp,
}

impl TimeRange {
    /// All of time.
    pub const ALL: Self = Self { start: Timestamp::MIN, end: Timestamp::MAX };

    /// Whether `time` lies inside.
    pub fn contains(self, time: Timestamp) -> bool {
        self.start <= time && time < self.end
    }
}

/// Reads exactly `YYYY-MM-DDThh:mm:ssZ`, the form CloudTrail writes; `None` for any other and
/// for dates that [`format_seconds`] would not write back the same.
pub fn parse_seconds(text: &[u8]) -> Option<i64> {
    let text: &[u8; 20] = text.try_into().ok()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = *text
    else {
        return None;
    };
    let two = |a: u8, b: u8| -> Option<i64> {
        (a.is_ascii_digit() && b.is_ascii_digit())
            .then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let sane = (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    sane.then(|| days_of_civil(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second)
}

/// Writes `YYYY-MM-DDThh:mm:ssZ`; years outside 0..=9999 are held at that range's edge.
pub fn format_seconds(seconds: i64) -> String {
    seconds_text(seconds).iter().map(|byte| char::from(*byte)).collect()
}

/// Writes `YYYY-MM-DDThh:mm:ss.sssZ`, as S3 does.
pub fn format_millis(at: Timestamp) -> String {
    let (seconds, millis) = (at.0.div_euclid(1_000), at.0.rem_euclid(1_000));
    let text = format_seconds(seconds);
    format!("{}.{millis:03}Z", text.trim_end_matches('Z'))
}

/// The bytes of [`format_seconds`].
pub fn seconds_text(seconds: i64) -> [u8; 20] {
    let seconds =
        seconds.clamp(days_of_civil(0, 1, 1) * DAY_S, days_of_civil(10_000, 1, 1) * DAY_S - 1);
    let (year, month, day) = civil_of_days(seconds.div_euclid(DAY_S));
    let rest = seconds.rem_euclid(DAY_S);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let [a, b] = two(year / 100);
    let [c, d] = two(year % 100);
    let ([e, f], [g, h]) = (two(month), two(day));
    let ([i, j], [k, l], [m, n]) = (two(hour), two(minute), two(second));
    [a, b, c, d, b'-', e, f, b'-', g, h, b'T', i, j, b':', k, l, b':', m, n, b'Z']
}

/// Two decimal digits of a number below 100.
const fn two(number: i64) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_five_centuries_comes_back() {
        let mut day = days_of_civil(1700, 1, 1);
        while day < days_of_civil(2200, 1, 1) {
            let (y, m, d) = civil_of_days(day);
            assert_eq!(days_of_civil(y, m, d), day);
            let text = format_seconds(day * DAY_S + 3_661);
            assert_eq!(parse_seconds(text.as_bytes()), Some(day * DAY_S + 3_661), "{text}");
            day += 1;
        }
    }

    #[test]
    fn agrees_with_a_second_implementation() {
        for text in ["2023-07-10T11:42:31Z", "2000-02-29T23:59:59Z", "1999-12-31T00:00:00Z"] {
            let theirs = text.parse::<jiff::Timestamp>().unwrap().as_second();
            assert_eq!(parse_seconds(text.as_bytes()), Some(theirs), "{text}");
        }
    }

    #[test]
    fn refuses_dates_that_do_not_exist() {
        for text in [
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-01-32T00:00:00Z",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:60:00Z",
            "2023-01-01 00:00:00Z",
            "2023-01-01T00:00:0aZ",
        ] {
            assert_eq!(parse_seconds(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn reads_the_spellings_of_real_logs() {
        let want = Some(Timestamp(1_688_989_351_000));
        for text in [
            "2023-07-10T11:42:31Z",
            "2023-07-10 11:42:31Z",
            "2023-07-10 11:42:31",
            "2023-07-10T11:42:31",
            "2023-07-10 11:42:31 UTC",
            "2023-07-10T13:42:31+02:00",
        ] {
            assert_eq!(Timestamp::parse(text), want, "{text}");
        }
        assert_eq!(Timestamp::parse("2023-07-10T11:42:31.250Z").unwrap().0, 1_688_989_351_250);
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn months_follow_one_another() {
        let month = |text: &str| Timestamp::parse(text).unwrap().month();
        assert_eq!(month("2024-01-01T00:00:00Z") - month("2023-12-31T23:59:59Z"), 1);
        assert_eq!(month("2024-02-29T00:00:00Z"), month("2024-02-01T00:00:00Z"));
    }
}
