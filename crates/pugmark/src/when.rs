//! Times as people type them: `2026-11-01T02:13:07Z`, `2026-11-01`, `90d`, `2h`, `now`.

use model::{TimeRange, Timestamp};

/// Reads a time; a length such as `90d` means that long before `now`.
pub(crate) fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "now" {
        return Some(now);
    }
    if let Some(ms) = length_ms(text) {
        return Some(Timestamp(now.0.saturating_sub(ms)));
    }
    match text.len() {
        10 => Timestamp::parse(&format!("{text}T00:00:00Z")),
        _ => Timestamp::parse(text),
    }
}

/// A length of time: a number and one of `s m h d w`.
pub(crate) fn length_ms(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let unit_s = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    if number < 0 {
        return None;
    }
    number.checked_mul(unit_s * 1_000)
}

/// A time on the command line: checked when the line is read, fixed when the question is asked.
#[derive(Clone, Debug)]
pub(crate) struct When(String);

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text, Timestamp(0)).map(|_| Self(text.to_owned())).ok_or_else(|| {
            "neither a time such as 2026-11-01T02:13:07Z, nor a day such as 2026-11-01, \
                 nor a length such as 90d or 2h"
                .to_owned()
        })
    }
}

impl When {
    /// The time that is meant, lengths counted back from `now`.
    pub(crate) fn at(&self, now: Timestamp) -> Option<Timestamp> {
        parse(&self.0, now)
    }
}

/// The range between two times; what is not given is open.
pub(crate) fn range(since: Option<&When>, until: Option<&When>, now: Timestamp) -> TimeRange {
    let start = since.and_then(|when| when.at(now));
    let end = until.and_then(|when| when.at(now));
    TimeRange {
        start: start.unwrap_or(TimeRange::ALL.start),
        end: end.unwrap_or(TimeRange::ALL.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_days_and_lengths() {
        let now = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        for (text, want) in [
            ("now", "2026-11-20T12:00:00Z"),
            ("2h", "2026-11-20T10:00:00Z"),
            ("90s", "2026-11-20T11:58:30Z"),
            ("15m", "2026-11-20T11:45:00Z"),
            ("90d", "2026-08-22T12:00:00Z"),
            ("1w", "2026-11-13T12:00:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T02:13:07Z", "2026-11-01T02:13:07Z"),
            ("2026-11-01T04:13:07+02:00", "2026-11-01T02:13:07Z"),
            ("2026-11-01 02:13:07", "2026-11-01T02:13:07Z"),
        ] {
            assert_eq!(parse(text, now), Timestamp::parse(want), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "d",
            "-2h",
            "2x",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "é",
            "9999999999999999w",
        ] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_open_range_is_all_of_time() {
        assert_eq!(range(None, None, Timestamp(0)), TimeRange::ALL);
        let since: When = "1d".parse().unwrap();
        let range = range(Some(&since), None, Timestamp::from_seconds(86_400));
        assert_eq!(range.start, Timestamp(0));
    }
}
