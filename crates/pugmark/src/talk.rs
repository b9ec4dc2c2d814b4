//! What is said to people, on standard error, beside the answer.

use crate::output::escape;
use std::fmt::Display;
use std::io::Write;

/// Says a line or several. Names and values in it may be strangers' text.
pub(crate) fn say(text: impl Display) {
    whisper(format_args!("{}\n", escape::lines(&text.to_string())));
}

/// Writes to standard error as it is. Whoever read it may have gone, as `head` does: that is no
/// reason to end, and `eprintln!` would panic.
pub(crate) fn whisper(text: impl Display) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// A count with its noun: `1 record`, `2,500 records`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the unit that fits.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if number < 1024 {
        return count(number, "byte");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut size = number as f64;
    let mut name = "bytes";
    for unit in UNITS {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        name = unit;
    }
    format!("{size:.1} {name}")
}

/// The most frequent first: `alice 12, bob 3 and 5 others`.
pub(crate) fn top<'a>(counts: impl Iterator<Item = (&'a str, u64)>, most: usize) -> String {
    let mut counts: Vec<(&str, u64)> = counts.collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let rest = counts.len().saturating_sub(most);
    counts.truncate(most);
    let shown = counts.iter().map(|(name, number)| {
        let name = if name.is_empty() { "(none)" } else { name };
        format!("{name} {}", grouped(*number))
    });
    let shown: Vec<String> = shown.collect();
    match rest {
        0 => shown.join(", "),
        rest => format!("{} and {}", shown.join(", "), count(rest as u64, "other")),
    }
}

/// This command line with an option put in, in place of what it was given before.
pub(crate) fn again(option: &str, value: &str) -> String {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    with_option(&words, option, value)
}

fn with_option(words: &[String], option: &str, value: &str) -> String {
    let mut line = "pugmark".to_owned();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == option {
            // Its value goes with it.
            words.next();
        } else if !word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')) {
            line = line + " " + &quoted(word);
        }
    }
    let value = if value.is_empty() { String::new() } else { format!(" {}", quoted(value)) };
    format!("{line} {option}{value}")
}

/// A word as a POSIX shell reads it back unchanged.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "record"), "1 record");
        assert_eq!(count(1_000, "record"), "1,000 records");
        assert_eq!(bytes(1023), "1,023 bytes");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(5 * 1024 * 1024), "5.0 MiB");
    }

    #[test]
    fn the_most_frequent_come_first() {
        let counts = [("b", 2), ("a", 2), ("c", 9), ("", 1)];
        assert_eq!(top(counts.into_iter(), 2), "c 9, a 2 and 2 others");
        assert_eq!(top(counts.into_iter(), 4), "c 9, a 2, b 2, (none) 1");
    }

    #[test]
    fn an_option_is_put_in_or_replaced() {
        let line = |words: &str| {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            with_option(&words, "--limit", "500")
        };
        assert_eq!(line("events --did iam:*"), "pugmark events --did 'iam:*' --limit 500");
        assert_eq!(line("events --limit 5 --failed"), "pugmark events --failed --limit 500");
        assert_eq!(line("events --limit=5"), "pugmark events --limit 500");
        assert_eq!(with_option(&["event".to_owned()], "--all", ""), "pugmark event --all");
    }

    #[test]
    fn the_shell_reads_back_what_was_meant() {
        assert_eq!(quoted("iam:CreateUser"), "iam:CreateUser");
        assert_eq!(quoted("iam:*"), "'iam:*'");
        assert_eq!(quoted("it's; $(x)"), r"'it'\''s; $(x)'");
        assert_eq!(quoted(""), "''");
    }
}
