//! Patterns for moments, in MySQL's letters (`%Y-%m-%d`) and in Joda's (`yyyy-MM-dd`).

use crate::error::{Error, Result};
use crate::functions::clock::{self, Civil};

/// A pattern, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Year,
    YearOfCentury,
    WeekYear,
    Week,
    Month(usize),
    MonthName,
    MonthShort,
    Day(usize),
    DayOfYear,
    Weekday,
    WeekdayName,
    WeekdayShort,
    Hour(usize),
    Hour12(usize),
    Minute,
    Second,
    /// So many digits of the second's fraction.
    Fraction(usize),
    Half,
    Zone,
    Sign(char),
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The letters of `date_format` and `date_parse`.
pub(crate) fn mysql(pattern: &str) -> Result<Pattern> {
    let mut pieces = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => mysql_letter(letters.next(), &mut pieces)?,
            other => pieces.push(Piece::Sign(other)),
        }
    }
    Ok(Pattern(pieces))
}

fn mysql_letter(letter: Option<char>, to: &mut Vec<Piece>) -> Result<()> {
    let colon = Piece::Sign(':');
    let clock = |hour| [hour, colon, Piece::Minute, colon, Piece::Second];
    let piece = match letter {
        Some('Y') => Piece::Year,
        Some('y') => Piece::YearOfCentury,
        Some('x') => Piece::WeekYear,
        Some('v') => Piece::Week,
        Some('m') => Piece::Month(2),
        Some('c') => Piece::Month(1),
        Some('M') => Piece::MonthName,
        Some('b') => Piece::MonthShort,
        Some('d') => Piece::Day(2),
        Some('e') => Piece::Day(1),
        Some('j') => Piece::DayOfYear,
        Some('W') => Piece::WeekdayName,
        Some('a') => Piece::WeekdayShort,
        Some('H') => Piece::Hour(2),
        Some('k') => Piece::Hour(1),
        Some('h' | 'I') => Piece::Hour12(2),
        Some('l') => Piece::Hour12(1),
        Some('i') => Piece::Minute,
        Some('s' | 'S') => Piece::Second,
        Some('f') => Piece::Fraction(6),
        Some('p') => Piece::Half,
        Some('T') => {
            to.extend(clock(Piece::Hour(2)));
            return Ok(());
        }
        Some('r') => {
            to.extend(clock(Piece::Hour12(2)));
            to.push(Piece::Sign(' '));
            Piece::Half
        }
        Some('%') => Piece::Sign('%'),
        Some(other) => return Err(Error::invalid(format!("no time pattern has `%{other}`"))),
        None => return Err(Error::invalid("a time pattern ends with `%`")),
    };
    to.push(piece);
    Ok(())
}

/// The letters of `format_datetime` and `parse_datetime`.
pub(crate) fn joda(pattern: &str) -> Result<Pattern> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let run = rest.chars().take_while(|c| *c == letter).count();
        if letter == '\'' {
            rest = quoted(rest, &mut pieces)?;
        } else if letter.is_ascii_alphabetic() {
            pieces.push(joda_letter(letter, run)?);
            rest = rest.get(run..).unwrap_or_default();
        } else {
            pieces.push(Piece::Sign(letter));
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    Ok(Pattern(pieces))
}

fn joda_letter(letter: char, run: usize) -> Result<Piece> {
    Ok(match (letter, run) {
        ('y' | 'Y', 2) => Piece::YearOfCentury,
        ('y' | 'Y', _) => Piece::Year,
        ('x', _) => Piece::WeekYear,
        ('w', _) => Piece::Week,
        ('M', 4..) => Piece::MonthName,
        ('M', 3) => Piece::MonthShort,
        ('M', n) => Piece::Month(n),
        ('d', n) => Piece::Day(n.min(2)),
        ('D', _) => Piece::DayOfYear,
        ('e', _) => Piece::Weekday,
        ('E', 4..) => Piece::WeekdayName,
        ('E', _) => Piece::WeekdayShort,
        ('H', n) => Piece::Hour(n.min(2)),
        ('h', n) => Piece::Hour12(n.min(2)),
        ('m', _) => Piece::Minute,
        ('s', _) => Piece::Second,
        ('S', n) => Piece::Fraction(n.min(9)),
        ('a', _) => Piece::Half,
        ('Z' | 'z', _) => Piece::Zone,
        _ => return Err(Error::invalid(format!("no time pattern has `{letter}`"))),
    })
}

