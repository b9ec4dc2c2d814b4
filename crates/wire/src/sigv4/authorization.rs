//! The signature in the `Authorization` header.
//!
//! `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; see
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>.

use std::borrow::Cow;

use super::moment::Moment;
use super::{ALGORITHM, Claimed, Credential, Error};
use crate::hex;
use crate::rejection::quote;
use crate::request::Request;

/// The three fields, each present exactly once.
struct Fields<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// Reads the claim of a request whose only `Authorization` header is `value`.
pub(super) fn parse<'a>(request: &'a Request, value: &'a [u8]) -> Result<Claimed<'a>, Error> {
    let value = str::from_utf8(value).map_err(|_| Error::Malformed { what: "Authorization" })?;
    let (algorithm, rest) = value.split_once(' ').unwrap_or((value, ""));
    if algorithm != ALGORITHM {
        return Err(Error::UnsupportedAlgorithm(quote(algorithm)));
    }
    let fields = Fields::parse(rest)?;
    let signature = hex::decode_32(fields.signature).ok_or(Error::SignatureMismatch)?;
    let claimed = Claimed {
        credential: Credential::parse(fields.credential)?,
        signed_headers: Cow::Borrowed(fields.signed_headers),
        signature,
        session_token: single(request, "x-amz-security-token")?.map(Cow::Borrowed),
        moment: moment(request)?,
        expires_s: None,
    };
    claimed.checked(request)
}

impl<'a> Fields<'a> {
    fn parse(text: &'a str) -> Result<Self, Error> {
        let [mut credential, mut signed_headers, mut signature] = [None; 3];
        for piece in text.split(',') {
            let (name, value) = piece.trim().split_once('=').unwrap_or((piece, ""));
            let field = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(Error::Malformed { what: "Authorization" });
                }
            };
            if field.replace(value).is_some() {
                return Err(Error::Repeated { what: "Authorization" });
            }
        }
        Ok(Self {
            credential: credential.ok_or(Error::Incomplete { what: "Credential" })?,
            signed_headers: signed_headers.ok_or(Error::Incomplete { what: "SignedHeaders" })?,
            signature: signature.ok_or(Error::Incomplete { what: "Signature" })?,
        })
    }
}

/// `X-Amz-Date`, or without it the `Date` header.
fn moment(request: &Request) -> Result<Moment, Error> {
    if let Some(text) = single(request, "x-amz-date")? {
        return Moment::parse(text).ok_or(Error::Malformed { what: "X-Amz-Date" });
    }
    let text = single(request, "date")?.ok_or(Error::Incomplete { what: "X-Amz-Date" })?;
    let moment = Moment::parse_http(text).or_else(|| Moment::parse(text));
    moment.ok_or(Error::Malformed { what: "Date" })
}

/// A header that may occur once at most.
fn single<'a>(request: &'a Request, name: &'static str) -> Result<Option<&'a str>, Error> {
    let mut values = request.values(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(Error::Repeated { what: name }),
        (Some(value), None) => {
            let text = str::from_utf8(value).map_err(|_| Error::Malformed { what: name })?;
            Ok(Some(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use http::Method;

    const SCOPE: &str = "AKID/20150830/us-east-1/iam/aws4_request";

    fn check(authorization: &str) -> Result<(), Error> {
        let headers = [("host", "h"), ("x-amz-date", "20150830T123600Z")];
        let request = for_tests(Method::GET, "/", &headers);
        parse(&request, authorization.as_bytes()).map(drop)
    }

    fn with(fields: &str) -> Result<(), Error> {
        check(&format!("AWS4-HMAC-SHA256 {fields}"))
    }

    #[test]
    fn reads_fields_in_any_order_with_or_without_spaces() {
        let (names, signature) = ("host;x-amz-date", "0".repeat(64));
        let credential = format!("Credential={SCOPE}");
        with(&format!("{credential},SignedHeaders={names},Signature={signature}")).unwrap();
        with(&format!("Signature={signature}, SignedHeaders={names},  {credential}")).unwrap();
    }

    #[test]
    fn names_the_field_that_is_missing_or_repeated() {
        let is = |fields: &str, wanted: &str| {
            let text = with(fields).unwrap_err().to_string();
            assert!(text.contains(wanted), "{fields}: {text}");
        };
        is(&format!("Credential={SCOPE}, SignedHeaders=host"), "`Signature`");
        is(&format!("Credential={SCOPE}, Signature=0"), "`SignedHeaders`");
        is("SignedHeaders=host, Signature=0", "`Credential`");
        is("Signature=0, Signature=0", "more than once");
        is("", "not well formed");
        is("Credential=a, b", "not well formed");
    }

    #[test]
    fn refuses_other_schemes() {
        for text in ["", "Basic abc", "Bearer abc", "AWS AKID:sig", "AWS4-ECDSA-P256-SHA256 a=b"] {
            assert!(matches!(check(text), Err(Error::UnsupportedAlgorithm(_))), "{text}");
        }
    }

    #[test]
    fn takes_the_date_header_when_there_is_no_other() {
        let headers = [("date", "Sun, 30 Aug 2015 12:36:00 GMT")];
        let request = for_tests(Method::GET, "/", &headers);
        assert_eq!(moment(&request).unwrap().text(), "20150830T123600Z");
        let none = for_tests(Method::GET, "/", &[]);
        assert!(matches!(moment(&none), Err(Error::Incomplete { what: "X-Amz-Date" })));
    }
}
