//! Strangers' text made harmless before it reaches a terminal or a spreadsheet.
//!
//! A user agent, a file name or an error message may hold escape sequences that move the cursor,
//! retitle the window or hide what follows, and cells that a spreadsheet would run as a formula.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a terminal would act on this character instead of showing it: controls (C0, DEL, C1)
/// and those that turn the direction of text or have no width.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// One line of a table: everything that acts is written `\u{1b}`, line ends too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, acts)
}

/// The same for text that may have several lines of its own.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| acts(c) && c != '\n')
}

/// JSON for a terminal: what acts inside a string becomes `\u001b`, which is the same JSON. Line
/// ends between the members stay.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let bad = |c: char| acts(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.chars().any(bad) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if bad(c) {
            json_escape(&mut safe, c);
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn json_escape(safe: &mut String, c: char) {
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        // INVARIANT: writing to a string cannot fail.
        let _ = write!(safe, "\\u{unit:04x}");
    }
}

/// A CSV cell: one that a spreadsheet would take for a formula gets a leading quote.
pub(crate) fn csv(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

fn escaped(text: &str, bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&bad) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if bad(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_speaks_to_the_terminal() {
        assert_eq!(line("\u{1b}]0;pwned\u{7}x\r\ny"), "\\u{1b}]0;pwned\\u{7}x\\u{d}\\u{a}y");
        assert_eq!(line("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(line("user\u{202e}nimda"), "user\\u{202e}nimda");
        assert_eq!(line("Grüße, 東京"), "Grüße, 東京");
        assert_eq!(lines("a\nb\u{8}"), "a\nb\\u{8}");
    }

    #[test]
    fn json_stays_the_same_json() {
        let hostile = "{\"a\":\"\u{9b}31m\u{7f}\u{e0041}\"}";
        let safe = json(hostile);
        assert!(!safe.chars().any(acts), "{safe}");
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(same(hostile), same(&safe));
    }

    #[test]
    fn a_formula_is_shown_not_run() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(csv(text), format!("'{text}"));
        }
        for text in ["", "1=1", "iam:CreateUser", " =1"] {
            assert_eq!(csv(text), text);
        }
    }
}
