//! The signature in the query string: a presigned request.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use std::borrow::Cow;

use super::moment::Moment;
use super::{ALGORITHM, Claimed, Credential, Error};
use crate::hex;
use crate::limits::PRESIGNED_S_MAX;
use crate::percent;
use crate::query_string::pairs;
use crate::rejection::quote;
use crate::request::Request;

/// Parameters any of which makes a request claim to be presigned, in whatever case, so that a
/// half-built signature is refused and not taken for none.
const MARKS: [&str; 5] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// Whether the query string has anything to do with a signature.
pub(super) fn is_claimed(query: &str) -> bool {
    let mut names = pairs(query).map(|(name, _)| percent::decode(name));
    names.any(|name| MARKS.iter().any(|mark| name.eq_ignore_ascii_case(mark.as_bytes())))
}

/// Whether a query string is signed as S3's older version of signatures was: by
/// `AWSAccessKeyId`, `Expires` and `Signature`.
pub(super) fn is_of_version_2(query: &str) -> bool {
    let has =
        |wanted: &str| pairs(query).any(|(name, _)| *percent::decode(name) == *wanted.as_bytes());
    has("AWSAccessKeyId") && has("Signature")
}

/// Reads the claim of a request whose signature is in its query string.
pub(super) fn parse(request: &Request) -> Result<Claimed<'_>, Error> {
    let query = request.query();
    let algorithm = required(query, "X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        return Err(Error::UnsupportedAlgorithm(quote(&algorithm)));
    }
    let date = required(query, "X-Amz-Date")?;
    let claimed = Claimed {
        credential: Credential::parse(&required(query, "X-Amz-Credential")?)?,
        signed_headers: required(query, "X-Amz-SignedHeaders")?,
        moment: Moment::parse(&date).ok_or(Error::Malformed { what: "X-Amz-Date" })?,
        expires_s: Some(expires_s(&required(query, "X-Amz-Expires")?)?),
        session_token: parameter(query, "X-Amz-Security-Token")?,
        signature: hex::decode_32(&required(query, "X-Amz-Signature")?)
            .ok_or(Error::SignatureMismatch)?,
    };
    if request.headers.contains_key("x-amz-security-token") {
        return Err(Error::Repeated { what: "x-amz-security-token" });
    }
    claimed.checked(request)
}

/// A parameter's decoded value, if it occurs; once at most.
pub(super) fn parameter<'a>(
    query: &'a str,
    name: &'static str,
) -> Result<Option<Cow<'a, str>>, Error> {
    let mut values = pairs(query).filter(|(it, _)| percent::decode(it) == name.as_bytes());
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(Error::Repeated { what: name }),
        (Some((_, value)), None) if value.contains('%') => {
            let text = percent::decode_text(value).ok_or(Error::Malformed { what: name })?;
            Ok(Some(Cow::Owned(text)))
        }
        (Some((_, value)), None) => Ok(Some(Cow::Borrowed(value))),
    }
}

fn required<'a>(query: &'a str, name: &'static str) -> Result<Cow<'a, str>, Error> {
    parameter(query, name)?.ok_or(Error::IncompleteQuery { what: name })
}

/// One second to seven days, in plain digits.
fn expires_s(text: &str) -> Result<u32, Error> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.filter(|it| (1..=PRESIGNED_S_MAX).contains(it)).ok_or(Error::ExpiresOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_version_is_known_by_two_of_its_parameters() {
        assert!(is_of_version_2("AWSAccessKeyId=AKIA&Signature=a%2Bb%3D&Expires=1790000000"));
        for other in ["", "Signature=x", "AWSAccessKeyId=AKIA", "X-Amz-Signature=0", "prefix=a"] {
            assert!(!is_of_version_2(other), "{other}");
        }
    }

    #[test]
    fn lives_one_second_to_seven_days() {
        assert_eq!(expires_s("1").unwrap(), 1);
        assert_eq!(expires_s("604800").unwrap(), 604_800);
        for text in ["", "0", "604801", "-1", "+1", "1.5", "99999999999", "1 "] {
            assert!(expires_s(text).is_err(), "{text}");
        }
    }

    #[test]
    fn half_a_signature_is_still_a_claim() {
        for query in ["X-Amz-Credential=a", "a&x-amz-signature=", "X%2dAmz-Algorithm"] {
            assert!(is_claimed(query), "{query}");
        }
        for query in ["", "X-Amz-Date=1", "Action=X-Amz-Signature"] {
            assert!(!is_claimed(query), "{query}");
        }
    }

    #[test]
    fn a_parameter_occurs_once_however_it_is_spelt() {
        let twice = parameter("X-Amz-Date=1&X%2DAmz-Date=1", "X-Amz-Date");
        assert!(matches!(twice, Err(Error::Repeated { .. })));
        let once = parameter("X%2DAmz-Date=%41", "X-Amz-Date").unwrap();
        assert_eq!(once.as_deref(), Some("A"));
    }
}
