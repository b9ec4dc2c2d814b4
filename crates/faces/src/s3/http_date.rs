//! Moments as headers have them: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.

use model::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// Seconds since 1970; `None` where it is no date, which is then no condition.
pub(super) fn parse(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// `Sun, 09 Sep 2001 01:46:40 GMT`
pub(super) fn format(at: Timestamp) -> String {
    let seconds = u64::try_from(at.0.div_euclid(1_000)).unwrap_or_default();
    // Years have four digits in this format.
    let seconds = seconds.min(253_402_300_799);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_comes_back() {
        let text = "Sun, 09 Sep 2001 01:46:40 GMT";
        assert_eq!(parse(text), Some(1_000_000_000));
        assert_eq!(format(Timestamp(1_000_000_000_999)), text);
        assert_eq!(parse("yesterday"), None);
        assert_eq!(format(Timestamp(i64::MIN)), "Thu, 01 Jan 1970 00:00:00 GMT");
        format(Timestamp(i64::MAX));
    }
}
