//! Moments as people write them, and the calendar. All times are UTC, in milliseconds.

use model::{civil_of_days, days_of_civil, days_of_month};

/// A moment taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) milli: i64,
}

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

impl Civil {
    /// Takes a moment apart.
    pub(crate) fn of(millis: i64) -> Self {
        let (days, left) = (millis.div_euclid(DAY), millis.rem_euclid(DAY));
        let (year, month, day) = civil_of_days(days);
        Self {
            year,
            month,
            day,
            hour: left / HOUR,
            minute: left / MINUTE % 60,
            second: left / SECOND % 60,
            milli: left % SECOND,
        }
    }

    /// The moment; `None` for dates that are not in the calendar and years beyond 9999.
    pub(crate) fn millis(&self) -> Option<i64> {
        let fits = (-9999..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_of_month(self.year, self.month)).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second)
            && (0..1_000).contains(&self.milli);
        let days = days_of_civil(self.year, self.month, self.day);
        let left = self.hour * HOUR + self.minute * MINUTE + self.second * SECOND + self.milli;
        fits.then(|| days * DAY + left)
    }

    pub(crate) fn date(year: i64, month: i64, day: i64) -> Self {
        Self { year, month, day, hour: 0, minute: 0, second: 0, milli: 0 }
    }

    /// 1 (Monday) to 7.
    pub(crate) fn weekday(&self) -> i64 {
        (days_of_civil(self.year, self.month, self.day) + 3).rem_euclid(7) + 1
    }

    /// 1 to 366.
    pub(crate) fn day_of_year(&self) -> i64 {
        days_of_civil(self.year, self.month, self.day) - days_of_civil(self.year, 1, 1) + 1
    }

    /// The ISO year and week.
    pub(crate) fn week(&self) -> (i64, i64) {
        let days = days_of_civil(self.year, self.month, self.day);
        // The week belongs to the year of its Thursday.
        let thursday = days - self.weekday() + 4;
        let (year, ..) = civil_of_days(thursday);
        (year, (thursday - days_of_civil(year, 1, 1)) / 7 + 1)
    }

    /// Later by so many months; the last day of the month if the day is not in it.
    pub(crate) fn plus_months(mut self, months: i64) -> Option<Self> {
        let all = (self.year * 12 + self.month - 1).checked_add(months)?;
        (self.year, self.month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        self.day = self.day.min(days_of_month(self.year, self.month));
        Some(self)
    }
}

/// Days since 1970-01-01. Years are counted from March so that leap days come last.
/// `2026-11-20 02:13:07.000`, as Lake shows it.
pub(crate) fn show(millis: i64) -> String {
    let c = Civil::of(millis);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
        c.year, c.month, c.day, c.hour, c.minute, c.second, c.milli
    )
}

/// Reads `2026-11-20`, `2026-11-20 02:13`, `2026-11-20T02:13:07.5Z`, `… +02:00`, `… UTC`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let (year, month_day) = date.split_at_checked(4)?;
    let mut parts = month_day.strip_prefix('-')?.splitn(2, '-');
    let (month, day) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let date = Civil::date(digits(year, 4)?, month, day);
    if rest.is_empty() {
        return date.millis();
    }
    let time = rest.strip_prefix(['T', ' '])?.trim_start();
    let (clock, zone) = split_zone(time);
    with_clock(date, clock)?.millis()?.checked_sub(zone_offset(zone.trim())?)
}

fn split_zone(time: &str) -> (&str, &str) {
    let end = time.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')));
    time.split_at(end.unwrap_or(time.len()))
}

fn with_clock(date: Civil, clock: &str) -> Option<Civil> {
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = parts.next().map_or(Some(0), |m| digits(m, 2))?;
    let (second, milli) = parts.next().map_or(Some((0, 0)), seconds)?;
    let end = parts.next().is_none();
    end.then_some(Civil { hour, minute, second, milli, ..date })
}

/// `07` and `07.123456`; what is finer than a millisecond is cut off.
fn seconds(text: &str) -> Option<(i64, i64)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    Some((digits(whole, 2)?, digits(&part, 3)?))
}

/// The offset from UTC in milliseconds; names of zones other than UTC are not known.
pub(crate) fn zone_offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || matches!(zone.to_ascii_uppercase().as_str(), "Z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes, 2)? };
    Some(sign * (digits(hours, 2)? * HOUR + minutes * MINUTE))
}

/// Exactly so many digits (one digit less for two-digit numbers is let pass).
fn digits(text: &str, count: usize) -> Option<i64> {
    let fits = text.len() == count || (count == 2 && text.len() == 1);
    let all = text.bytes().all(|b| b.is_ascii_digit());
    if fits && all { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_as_people_write_them() {
        for (text, shown) in [
            ("2026-11-20", "2026-11-20 00:00:00.000"),
            ("2026-11-20 02:13", "2026-11-20 02:13:00.000"),
            ("2026-11-20 2:13:07", "2026-11-20 02:13:07.000"),
            ("2026-11-20T02:13:07Z", "2026-11-20 02:13:07.000"),
            ("2026-11-20T02:13:07.123456Z", "2026-11-20 02:13:07.123"),
            ("2026-11-20 02:13:07.5 UTC", "2026-11-20 02:13:07.500"),
            ("2026-11-20T02:13:07+02:00", "2026-11-20 00:13:07.000"),
            ("2024-02-29T23:59:59-0130", "2024-03-01 01:29:59.000"),
        ] {
            assert_eq!(parse(text).map(show).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "2026", "2026-13-01", "2026-02-30", "2026-11-21T%", "2026-11-20 25:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn knows_weeks_and_weekdays() {
        for (date, weekday, week) in [
            ((2026, 11, 20), 5, (2026, 47)),
            ((2021, 1, 3), 7, (2020, 53)),
            ((2024, 12, 30), 1, (2025, 1)),
        ] {
            let civil = Civil::date(date.0, date.1, date.2);
            assert_eq!((civil.weekday(), civil.week()), (weekday, week), "{date:?}");
        }
    }
}
