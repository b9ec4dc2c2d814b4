//! The canonical request and the string to sign.
//!
//! Both ends must build the same bytes, or nothing verifies; see
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use super::moment::Moment;
use super::{ALGORITHM, Credential, Error, S3, payload};
use crate::percent::{self, Slash, encode};
use crate::query_string::pairs;
use crate::request::Request;

/// The parameter that holds a presigned request's signature and so is not signed itself.
const SIGNATURE: &str = "X-Amz-Signature";

/// Method, path, query, headers, signed header names, payload: one line or block each.
pub(super) fn request(
    request: &Request,
    service: &str,
    signed_headers: &str,
    payload: &str,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(1024);
    line(&mut out, request.method.as_str().as_bytes());
    line(&mut out, path(request.path(), service).as_bytes());
    line(&mut out, query(request.query()).as_bytes());
    for name in signed_headers.split(';') {
        header(&mut out, request, name)?;
    }
    line(&mut out, b"");
    line(&mut out, signed_headers.as_bytes());
    out.extend_from_slice(payload.as_bytes());
    Ok(out)
}

/// Algorithm, moment, scope and the hash of the canonical request.
pub(super) fn string_to_sign(at: &Moment, credential: &Credential, canonical: &[u8]) -> String {
    let (scope, hash) = (credential.scope(), payload::hash(canonical));
    format!("{ALGORITHM}\n{}\n{scope}\n{hash}", at.text())
}

/// S3 names objects by the path as it is, every segment encoded once. Everyone else removes dot
/// segments and empty segments, then encodes what the client had already encoded.
fn path(raw: &str, service: &str) -> String {
    if service != S3 {
        return encode(normalised(raw).as_bytes(), Slash::Keep);
    }
    let segments = raw.split('/').map(|it| encode(&percent::decode(it), Slash::Encode));
    let path = segments.collect::<Vec<_>>().join("/");
    if path.is_empty() { "/".to_owned() } else { path }
}

/// RFC 3986 §5.2.4, and empty segments removed besides. A path that ends in a dot segment ends in
/// a slash.
fn normalised(raw: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut is_folder = false;
    for segment in raw.split('/') {
        is_folder = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let end = if is_folder && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

/// Every parameter but the signature, re-encoded, sorted by encoded name, then encoded value.
fn query(raw: &str) -> String {
    let mut all: Vec<(String, String)> = pairs(raw).map(canonical_pair).collect();
    all.retain(|(name, _)| name != SIGNATURE);
    all.sort();
    let mut out = String::with_capacity(raw.len() + 16);
    for (name, value) in &all {
        let joint = if out.is_empty() { "" } else { "&" };
        out.extend([joint, name, "=", value]);
    }
    out
}

fn canonical_pair((name, value): (&str, &str)) -> (String, String) {
    let both = [name, value].map(|text| encode(&percent::decode(text), Slash::Encode));
    both.into()
}

/// `name:value,value`. A signed header that did not arrive is refused: an empty one is not the
/// same thing.
fn header(out: &mut Vec<u8>, request: &Request, name: &str) -> Result<(), Error> {
    out.extend_from_slice(name.as_bytes());
    let mut joint = b':';
    for value in request.values(name) {
        out.push(joint);
        collapse_into(out, value);
        joint = b',';
    }
    if joint == b':' {
        return Err(Error::SignatureMismatch);
    }
    out.push(b'\n');
    Ok(())
}

/// Trims a header's value and makes each run of spaces one.
fn collapse_into(out: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

fn line(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(text);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use http::Method;

    fn check_path(raw: &str, other: &str, s3: &str) {
        assert_eq!(path(raw, "iam"), other);
        assert_eq!(path(raw, S3), s3);
    }

    #[test]
    fn only_s3_keeps_dots_and_slashes_and_encodes_once() {
        check_path("", "/", "/");
        check_path("/", "/", "/");
        check_path("//a///b/", "/a/b/", "//a///b/");
        check_path("/a/./b/../c", "/a/c", "/a/./b/../c");
        check_path("/../..", "/", "/../..");
        check_path("/a/b/..", "/a/", "/a/b/..");
        check_path("/a/.", "/a/", "/a/.");
        check_path("/a%20b/%E1%88%B4", "/a%2520b/%25E1%2588%25B4", "/a%20b/%E1%88%B4");
        check_path("/a%2fb", "/a%252fb", "/a%2Fb");
        check_path("/a!b", "/a%21b", "/a%21b");
    }

    #[test]
    fn sorts_a_query_by_encoded_name_then_value() {
        assert_eq!(query("b=2&a=2&a=1&A=3"), "A=3&a=1&a=2&b=2");
        assert_eq!(query("a%2Db=%7e&a"), "a=&a-b=~");
        assert_eq!(query("a=%20&a=+"), "a=%20&a=%2B");
        assert_eq!(query("X-Amz-Signature=0&x=1&X%2DAmz-Signature=1"), "x=1");
        assert_eq!(query(""), "");
    }

    #[test]
    fn joins_repeated_headers_and_collapses_spaces() {
        let headers = [("my", "  a   b "), ("my", ""), ("my", "\"c  d\"")];
        let request = for_tests(Method::GET, "/", &headers);
        let mut out = Vec::new();
        header(&mut out, &request, "my").unwrap();
        assert_eq!(str::from_utf8(&out).unwrap(), "my:a b,,\"c d\"\n");
    }

    #[test]
    fn a_signed_header_must_have_arrived() {
        let request = for_tests(Method::GET, "/", &[]);
        assert!(header(&mut Vec::new(), &request, "my").is_err());
    }
}