/// `'T'` is a T, `''` a quote.
fn quoted<'p>(rest: &'p str, to: &mut Vec<Piece>) -> Result<&'p str> {
    let inner = rest.get(1..).unwrap_or_default();
    let (text, behind) = inner
        .split_once('\'')
        .ok_or_else(|| Error::invalid("a quote in a time pattern is left open"))?;
    match text {
        "" => to.push(Piece::Sign('\'')),
        text => to.extend(text.chars().map(Piece::Sign)),
    }
    Ok(behind)
}

fn named(names: &'static [&'static str], number: i64) -> &'static str {
    let index = usize::try_from(number - 1).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

impl Pattern {
    /// Writes a moment.
    pub(crate) fn write(&self, c: &Civil, to: &mut String) {
        for piece in &self.0 {
            match *piece {
                Piece::Year => to.push_str(&format!("{:04}", c.year)),
                Piece::YearOfCentury => to.push_str(&format!("{:02}", c.year.rem_euclid(100))),
                Piece::WeekYear => to.push_str(&format!("{:04}", c.week().0)),
                Piece::Week => to.push_str(&format!("{:02}", c.week().1)),
                Piece::Month(n) => to.push_str(&format!("{:0n$}", c.month)),
                Piece::MonthName => to.push_str(named(&MONTHS, c.month)),
                Piece::MonthShort => to.push_str(short(named(&MONTHS, c.month))),
                Piece::Day(n) => to.push_str(&format!("{:0n$}", c.day)),
                Piece::DayOfYear => to.push_str(&format!("{:03}", c.day_of_year())),
                Piece::Weekday => to.push_str(&c.weekday().to_string()),
                Piece::WeekdayName => to.push_str(named(&DAYS, c.weekday())),
                Piece::WeekdayShort => to.push_str(short(named(&DAYS, c.weekday()))),
                Piece::Hour(n) => to.push_str(&format!("{:0n$}", c.hour)),
                Piece::Hour12(n) => to.push_str(&format!("{:0n$}", (c.hour + 11) % 12 + 1)),
                Piece::Minute => to.push_str(&format!("{:02}", c.minute)),
                Piece::Second => to.push_str(&format!("{:02}", c.second)),
                Piece::Fraction(n) => {
                    to.extend(format!("{:03}000000", c.milli).chars().take(n));
                }
                Piece::Half => to.push_str(if c.hour < 12 { "AM" } else { "PM" }),
                Piece::Zone => to.push_str("+0000"),
                Piece::Sign(sign) => to.push(sign),
            }
        }
    }

    /// Reads a moment; `None` if the text is not of this pattern.
    pub(crate) fn read(&self, text: &str) -> Option<i64> {
        let mut civil = Civil::date(1970, 1, 1);
        let (mut half, mut offset) = (None, 0);
        let mut rest = text;
        for piece in &self.0 {
            rest = read_piece(*piece, rest, &mut civil, &mut half, &mut offset)?;
        }
        if let Some(afternoon) = half {
            civil.hour = civil.hour % 12 + if afternoon { 12 } else { 0 };
        }
        let millis = civil.millis().filter(|_| rest.is_empty())?;
        millis.checked_sub(offset)
    }
}

