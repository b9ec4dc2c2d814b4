//! A moment of signing, as text and as milliseconds.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// A moment in ISO 8601's basic format, `20150830T123600Z`, the way SigV4 writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    text: String,
    ms: i64,
}

impl Moment {
    /// Reads the basic format, and nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = <&[u8; 16]>::try_from(text.as_bytes()).ok()?;
        let [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'] = *bytes else {
            return None;
        };
        let year = i16::from(pair(y1, y2)?) * 100 + i16::from(pair(y3, y4)?);
        let date = Date::new(year, pair(m1, m2)?, pair(d1, d2)?).ok()?;
        let time = Time::new(pair(h1, h2)?, pair(n1, n2)?, pair(s1, s2)?, 0).ok()?;
        let at = Offset::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
        Some(Self { text: text.to_owned(), ms: at.as_millisecond() })
    }

    /// Reads a `Date` header (RFC 9110 §5.6.7), which SigV4 accepts in place of `X-Amz-Date`.
    pub(super) fn parse_http(text: &str) -> Option<Self> {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Self::from_ms(at.as_millisecond()))
    }

    /// The second that contains these milliseconds since 1970.
    pub(super) fn from_ms(ms: i64) -> Self {
        let ms = ms.clamp(0, Timestamp::MAX.as_second() * 1_000);
        let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let it = Offset::UTC.to_datetime(at);
        let (year, month, day) = (it.year(), it.month(), it.day());
        let (hour, minute, second) = (it.hour(), it.minute(), it.second());
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        Self { text, ms: ms - ms % 1_000 }
    }

    /// `20150830T123600Z`
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// `20150830`
    pub(super) fn day(&self) -> &str {
        self.text.get(..8).unwrap_or_default()
    }

    /// Milliseconds since 1970.
    pub(super) fn ms(&self) -> i64 {
        self.ms
    }
}

fn pair(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_milliseconds_agree() {
        let moment = Moment::parse("20150830T123600Z").unwrap();
        assert_eq!(moment.ms(), 1_440_938_160_000);
        assert_eq!(moment.day(), "20150830");
        assert_eq!(Moment::from_ms(1_440_938_160_999), moment);
        assert_eq!(Moment::parse_http("Sun, 30 Aug 2015 12:36:00 GMT"), Some(moment));
    }

    #[test]
    fn refuses_other_spellings_and_impossible_dates() {
        for text in [
            "",
            "2015-08-30T12:36:00Z",
            "20150830T123600",
            "20150830T123600z",
            "20150830t123600Z",
            "20150230T123600Z",
            "20151330T123600Z",
            "20150830T240000Z",
            "20150830T126000Z",
            "+0150830T123600Z",
            "2015083 T123600Z",
            "20150830T12360éZ",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moments_beyond_the_calendar_are_held_at_its_ends() {
        assert_eq!(Moment::from_ms(i64::MIN).text(), "19700101T000000Z");
        assert_eq!(Moment::from_ms(i64::MAX).text(), "99991230T220000Z");
    }
}
