//! Reading JSON where it lies: no tree, no copy. Strict (RFC 8259), depth-bounded.

use std::borrow::Cow;

/// Deepest nesting taken from outside.
pub const DEPTH_MAX: usize = 64;

/// Why bytes are no JSON value, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct JsonError {
    /// What was found wrong.
    pub what: &'static str,
    /// Offset into the text.
    pub at: usize,
}

pub(crate) fn error<T>(what: &'static str, at: usize) -> Result<T, JsonError> {
    Err(JsonError { what, at })
}

/// The offset of the first byte at or after `at` that is no white space.
#[inline]
pub fn skip_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks (in the high bit of each byte) quotes, backslashes and control characters. The lowest
/// mark is exact; marks above it may be false, so only the lowest may be used.
#[inline]
const fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let back = word ^ (ONES * b'\\' as u64);
    let zero_quote = quote.wrapping_sub(ONES) & !quote;
    let zero_back = back.wrapping_sub(ONES) & !back;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (zero_quote | zero_back | control) & HIGHS
}

/// `at` is just behind an opening quote; returns the offset of the closing one.
#[inline]
pub fn string_end(text: &[u8], mut at: usize) -> Result<usize, JsonError> {
    loop {
        while let Some(word) = text.get(at..at + 8) {
            let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
            let marks = special(word);
            if marks != 0 {
                at += marks.trailing_zeros() as usize / 8;
                break;
            }
            at += 8;
        }
        match text.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => at = escape_end(text, at)?,
            Some(0..0x20) => return error("control character in a string", at),
            Some(_) => at += 1,
            None => return error("unterminated string", at),
        }
    }
}

fn escape_end(text: &[u8], at: usize) -> Result<usize, JsonError> {
    match text.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match text.get(at + 2..at + 6) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            _ => error("malformed \\u escape", at),
        },
        _ => error("unknown escape", at),
    }
}

/// `at` is at a digit or `-`; returns the offset behind the number.
pub fn number_end(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let digits = |mut at: usize| {
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let whole = start + usize::from(text.get(start) == Some(&b'-'));
    let mut at = if text.get(whole) == Some(&b'0') { whole + 1 } else { digits(whole) };
    if at == whole {
        return error("malformed number", start);
    }
    if text.get(at) == Some(&b'.') {
        let from = at + 1;
        at = digits(from);
        if at == from {
            return error("malformed number", start);
        }
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let from = at + 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = digits(from);
        if at == from {
            return error("malformed number", start);
        }
    }
    Ok(at)
}

/// `true`, `false` or `null` at `at`; returns the offset behind it.
pub fn word_end(text: &[u8], at: usize) -> Result<usize, JsonError> {
    for word in [&b"true"[..], b"false", b"null"] {
        if text.get(at..at + word.len()) == Some(word) {
            return Ok(at + word.len());
        }
    }
    error("expected a value", at)
}

/// Walks one value that starts at `at` and returns the offset behind it.
pub fn value_end(text: &[u8], at: usize, depth: usize) -> Result<usize, JsonError> {
    match text.get(at) {
        Some(b'"') => Ok(string_end(text, at + 1)? + 1),
        Some(b'{') => object_end(text, at, depth),
        Some(b'[') => array_end(text, at, depth),
        Some(b'-' | b'0'..=b'9') => number_end(text, at),
        _ => word_end(text, at),
    }
}

fn object_end(text: &[u8], start: usize, depth: usize) -> Result<usize, JsonError> {
    let mut members = Members::new(text, start, depth)?;
    while members.next()?.is_some() {}
    Ok(members.at)
}

fn array_end(text: &[u8], start: usize, depth: usize) -> Result<usize, JsonError> {
    let mut items = Items::new(text, start, depth)?;
    while items.next()?.is_some() {}
    Ok(items.at)
}

/// Steps over a separator inside brackets. `true`: another element follows at the new offset.
pub(crate) fn step(text: &[u8], at: &mut usize, first: bool, close: u8) -> Result<bool, JsonError> {
    *at = skip_space(text, *at);
    match text.get(*at) {
        Some(byte) if *byte == close => {
            *at += 1;
            return Ok(false);
        }
        Some(b',') if !first => *at = skip_space(text, *at + 1),
        Some(_) if first => {}
        _ => return error("expected `,` or the closing bracket", *at),
    }
    Ok(true)
}

/// The members of an object, one after the other.
#[derive(Debug)]
pub struct Members<'a> {
    text: &'a [u8],
    /// Offset behind what was read so far; behind the object once it is read.
    pub at: usize,
    depth: usize,
    first: bool,
    done: bool,
}

/// A member: its key as written, and its value.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The key without its quotes, escapes as they stand.
    pub key: &'a [u8],
    /// The value as it stands.
    pub value: &'a [u8],
}

impl<'a> Members<'a> {
    /// Begins at the `{` at `start`.
    pub fn new(text: &'a [u8], start: usize, depth: usize) -> Result<Self, JsonError> {
        if depth >= DEPTH_MAX {
            return error("nested too deeply", start);
        }
        if text.get(start) != Some(&b'{') {
            return error("expected an object", start);
        }
        Ok(Self { text, at: start + 1, depth, first: true, done: false })
    }

    /// The next member, or `None` behind the last.
    #[expect(clippy::should_implement_trait, reason = "a step can fail")]
    pub fn next(&mut self) -> Result<Option<Member<'a>>, JsonError> {
        if self.done || !step(self.text, &mut self.at, self.first, b'}')? {
            self.done = true;
            return Ok(None);
        }
        self.first = false;
        let (key, value_at) = key_at(self.text, self.at)?;
        self.at = value_end(self.text, value_at, self.depth + 1)?;
        let value = self.text.get(value_at..self.at).unwrap_or_default();
        Ok(Some(Member { key, value }))
    }
}

