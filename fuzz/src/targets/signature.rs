//! AWS Signature Version 4 over a request made of the bytes.
//!
//! Claims: nothing verifies with a key it was not signed with; what our client signs, our server
//! takes or refuses for what it says, never for a wrong signature; once signed, no other body and
//! no other method passes; two ways of checking agree.

use crate::http_text;
use bytes::Bytes;
use http::Method;
use wire::Request;
use wire::sigv4::{self, Claimed, DerivedKeys, Error, SecretKey, SigningKey, Skew};

/// 2026-09-21T14:13:20Z.
const NOW_MS: i64 = 1_790_000_000_000;
/// Accepts every time, so that what follows it is reached.
const ANY_TIME: Skew = Skew { max_ms: i64::MAX / 4 };
const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

pub(crate) fn run(data: &[u8]) {
    let Some(mut request) = http_text::parse(data) else { return };
    let _ = wire::route::claim(&request);
    forged(&request);
    // Chosen by the request itself, so that both are met.
    let service = if data.len().is_multiple_of(3) { "s3" } else { "cloudtrail" };
    signed(&mut request, service);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let scope = format!("{KEY_ID}/20260921/us-east-1/cloudtrail/aws4_request");
    let zeros = "0".repeat(64);
    let encoded = scope.replace('/', "%2F");
    let header = format!(
        "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={zeros}"
    );
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={encoded}&X-Amz-Date=20260921T141320Z\
         &X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature={zeros}"
    );
    let mut seeds = vec![
        format!(
            "POST / HTTP/1.1\nhost: a\nx-amz-date: 20260921T141320Z\n\
            authorization: {header}\n\n{{}}"
        ),
        format!("GET /?Action=GetCallerIdentity&{query} HTTP/1.1\nhost: a\n\n"),
        "PUT /a%20b/../c//d?x=%2f&y&x=1+2 HTTP/1.1\nhost: a:1\n\
            x-amz-content-sha256: UNSIGNED-PAYLOAD\n\nq"
            .to_owned(),
        "GET /%C3%A9/~_-.?b=&a=%7E HTTP/1.1\nHost: a\nx-a:  two   words \n\
            x-a: again\n\n"
            .to_owned(),
    ];
    seeds.extend(crate::example::REQUESTS.map(str::to_owned));
    seeds.into_iter().map(String::into_bytes).collect()
}

fn secret(text: &str) -> SecretKey {
    SecretKey::new(text.to_owned())
}

/// Whoever wrote the signature did not know this secret.
fn forged(request: &Request) {
    let parsed = || sigv4::parse(request).ok().flatten();
    let Some(claimed) = parsed() else { return };
    let _ = (format!("{claimed:?}"), claimed.session_token(), claimed.presigned());
    let unknown = secret("a secret that nobody signs with");
    let keys = DerivedKeys::default();
    let slow = claimed.verify(request, &unknown, NOW_MS, ANY_TIME).err();
    let quick =
        parsed().and_then(|it| it.verify_with(request, &unknown, &keys, NOW_MS, ANY_TIME).err());
    let slow = slow.expect("a forged signature was taken");
    assert_eq!(Some(slow.to_string()), quick.map(|error| error.to_string()));
    assert!(keys.is_empty(), "a forgery's key is remembered");
    let burnt = parsed().map(|it| it.burn(request, &keys, NOW_MS, ANY_TIME));
    assert!(burnt.is_some());
}

fn signed(request: &mut Request, service: &str) {
    let right = secret("the right secret");
    let key = SigningKey {
        access_key_id: KEY_ID,
        secret: &right,
        session_token: None,
        region: "us-east-1",
        service,
    };
    sigv4::sign(request, &key, NOW_MS);
    let Ok(Some(claimed)) = sigv4::parse(request) else { return };
    match claimed.verify(request, &right, NOW_MS, Skew::DEFAULT) {
        Ok(_) => nothing_else_passes(request, &right),
        Err(Error::SignatureMismatch) => panic!("what was signed here does not verify"),
        Err(_) => {}
    }
}

fn nothing_else_passes(request: &Request, right: &SecretKey) {
    let verified = |changed: &Request, secret: &SecretKey| {
        let claimed: Option<Claimed<'_>> = sigv4::parse(changed).ok().flatten();
        claimed.is_some_and(|it| it.verify(changed, secret, NOW_MS, Skew::DEFAULT).is_ok())
    };
    assert!(!verified(request, &secret("another secret")));
    let longer = [&request.body[..], b"x"].concat();
    let changed = Request { body: Bytes::from(longer), ..request.clone() };
    assert!(!verified(&changed, right), "another body passes");
    let method = if request.method == Method::GET { Method::DELETE } else { Method::GET };
    assert!(!verified(&Request { method, ..request.clone() }, right), "another method passes");
    let target = match request.target.split_once('?') {
        Some((path, query)) => format!("{path}zz?{query}"),
        None => format!("{}zz", request.target),
    };
    assert!(!verified(&Request { target, ..request.clone() }, right), "another path passes");
}
