//! Times that pass between two doings of the same thing.

use std::fmt;
use std::str::FromStr;

/// The longest, in seconds: a day.
const SECONDS_MAX: u32 = 86_400;

/// From one second to a day, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval(u32);

impl Interval {
    /// In milliseconds.
    pub(crate) fn ms(self) -> i64 {
        i64::from(self.0) * 1_000
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match text.get(digits.len()..) {
            Some("" | "s") => Some(1),
            Some("m") => Some(60),
            Some("h") => Some(3_600),
            _ => None,
        };
        let number = digits.parse::<u32>().ok();
        let seconds = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
        let seconds = seconds.ok_or_else(|| format!("`{text}` is no time"))?;
        match (1..=SECONDS_MAX).contains(&seconds) {
            true => Ok(Self(seconds)),
            false => Err(format!("`{text}` is not between 1 second and {SECONDS_MAX} seconds")),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_bounds() {
        let of = |text: &str| text.parse::<Interval>().map(Interval::ms).ok();
        assert_eq!(of("1s"), Some(1_000));
        assert_eq!(of("90"), Some(90_000));
        assert_eq!(of("15m"), Some(900_000));
        assert_eq!(of("24h"), Some(86_400_000));
        for wrong in ["", "s", "0s", "-1s", "25h", "1.5s", "1d", "99999999999s"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!("1h".parse::<Interval>().unwrap().to_string(), "3600s");
    }
}
