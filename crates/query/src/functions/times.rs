//! Functions over moments.

use crate::error::{Error, Result};
use crate::functions::clock::{self, Civil, DAY, HOUR, MINUTE, SECOND};
use crate::functions::patterns::{Pattern, joda, mysql};
use crate::functions::scalar::{Cell, Eval, Said, Scalar, Take};

pub(crate) static TIMES: &[Scalar] = &[
    Scalar::new("date_add", &[Take::Text, Take::Int, Take::Time], 3, Eval::Time(date_add)),
    Scalar::new("date_diff", &[Take::Text, Take::Time, Take::Time], 3, Eval::Int(date_diff)),
    Scalar::new("date_trunc", &[Take::Text, Take::Time], 2, Eval::Time(date_trunc)),
    Scalar::new("date_format", &[Take::Time, Take::Text], 2, Eval::Text(date_format)),
    Scalar::new("date_parse", &[Take::Text, Take::Text], 2, Eval::Time(date_parse)),
    Scalar::new("format_datetime", &[Take::Time, Take::Text], 2, Eval::Text(format_datetime)),
    Scalar::new("parse_datetime", &[Take::Text, Take::Text], 2, Eval::Time(parse_datetime)),
    Scalar::new("from_iso8601_timestamp", &[Take::Text], 1, Eval::Time(from_iso8601)),
    Scalar::new("to_iso8601", &[Take::Time], 1, Eval::Text(to_iso8601)),
    Scalar::new("from_unixtime", &[Take::Double], 1, Eval::Time(from_unixtime)),
    Scalar::new("to_unixtime", &[Take::Time], 1, Eval::Double(to_unixtime)),
    Scalar::new("year", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.year))),
    Scalar::new("quarter", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| (c.month + 2) / 3))),
    Scalar::new("month", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.month))),
    Scalar::new("week", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.week().1))),
    Scalar::new("year_of_week", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.week().0))),
    Scalar::new("day", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.day))),
    Scalar::new("day_of_week", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.weekday()))),
    Scalar::new("day_of_year", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.day_of_year()))),
    Scalar::new("hour", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.hour))),
    Scalar::new("minute", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.minute))),
    Scalar::new("second", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.second))),
    Scalar::new("millisecond", &[Take::Time], 1, Eval::Int(|cells| of(cells, |c| c.milli))),
    Scalar::new("last_day_of_month", &[Take::Time], 1, Eval::Time(last_day)),
];

fn of(cells: &[Cell<'_>], take: fn(Civil) -> i64) -> Said<i64> {
    Ok(cells.first().map(|cell| take(Civil::of(cell.int()))))
}

/// A unit: so many milliseconds, or so many months.
#[derive(Clone, Copy)]
enum Unit {
    Millis(i64),
    Months(i64),
}

/// The units, by their names in lower case.
const UNITS: [(&str, Unit); 9] = [
    ("millisecond", Unit::Millis(1)),
    ("second", Unit::Millis(SECOND)),
    ("minute", Unit::Millis(MINUTE)),
    ("hour", Unit::Millis(HOUR)),
    ("day", Unit::Millis(DAY)),
    ("week", Unit::Millis(7 * DAY)),
    ("month", Unit::Months(1)),
    ("quarter", Unit::Months(3)),
    ("year", Unit::Months(12)),
];

fn unit(name: &str) -> Result<Unit> {
    match UNITS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        Some((_, unit)) => Ok(*unit),
        None => {
            let known = UNITS.map(|(known, _)| known).join(", ");
            let error = Error::invalid(format!("`{name}` is no unit of time"));
            Err(error.hint(format!("units are {known}")))
        }
    }
}

