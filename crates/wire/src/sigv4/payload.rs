//! The last line of the canonical request: what the signature says about the body.

use std::borrow::Cow;

use ring::digest::{SHA256, digest};

use super::{Error, S3, presigned};
use crate::hex;
use crate::request::Request;

/// The header (and presigned parameter) in which a client states the hash it signed.
pub(super) const HEADER: &str = "x-amz-content-sha256";
/// Instead of a hash: the body is not signed. S3 only.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The hash of a body, in hexadecimal.
pub(super) fn hash(body: &[u8]) -> String {
    hex::encode(digest(&SHA256, body).as_ref())
}

/// The payload line to verify against. A stated hash must be the hash of the actual body;
/// without one the body is hashed here, so a changed body never passes.
pub(super) fn line<'a>(
    request: &'a Request,
    service: &str,
    is_presigned: bool,
) -> Result<Cow<'a, str>, Error> {
    match stated(request, is_presigned)? {
        None if is_presigned && service == S3 => Ok(Cow::Borrowed(UNSIGNED)),
        None if service == S3 => Err(Error::MissingHash),
        None => Ok(Cow::Owned(hash(&request.body))),
        Some(text) if text == UNSIGNED && service == S3 => Ok(text),
        Some(text) if text == UNSIGNED => Err(Error::UnsignedPayload),
        Some(text) if text.starts_with("STREAMING-") => Err(Error::StreamingPayload),
        Some(text) if *text == hash(&request.body) => Ok(text),
        Some(_) => Err(Error::PayloadMismatch),
    }
}

/// What a signature in its scope says of a body that has not come yet: the payload line to verify
/// against.
pub(super) enum Stated {
    Hash([u8; 32]),
    Unsigned,
    Chunks { are_signed: bool, has_trailer: bool },
}

/// The payload line of a request whose body has not come yet, and what it promises. Only S3 has
/// such requests.
pub(super) fn promised(
    request: &Request,
    is_presigned: bool,
) -> Result<(Cow<'_, str>, Stated), Error> {
    let Some(line) = stated(request, is_presigned)? else {
        return match is_presigned {
            true => Ok((Cow::Borrowed(UNSIGNED), Stated::Unsigned)),
            false => Err(Error::MissingHash),
        };
    };
    let stated = match &*line {
        UNSIGNED => Stated::Unsigned,
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => {
            Stated::Chunks { are_signed: true, has_trailer: false }
        }
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => {
            Stated::Chunks { are_signed: true, has_trailer: true }
        }
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => {
            Stated::Chunks { are_signed: false, has_trailer: true }
        }
        hash => Stated::Hash(hex::decode_32(hash).ok_or(Error::StreamingPayload)?),
    };
    Ok((line, stated))
}

fn stated(request: &Request, is_presigned: bool) -> Result<Option<Cow<'_, str>>, Error> {
    let mut values = request.values(HEADER);
    let in_header = values.next().map(|value| str::from_utf8(value).map(Cow::Borrowed));
    let in_header = in_header.transpose().map_err(|_| Error::PayloadMismatch)?;
    let in_query = match is_presigned {
        true => presigned::parameter(request.query(), "X-Amz-Content-Sha256")?,
        false => None,
    };
    if values.next().is_some() || (in_header.is_some() && in_query.is_some()) {
        return Err(Error::Repeated { what: "x-amz-content-sha256" });
    }
    Ok(in_header.or(in_query))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use http::Method;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn check(stated: &[&str], service: &str, presigned: bool) -> Result<String, Error> {
        let headers: Vec<_> = stated.iter().map(|value| (HEADER, *value)).collect();
        let request = for_tests(Method::PUT, "/", &headers);
        line(&request, service, presigned).map(Cow::into_owned)
    }

    #[test]
    fn hashes_the_body_whether_or_not_a_hash_is_stated() {
        assert_eq!(check(&[], "iam", false).unwrap(), EMPTY);
        assert_eq!(check(&[EMPTY], "iam", false).unwrap(), EMPTY);
        assert_eq!(check(&[], "sts", true).unwrap(), EMPTY);
        assert_eq!(check(&[], S3, false), Err(Error::MissingHash));
    }

    #[test]
    fn refuses_a_hash_of_another_body() {
        let other = EMPTY.replacen('e', "f", 1);
        assert!(matches!(check(&[&other], "iam", false), Err(Error::PayloadMismatch)));
        let upper = EMPTY.to_uppercase();
        assert!(matches!(check(&[&upper], S3, false), Err(Error::PayloadMismatch)));
        assert!(matches!(check(&[EMPTY, EMPTY], S3, false), Err(Error::Repeated { .. })));
    }

    #[test]
    fn only_s3_may_leave_its_body_unsigned() {
        assert_eq!(check(&[UNSIGNED], S3, false).unwrap(), UNSIGNED);
        assert_eq!(check(&[], S3, true).unwrap(), UNSIGNED);
        assert!(matches!(check(&[UNSIGNED], "logs", false), Err(Error::UnsignedPayload)));
        assert!(matches!(check(&[UNSIGNED], "logs", true), Err(Error::UnsignedPayload)));
    }

    #[test]
    fn a_body_to_come_is_promised() {
        let of = |stated: &str| {
            let request = for_tests(Method::PUT, "/", &[(HEADER, stated)]);
            promised(&request, false).map(|(_, stated)| stated)
        };
        assert!(matches!(of(EMPTY), Ok(Stated::Hash(_))));
        assert!(matches!(of(UNSIGNED), Ok(Stated::Unsigned)));
        let chunks = of("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        assert!(matches!(chunks, Ok(Stated::Chunks { are_signed: false, has_trailer: true })));
        for wrong in ["STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "", "0", &EMPTY.to_uppercase()] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        let bare = for_tests(Method::PUT, "/", &[]);
        let nothing = promised(&bare, false);
        assert!(matches!(nothing, Err(Error::MissingHash)));
    }

    #[test]
    fn refuses_chunked_signatures_everywhere() {
        for kind in [
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        ] {
            assert!(matches!(check(&[kind], S3, false), Err(Error::StreamingPayload)));
        }
    }
}
