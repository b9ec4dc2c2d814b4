//! The story's clock: seconds since the epoch told as AWS tells them. Nothing here asks what time
//! it is; the start of the server is the only moment the story is given.

/// Seconds in a day.
pub(super) const DAY_S: i64 = 86_400;
/// Seconds in an hour.
pub(super) const HOUR_S: i64 = 3_600;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The seconds from midnight to a time of day.
pub(super) const fn hms(hour: i64, minute: i64, second: i64) -> i64 {
    hour * HOUR_S + minute * 60 + second
}

/// Midnight of the day that `at_s` falls into.
pub(super) const fn midnight(at_s: i64) -> i64 {
    at_s.div_euclid(DAY_S) * DAY_S
}

/// True on Saturdays and Sundays.
pub(super) const fn is_weekend(at_s: i64) -> bool {
    // The epoch was a Thursday, so day 2 was the first Saturday.
    matches!(at_s.div_euclid(DAY_S).rem_euclid(7), 2 | 3)
}

/// A moment taken apart, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Moment {
    /// Takes `at_s` apart.
    ///
    /// Years are counted from March, so that the leap day is the last day of its year and the
    /// lengths of months follow one straight line.
    pub(super) const fn of(at_s: i64) -> Self {
        let days = at_s.div_euclid(DAY_S) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let second = at_s.rem_euclid(DAY_S);
        Self {
            year: year + era * 400 + (month <= 2) as i64,
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: second / HOUR_S,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }
}

/// `2026-11-18T02:13:07Z`, as in `eventTime` and `creationDate`.
pub(super) fn iso(at_s: i64) -> String {
    let Moment { year, month, day, hour, minute, second } = Moment::of(at_s);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `Nov 18, 2026, 2:13:07 AM`, as in the answers of STS and IAM.
pub(super) fn words(at_s: i64) -> String {
    let Moment { year, month, day, hour, minute, second } = Moment::of(at_s);
    let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"");
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = (hour + 11) % 12 + 1;
    format!("{name} {day}, {year}, {hour}:{minute:02}:{second:02} {half}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_moments_as_aws_does() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(iso(1_795_174_387), "2026-11-20T11:33:07Z");
        assert_eq!(words(1_795_174_387), "Nov 20, 2026, 11:33:07 AM");
        assert_eq!(words(0), "Jan 1, 1970, 12:00:00 AM");
        assert_eq!(words(hms(12, 5, 9)), "Jan 1, 1970, 12:05:09 PM");
    }

    #[test]
    fn knows_weekends() {
        let days: Vec<bool> = (0..7).map(|day| is_weekend(day * DAY_S)).collect();
        assert_eq!(days, [false, false, true, true, false, false, false]);
        assert_eq!(midnight(DAY_S + 5), DAY_S);
    }
}
