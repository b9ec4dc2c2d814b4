//! AWS's own signer, `aws-sigv4`, as the oracle; and the few keys the tests know.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningInstructions, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use wire::Request;
use wire::sigv4::{Error, Proof, SecretKey, Skew, parse};

pub(crate) const KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z
pub(crate) const NOW_MS: i64 = 1_440_938_160_000;
pub(crate) const HOST: &str = "127.0.0.1:4610";

/// Who signs, for what, and where the signature goes.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) token: Option<String>,
    pub(crate) region: String,
    pub(crate) service: String,
    /// `Some` for a presigned request.
    pub(crate) expires_s: Option<u64>,
}

impl Signer {
    pub(crate) fn new(service: &str) -> Self {
        let (region, service) = ("us-east-1".to_owned(), service.to_owned());
        Self { token: None, region, service, expires_s: None }
    }

    /// The request as AWS's signer leaves it, and the signature it made.
    pub(crate) fn sign(&self, request: &Request) -> (Request, String) {
        let credentials = Credentials::new(KEY_ID, SECRET, self.token.clone(), None, "test");
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(UNIX_EPOCH + Duration::from_millis(NOW_MS as u64))
            .settings(self.settings())
            .build()
            .unwrap();
        let uri = format!("http://{HOST}{}", request.target);
        let headers = request.headers.iter().map(|(k, v)| (k.as_str(), v.to_str().unwrap()));
        let body = match self.is_s3() && self.expires_s.is_some() {
            true => SignableBody::UnsignedPayload,
            false => SignableBody::Bytes(&request.body),
        };
        let signable = SignableRequest::new(request.method.as_str(), uri, headers, body).unwrap();
        let (instructions, signature) = sign(signable, &params.into()).unwrap().into_parts();
        (apply(request, &instructions), signature)
    }

    fn settings(&self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        settings.session_token_mode = SessionTokenMode::Include;
        if self.is_s3() {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if let Some(seconds) = self.expires_s {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_secs(seconds));
        }
        settings
    }

    fn is_s3(&self) -> bool {
        self.service == "s3"
    }
}

fn apply(request: &Request, instructions: &SigningInstructions) -> Request {
    let mut signed = request.clone();
    for (name, value) in instructions.headers() {
        let name = HeaderName::try_from(name).unwrap();
        signed.headers.insert(name, value.parse().unwrap());
    }
    for (name, value) in instructions.params() {
        match signed.target.contains('?') {
            false => signed.target.push('?'),
            true if signed.target.ends_with('?') => {}
            true => signed.target.push('&'),
        }
        signed.target.push_str(&format!("{name}={}", encode(value)));
    }
    signed
}

/// Percent-encodes everything that is not unreserved; written apart from the one under test.
pub(crate) fn encode(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in [("host", HOST)].iter().chain(headers) {
        let name = HeaderName::try_from(*name).unwrap();
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Request {
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        target: target.to_owned(),
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
        peer: [127, 0, 0, 1].into(),
        tls: None,
    }
}

pub(crate) fn secret() -> SecretKey {
    SecretKey::new(SECRET.to_owned())
}

/// What the door does: parse, look the key up, verify.
pub(crate) fn verify_at(request: &Request, now_ms: i64) -> Result<Proof, Error> {
    let claimed = parse(request)?.ok_or(Error::MissingToken)?;
    if claimed.credential().access_key_id != KEY_ID {
        return Err(Error::UnknownKey);
    }
    claimed.verify(request, &secret(), now_ms, Skew::DEFAULT)
}

pub(crate) fn verify(request: &Request) -> Result<Proof, Error> {
    verify_at(request, NOW_MS)
}
