//! Signing: the other side of the check, for our own client and for tests.

use http::{HeaderName, HeaderValue};

use super::moment::Moment;
use super::{ALGORITHM, Credential, S3, SecretKey, canonical, key, payload};
use crate::hex;
use crate::request::Request;

/// Headers that proxies and HTTP libraries change on the way, so nobody signs them.
const NEVER_SIGNED: [&str; 7] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// A key and the scope to sign for.
#[derive(Clone, Copy, Debug)]
pub struct SigningKey<'a> {
    /// The access key id.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a SecretKey,
    /// The token of temporary credentials.
    pub session_token: Option<&'a str>,
    /// The region to sign for.
    pub region: &'a str,
    /// The signing name of the service.
    pub service: &'a str,
}

/// Adds `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` (and for S3
/// `X-Amz-Content-Sha256`), replacing those of an earlier attempt.
///
/// The request must already carry `Host` and everything else that is to be signed. A token or
/// name that cannot stand in a header is left out, and the server will refuse the request.
pub fn sign(request: &mut Request, key: &SigningKey<'_>, now_ms: i64) {
    let at = Moment::from_ms(now_ms);
    let credential = Credential {
        access_key_id: key.access_key_id.to_owned(),
        date: at.day().to_owned(),
        region: key.region.to_owned(),
        service: key.service.to_owned(),
    };
    let hash = payload::hash(&request.body);
    set(request, "x-amz-date", Some(at.text()));
    set(request, "x-amz-security-token", key.session_token);
    if key.service == S3 {
        set(request, payload::HEADER, Some(&hash));
    }
    let value = authorization(request, &credential, key.secret, &at, &hash);
    set(request, "authorization", Some(&value));
}

fn authorization(
    request: &Request,
    credential: &Credential,
    secret: &SecretKey,
    at: &Moment,
    hash: &str,
) -> String {
    let names = signed_headers(request);
    // Fails only for a header that is not there, and every name was read from the request.
    let canonical = canonical::request(request, &credential.service, &names, hash);
    let text = canonical::string_to_sign(at, credential, &canonical.unwrap_or_default());
    let tag = key::signature(&key::derive(secret, credential), &text);
    let (key_id, scope) = (&credential.access_key_id, credential.scope());
    let signature = hex::encode(tag.as_ref());
    format!("{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn signed_headers(request: &Request) -> String {
    let all = request.headers.keys().map(HeaderName::as_str);
    let mut names: Vec<&str> = all.filter(|name| !NEVER_SIGNED.contains(name)).collect();
    names.sort_unstable();
    names.join(";")
}

fn set(request: &mut Request, name: &'static str, value: Option<&str>) {
    request.headers.remove(name);
    let value = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
    if let Some(value) = value {
        request.headers.insert(HeaderName::from_static(name), value);
    }
}
