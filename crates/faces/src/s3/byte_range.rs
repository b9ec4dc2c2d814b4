//! Which bytes of an object are asked for: <https://www.rfc-editor.org/rfc/rfc9110#section-14>.

use super::code::Code;
use super::error::Error;
use std::ops::Range;

/// The bytes of `Range`, of an object of this size. `None`: all of them, also where the header
/// asks for several ranges or is none, which S3 passes over.
pub(super) fn parse(header: Option<&str>, size: u64) -> Result<Option<Range<u64>>, Error> {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Ok(None);
    };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else {
        return Ok(None);
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.trim().is_empty() => first..size,
        (None, Some(suffix)) if first.trim().is_empty() => size.saturating_sub(suffix)..size,
        _ => return Ok(None),
    };
    if range.is_empty() {
        let error = Code::InvalidRange.error().about("RangeRequested", spec);
        return Err(error.about("ActualObjectSize", &size.to_string()));
    }
    Ok(Some(range))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `bytes 0-9/10`
pub(super) fn content(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_cut_to_the_object() {
        let of = |text: &str, size| parse(Some(text), size).unwrap();
        assert_eq!(of("bytes=0-4", 10), Some(0..5));
        assert_eq!(of("bytes=5-", 10), Some(5..10));
        assert_eq!(of("bytes=-3", 10), Some(7..10));
        assert_eq!(of("bytes=-30", 10), Some(0..10));
        assert_eq!(of("bytes=2-99", 10), Some(2..10));
        assert_eq!(of(&format!("bytes=0-{}", u64::MAX), 10), Some(0..10));
    }

    #[test]
    fn what_is_no_single_range_is_passed_over() {
        for text in ["bytes=0-1,3-4", "bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=", "bytes=-"] {
            assert_eq!(parse(Some(text), 10).unwrap(), None, "{text}");
        }
        assert_eq!(parse(None, 10).unwrap(), None);
    }

    #[test]
    fn a_range_behind_the_end_is_refused() {
        for (text, size) in
            [("bytes=10-", 10), ("bytes=10-20", 10), ("bytes=0-", 0), ("bytes=-0", 9)]
        {
            assert!(parse(Some(text), size).is_err(), "{text} of {size}");
        }
    }
}