fn date_add(cells: &[Cell<'_>]) -> Said<i64> {
    let [name, count, start] = cells else { return Ok(None) };
    let (count, start) = (count.int(), start.int());
    let later = match unit(name.text())? {
        Unit::Millis(millis) => count.checked_mul(millis).and_then(|m| start.checked_add(m)),
        Unit::Months(months) => count
            .checked_mul(months)
            .and_then(|months| Civil::of(start).plus_months(months)?.millis()),
    };
    let later = later.filter(|millis| Civil::of(*millis).year.abs() <= 9_999);
    later.map(Some).ok_or_else(|| Error::invalid("date_add: beyond the year 9999"))
}

/// Whole units from the first moment to the second.
fn date_diff(cells: &[Cell<'_>]) -> Said<i64> {
    let [name, from, to] = cells else { return Ok(None) };
    let (from, to) = (from.int(), to.int());
    Ok(match unit(name.text())? {
        Unit::Millis(millis) => to.checked_sub(from).map(|between| between / millis),
        Unit::Months(months) => Some(months_between(from, to) / months),
    })
}

fn months_between(from: i64, to: i64) -> i64 {
    if to < from {
        return -months_between(to, from);
    }
    let (a, b) = (Civil::of(from), Civil::of(to));
    let months = (b.year - a.year) * 12 + b.month - a.month;
    let early = a.plus_months(months).and_then(|c| c.millis()).is_none_or(|reached| reached > to);
    months - i64::from(early)
}

fn date_trunc(cells: &[Cell<'_>]) -> Said<i64> {
    let [name, at] = cells else { return Ok(None) };
    let at = at.int();
    if let Some(stretch) = stretch_of(name.text()) {
        return Ok(Some(stretch.start(stretch.number(at))));
    }
    let Unit::Months(months) = unit(name.text())? else { return Ok(None) };
    let c = Civil::of(at);
    Ok(Civil::date(c.year, (c.month - 1) / months * months + 1, 1).millis())
}

/// Stretches of time that are all equally long, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// How long they are, in milliseconds.
    length: i64,
    /// Where one of them begins, in milliseconds since 1970.
    origin: i64,
}

/// Monday, 29 December 1969: where a week began.
const MONDAY: i64 = -3 * DAY;

/// What `date_trunc` makes of time with a unit; `None` for those that are not all equally long,
/// and where there is no such unit.
pub(crate) fn stretch_of(name: &str) -> Option<Stretch> {
    let Ok(Unit::Millis(length)) = unit(name) else { return None };
    Some(Stretch { length, origin: if length == 7 * DAY { MONDAY } else { 0 } })
}

impl Stretch {
    /// The number of the stretch that a moment lies in.
    pub(crate) const fn number(&self, at: i64) -> i64 {
        at.saturating_sub(self.origin).div_euclid(self.length)
    }

    /// When a stretch begins.
    pub(crate) const fn start(&self, number: i64) -> i64 {
        number.saturating_mul(self.length).saturating_add(self.origin)
    }
}

fn last_day(cells: &[Cell<'_>]) -> Said<i64> {
    let civil = cells.first().map(|cell| Civil::of(cell.int()));
    Ok(civil
        .and_then(|c| Civil::date(c.year, c.month, model::days_of_month(c.year, c.month)).millis()))
}

fn written(cells: &[Cell<'_>], to: &mut String, read: fn(&str) -> Result<Pattern>) -> Said<()> {
    let [at, pattern] = cells else { return Ok(None) };
    read(pattern.text())?.write(&Civil::of(at.int()), to);
    Ok(Some(()))
}

fn parsed(cells: &[Cell<'_>], read: fn(&str) -> Result<Pattern>) -> Said<i64> {
    let [text, pattern] = cells else { return Ok(None) };
    match read(pattern.text())?.read(text.text()) {
        Some(millis) => Ok(Some(millis)),
        None => Err(Error::invalid(format!(
            "`{}` does not read as `{}`",
            shortened(text.text()),
            shortened(pattern.text())
        ))),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn date_format(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    written(cells, to, mysql)
}

fn date_parse(cells: &[Cell<'_>]) -> Said<i64> {
    parsed(cells, mysql)
}

fn format_datetime(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    written(cells, to, joda)
}

fn parse_datetime(cells: &[Cell<'_>]) -> Said<i64> {
    parsed(cells, joda)
}

fn from_iso8601(cells: &[Cell<'_>]) -> Said<i64> {
    let text = cells.first().map(Cell::text).unwrap_or_default();
    clock::parse(text).map(Some).ok_or_else(|| {
        Error::invalid(format!("`{}` is no time in ISO 8601", shortened(text)))
            .hint("write '2026-11-20T02:13:07Z'")
    })
}

fn to_iso8601(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let Some(at) = cells.first() else { return Ok(None) };
    to.push_str(&clock::show(at.int()).replacen(' ', "T", 1));
    to.push('Z');
    Ok(Some(()))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn from_unixtime(cells: &[Cell<'_>]) -> Said<i64> {
    let millis = (cells.first().map_or(0.0, Cell::double) * 1e3).round();
    match millis.abs() < 2.5e14 {
        true => Ok(Some(millis as i64)),
        false => Err(Error::invalid("from_unixtime: beyond the year 9999")
            .hint("milliseconds are divided by 1000 first")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this calendar fit")]
fn to_unixtime(cells: &[Cell<'_>]) -> Said<f64> {
    Ok(cells.first().map(|cell| cell.int() as f64 / 1e3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Cell<'static> {
        Cell::Int(clock::parse(text).unwrap())
    }

    fn shown(said: Said<i64>) -> String {
        said.unwrap().map(clock::show).unwrap_or_default()
    }

    #[test]
    fn adds_units() {
        let start = "2024-01-31 10:00";
        for (unit, count, end) in [
            ("day", -7, "2024-01-24 10:00:00.000"),
            ("MONTH", 1, "2024-02-29 10:00:00.000"),
            ("year", -1, "2023-01-31 10:00:00.000"),
            ("hour", 15, "2024-02-01 01:00:00.000"),
        ] {
            let said = date_add(&[Cell::Text(unit), Cell::Int(count), at(start)]);
            assert_eq!(shown(said), end, "{unit} {count}");
        }
        assert!(date_add(&[Cell::Text("day"), Cell::Int(i64::MAX), at(start)]).is_err());
        assert!(date_add(&[Cell::Text("moon"), Cell::Int(1), at(start)]).is_err());
    }

    #[test]
    fn counts_whole_units_between() {
        for (unit, from, to, expected) in [
            ("day", "2026-11-01", "2026-11-20 23:59", 19),
            ("month", "2026-01-31", "2026-02-27", 0),
            ("month", "2026-01-28", "2026-02-28", 1),
            ("year", "2026-01-01", "2024-06-01", -1),
            ("hour", "2026-01-01 12:00", "2026-01-01 10:30", -1),
        ] {
            let said = date_diff(&[Cell::Text(unit), at(from), at(to)]).unwrap();
            assert_eq!(said, Some(expected), "{unit} {from} {to}");
        }
    }

    #[test]
    fn cuts_moments_off() {
        for (unit, expected) in [
            ("second", "2026-11-20 02:13:07.000"),
            ("hour", "2026-11-20 02:00:00.000"),
            ("day", "2026-11-20 00:00:00.000"),
            ("week", "2026-11-16 00:00:00.000"),
            ("quarter", "2026-10-01 00:00:00.000"),
            ("year", "2026-01-01 00:00:00.000"),
        ] {
            let said = date_trunc(&[Cell::Text(unit), at("2026-11-20 02:13:07.9")]);
            assert_eq!(shown(said), expected, "{unit}");
        }
    }

    #[test]
    fn reads_and_writes_unix_time() {
        let moment = at("2026-11-20 02:13:07.5");
        let seconds = to_unixtime(std::slice::from_ref(&moment)).unwrap().unwrap();
        assert_eq!(shown(from_unixtime(&[Cell::Double(seconds)])), "2026-11-20 02:13:07.500");
        assert!(from_unixtime(&[Cell::Double(1.7e12)]).is_err());
    }
}