/// Reads `"key" :` at `at`; returns the key and the offset of the value.
#[inline]
pub(crate) fn key_at(text: &[u8], at: usize) -> Result<(&[u8], usize), JsonError> {
    if text.get(at) != Some(&b'"') {
        return error("expected a key", at);
    }
    let end = string_end(text, at + 1)?;
    let colon = skip_space(text, end + 1);
    if text.get(colon) != Some(&b':') {
        return error("expected `:`", colon);
    }
    Ok((text.get(at + 1..end).unwrap_or_default(), skip_space(text, colon + 1)))
}

/// The elements of an array, one after the other.
#[derive(Debug)]
pub struct Items<'a> {
    text: &'a [u8],
    /// Offset behind what was read so far; behind the array once it is read.
    pub at: usize,
    depth: usize,
    first: bool,
    done: bool,
}

impl<'a> Items<'a> {
    /// Begins at the `[` at `start`.
    pub fn new(text: &'a [u8], start: usize, depth: usize) -> Result<Self, JsonError> {
        if depth >= DEPTH_MAX {
            return error("nested too deeply", start);
        }
        if text.get(start) != Some(&b'[') {
            return error("expected an array", start);
        }
        Ok(Self { text, at: start + 1, depth, first: true, done: false })
    }

    /// The next element as it stands, or `None` behind the last.
    #[expect(clippy::should_implement_trait, reason = "a step can fail")]
    pub fn next(&mut self) -> Result<Option<&'a [u8]>, JsonError> {
        if self.done || !step(self.text, &mut self.at, self.first, b']')? {
            self.done = true;
            return Ok(None);
        }
        self.first = false;
        let start = self.at;
        self.at = value_end(self.text, start, self.depth + 1)?;
        Ok(Some(self.text.get(start..self.at).unwrap_or_default()))
    }
}

/// The value of `key` in the object `raw`; `None` where `raw` is no object or lacks it.
pub fn member<'a>(raw: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let mut members = Members::new(raw, 0, 0).ok()?;
    while let Ok(Some(member)) = members.next() {
        if member.key == key.as_bytes() {
            return Some(member.value);
        }
    }
    None
}

/// The value at a dotted path (`a.b.c`) below the object `raw`.
pub fn at_path<'a>(raw: &'a [u8], path: &str) -> Option<&'a [u8]> {
    path.split('.').try_fold(raw, member)
}

/// The elements of the array `raw`; empty where it is none.
pub fn items(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut items = Items::new(raw, 0, 0).ok();
    std::iter::from_fn(move || items.as_mut()?.next().ok()?)
}

/// The text of a JSON string `raw`, quotes included in the input; `None` for other values.
pub fn text(raw: &[u8]) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    unescape(inner)
}

/// Undoes the escapes of a string's inside. `None` for invalid UTF-8; an unpaired surrogate
/// becomes U+FFFD.
pub fn unescape(inner: &[u8]) -> Option<Cow<'_, str>> {
    let inner = std::str::from_utf8(inner).ok()?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut out = String::with_capacity(inner.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = inner;
    while let Some(found) = rest.find('\\') {
        let (plain, escape) = rest.split_at_checked(found)?;
        if !plain.is_empty() {
            flush(&mut units, &mut out);
            out.push_str(plain);
        }
        rest = unescape_one(escape, &mut units, &mut out)?;
    }
    flush(&mut units, &mut out);
    out.push_str(rest);
    Some(Cow::Owned(out))
}

fn unescape_one<'a>(escape: &'a str, units: &mut Vec<u16>, out: &mut String) -> Option<&'a str> {
    let kind = *escape.as_bytes().get(1)?;
    if kind == b'u' {
        units.push(u16::from_str_radix(escape.get(2..6)?, 16).ok()?);
        return escape.get(6..);
    }
    flush(units, out);
    out.push(match kind {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(other),
    });
    escape.get(2..)
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    let chars = char::decode_utf16(units.drain(..));
    out.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> bool {
        value_end(text.as_bytes(), 0, 0) == Ok(text.len())
    }

    #[test]
    fn takes_what_the_rfc_takes() {
        for text in [
            "{}",
            "[]",
            "0",
            "-0",
            "1.5e+9",
            "\"\"",
            "true",
            "null",
            "[1,[2,{\"a\":[]}]]",
            "{ \"a\" : 1 ,\n\"b\":[ ] }",
            "\"\\u00e9\\n\\\"\"",
            "\"longer than eight bytes \\\\\"",
        ] {
            assert!(whole(text), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_what_the_rfc_refuses() {
        for text in [
            "",
            "{",
            "[",
            "[1,]",
            "[,1]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "01",
            "1.",
            ".5",
            "1e",
            "-",
            "tru",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\u{1}b\"",
            "[1 2]",
            "nul",
            "\"12345678\u{1f}\"",
            "{\"a\":1 \"b\":2}",
        ] {
            assert!(!whole(text), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(whole(&nested(DEPTH_MAX)));
        assert!(!whole(&nested(DEPTH_MAX + 1)));
        assert!(!whole(&nested(1_000_000)));
    }

    #[test]
    fn reads_paths_and_texts() {
        let raw = br#"{"a":{"b":["x","y\u00e9"]},"c":"\ud83d\ude00 \ud800"}"#;
        let b = at_path(raw, "a.b").unwrap();
        let texts: Vec<_> = items(b).filter_map(text).collect();
        assert_eq!(texts, ["x", "yé"]);
        assert_eq!(text(member(raw, "c").unwrap()).unwrap(), "😀 \u{fffd}");
        assert_eq!(at_path(raw, "a.z"), None);
    }
}