fn read_piece<'t>(
    piece: Piece,
    rest: &'t str,
    civil: &mut Civil,
    half: &mut Option<bool>,
    offset: &mut i64,
) -> Option<&'t str> {
    match piece {
        Piece::Year => number(rest, 4, &mut civil.year),
        Piece::YearOfCentury => {
            let rest = number(rest, 2, &mut civil.year)?;
            civil.year += if civil.year < 70 { 2_000 } else { 1_900 };
            Some(rest)
        }
        Piece::Month(_) => number(rest, 2, &mut civil.month),
        Piece::MonthName => name(rest, &MONTHS, false, &mut civil.month),
        Piece::MonthShort => name(rest, &MONTHS, true, &mut civil.month),
        Piece::Day(_) => number(rest, 2, &mut civil.day),
        Piece::WeekdayName => name(rest, &DAYS, false, &mut 0),
        Piece::WeekdayShort => name(rest, &DAYS, true, &mut 0),
        Piece::Hour(_) | Piece::Hour12(_) => number(rest, 2, &mut civil.hour),
        Piece::Minute => number(rest, 2, &mut civil.minute),
        Piece::Second => number(rest, 2, &mut civil.second),
        Piece::Fraction(most) => fraction(rest, most, &mut civil.milli),
        Piece::Half => {
            *half = Some(rest.get(..2)?.eq_ignore_ascii_case("PM"));
            rest.get(2..)
        }
        Piece::Zone => {
            let end = rest.find(' ').unwrap_or(rest.len());
            *offset = clock::zone_offset(rest.get(..end)?)?;
            rest.get(end..)
        }
        Piece::Sign(sign) => rest.strip_prefix(sign),
        Piece::WeekYear | Piece::Week | Piece::DayOfYear | Piece::Weekday => None,
    }
}

fn digits(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(u8::is_ascii_digit).count()
}

fn number<'t>(text: &'t str, most: usize, to: &mut i64) -> Option<&'t str> {
    let (number, rest) = text.split_at_checked(digits(text, most))?;
    *to = number.parse().ok()?;
    Some(rest)
}

fn fraction<'t>(text: &'t str, most: usize, to: &mut i64) -> Option<&'t str> {
    let (part, rest) = text.split_at_checked(digits(text, most.max(1)))?;
    let millis: String = part.chars().chain("000".chars()).take(3).collect();
    *to = millis.parse().ok().filter(|_| !part.is_empty())?;
    Some(rest)
}

fn name<'t>(text: &'t str, names: &[&str], cut: bool, to: &mut i64) -> Option<&'t str> {
    let spelled = |name: &&str| if cut { short(name).len() } else { name.len() };
    let found = names.iter().position(|name| {
        let wanted = name.get(..spelled(name)).unwrap_or_default();
        text.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
    })?;
    *to = i64::try_from(found).ok()? + 1;
    text.get(names.get(found).map(spelled)?..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: fn(&str) -> Result<Pattern>, pattern: &str, expected: &str) {
        let millis = clock::parse("2026-11-20 14:03:07.25").unwrap();
        let mut to = String::new();
        read(pattern).unwrap().write(&Civil::of(millis), &mut to);
        assert_eq!(to, expected, "{pattern}");
    }

    #[test]
    fn writes_in_both_alphabets() {
        check(mysql, "%Y-%m-%d %H:%i:%s", "2026-11-20 14:03:07");
        check(mysql, "%W %e %M, %h %p 100%%", "Friday 20 November, 02 PM 100%");
        check(mysql, "%T.%f %j %x/%v", "14:03:07.250000 324 2026/47");
        check(joda, "yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-11-20T14:03:07.250+0000");
        check(joda, "EEE d MMM yy h a ''", "Fri 20 Nov 26 2 PM '");
    }

    #[test]
    fn reads_what_it_writes() {
        let millis = clock::parse("2026-11-20 14:03:07").unwrap();
        for pattern in ["yyyy-MM-dd HH:mm:ss", "dd MMM yyyy hh:mm:ss a", "EEE MMMM d yy H:m:s Z"] {
            let pattern = joda(pattern).unwrap();
            let mut text = String::new();
            pattern.write(&Civil::of(millis), &mut text);
            assert_eq!(pattern.read(&text), Some(millis), "{text}");
        }
        assert_eq!(joda("yyyy-MM").unwrap().read("2026-13"), None);
        assert_eq!(mysql("%Y").unwrap().read("2026x"), None);
    }

    #[test]
    fn refuses_letters_that_mean_nothing() {
        assert!(mysql("%Q").is_err() && mysql("%").is_err());
        assert!(joda("yyyy n").is_err() && joda("'open").is_err());
    }
}
