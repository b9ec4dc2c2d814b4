//! A signature read from a request and not yet believed.

use std::borrow::Cow;
use std::fmt;
use std::hint::black_box;

use super::derived_keys::fingerprint;
use super::moment::Moment;
use super::payload::{self, Stated};
use super::{
    ChunkSigner, Credential, DerivedKeys, Error, Promise, Proof, S3, SecretKey, Skew,
    authorization, canonical, key, presigned,
};
use crate::request::Request;

/// A secret as long as AWS's; no request can be signed with it usefully, because the answer is an
/// error either way.
const DECOY: &str = "0000000000000000000000000000000000000000";

/// What a request says about its signature. Well formed, but anyone may have written it.
pub struct Claimed<'a> {
    pub(super) credential: Credential,
    pub(super) signed_headers: Cow<'a, str>,
    pub(super) signature: [u8; 32],
    pub(super) session_token: Option<Cow<'a, str>>,
    pub(super) moment: Moment,
    /// `Some` if the request is presigned.
    pub(super) expires_s: Option<u32>,
}

/// Reads the signature of a request, from its header or its query string; `None` if it has none
/// at all.
pub fn parse(request: &Request) -> Result<Option<Claimed<'_>>, Error> {
    let mut headers = request.values("authorization");
    match (headers.next(), headers.next(), presigned::is_claimed(request.query())) {
        (None, _, false) if presigned::is_of_version_2(request.query()) => {
            Err(Error::UnsupportedAlgorithm("AWS".to_owned()))
        }
        (None, _, false) => Ok(None),
        (None, _, true) => presigned::parse(request).map(Some),
        (Some(value), None, false) => authorization::parse(request, value).map(Some),
        (Some(_), _, true) => Err(Error::Ambiguous),
        (Some(_), Some(_), false) => Err(Error::Repeated { what: "Authorization" }),
    }
}

/// How a body comes whose request nobody proves: in chunks or not, without a promise.
pub fn unproved_promise(request: &Request) -> Promise {
    let kind = request.header(payload::HEADER).unwrap_or_default();
    match kind.starts_with("STREAMING-") {
        true => Promise::Chunks { signer: None, has_trailer: true },
        false => Promise::Nothing,
    }
}

impl Claimed<'_> {
    /// The key and scope it claims.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The session token of temporary credentials. Checking it is the caller's work; that it was
    /// signed is ours.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Whether the signature came in the query string.
    pub fn presigned(&self) -> bool {
        self.expires_s.is_some()
    }

    /// Proves the claim with the secret of the claimed key, at a time and with a tolerance.
    /// `request` must be the one it was parsed from.
    pub fn verify(
        self,
        request: &Request,
        secret: &SecretKey,
        now_ms: i64,
        skew: Skew,
    ) -> Result<Proof, Error> {
        let text = self.string_to_sign(request, now_ms, skew)?;
        let key = key::derive(secret, &self.credential);
        let verified = key::is_signature(&key, &text, &self.signature);
        self.prove(verified)
    }

    /// Like [`Claimed::verify`], remembering the signing key for the next request in this scope.
    /// A refusal derives the key even if it was remembered: its time does not tell whether the
    /// key is in use.
    pub fn verify_with(
        self,
        request: &Request,
        secret: &SecretKey,
        keys: &DerivedKeys,
        now_ms: i64,
        skew: Skew,
    ) -> Result<Proof, Error> {
        let text = self.string_to_sign(request, now_ms, skew)?;
        let fingerprint = fingerprint(&self.credential, secret);
        if let Some(key) = keys.find(&fingerprint) {
            let verified = key::is_signature(&key, &text, &self.signature);
            if !verified {
                black_box(key::derive(secret, &self.credential));
            }
            return self.prove(verified);
        }
        let key = key::derive(secret, &self.credential);
        let verified = key::is_signature(&key, &text, &self.signature);
        if verified {
            keys.remember(fingerprint, key);
        }
        self.prove(verified)
    }

    /// As [`Claimed::verify_with`], for a request whose body has not come yet: the proof is of its
    /// head alone, and the body must keep the promise. Only S3's requests may be so.
    pub fn verify_head(
        self,
        request: &Request,
        secret: &SecretKey,
        now_ms: i64,
        skew: Skew,
    ) -> Result<(Proof, Promise), Error> {
        skew.check(&self, now_ms)?;
        let service = &self.credential.service;
        if service != S3 {
            return Err(Error::StreamingPayload);
        }
        let (line, stated) = payload::promised(request, self.presigned())?;
        let canonical = canonical::request(request, service, &self.signed_headers, &line)?;
        let text = canonical::string_to_sign(&self.moment, &self.credential, &canonical);
        let key = key::derive(secret, &self.credential);
        let verified = key::is_signature(&key, &text, &self.signature);
        let promise = self.promise(key, stated);
        Ok((self.prove(verified)?, promise))
    }

    fn promise(&self, key: ring::hmac::Key, stated: Stated) -> Promise {
        match stated {
            Stated::Hash(hash) => Promise::Hash(hash),
            Stated::Unsigned => Promise::Nothing,
            Stated::Chunks { are_signed, has_trailer } => {
                let (at, scope) = (self.moment.text(), self.credential.scope());
                let signer = are_signed
                    .then(|| ChunkSigner::new(key, at, &scope, self.signature))
                    .map(Box::new);
                Promise::Chunks { signer, has_trailer }
            }
        }
    }

    /// As [`Claimed::burn`], for a request whose body has not come yet.
    pub fn burn_head(self, request: &Request, now_ms: i64, skew: Skew) -> Error {
        let decoy = SecretKey::new(DECOY.to_owned());
        match black_box(self.verify_head(request, &decoy, now_ms, skew)) {
            Err(Error::SignatureMismatch) | Ok(_) => Error::UnknownKey,
            Err(error) => error,
        }
    }

    /// For a key nobody has: the same work as a refused [`Claimed::verify_with`], and the error
    /// to answer, so that the time of an answer does not tell which keys exist.
    pub fn burn(self, request: &Request, keys: &DerivedKeys, now_ms: i64, skew: Skew) -> Error {
        let decoy = SecretKey::new(DECOY.to_owned());
        let text = match self.string_to_sign(request, now_ms, skew) {
            Ok(text) => text,
            Err(error) => return error,
        };
        black_box(keys.find(&fingerprint(&self.credential, &decoy)));
        let key = key::derive(&decoy, &self.credential);
        black_box(key::is_signature(&key, &text, &self.signature));
        Error::UnknownKey
    }

    /// Checks all that needs no secret: the names of the signed headers, that none is missing
    /// among them, and that scope and date are of one day.
    pub(super) fn checked(self, request: &Request) -> Result<Self, Error> {
        if !self.names().all(is_header_name) || !self.names().is_sorted_by(|a, b| a < b) {
            return Err(Error::Malformed { what: "SignedHeaders" });
        }
        if !self.names().any(|name| name == "host") {
            return Err(Error::UnsignedHeader("host".to_owned()));
        }
        if let Some(unsigned) = self.unsigned(request) {
            return Err(Error::UnsignedHeader(unsigned.to_owned()));
        }
        if self.moment.day() != self.credential.date {
            return Err(self.date_mismatch());
        }
        Ok(self)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    /// A header that says something to an AWS service and is not signed. SDKs leave two of them
    /// out of presigned requests; neither changes what is done.
    fn unsigned<'r>(&self, request: &'r Request) -> Option<&'r str> {
        let harmless: &[&str] = match self.presigned() {
            true => &["x-amz-user-agent", "x-amz-checksum-mode"],
            false => &[],
        };
        let mut names = request.headers.keys().map(http::HeaderName::as_str);
        names.find(|name| {
            let matters = name.starts_with("x-amz-") && !harmless.contains(name);
            matters && !self.names().any(|signed| signed == *name)
        })
    }

    fn date_mismatch(&self) -> Error {
        let (scope, day, at) = (&self.credential.date, self.moment.day(), self.moment.text());
        let scope = crate::rejection::quote(scope);
        Error::scope(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '{scope}' != '{day}', from '{at}'."
        ))
    }

    fn string_to_sign(&self, request: &Request, now: i64, skew: Skew) -> Result<String, Error> {
        skew.check(self, now)?;
        let service = &self.credential.service;
        let payload = payload::line(request, service, self.presigned())?;
        let canonical = canonical::request(request, service, &self.signed_headers, &payload)?;
        Ok(canonical::string_to_sign(&self.moment, &self.credential, &canonical))
    }

    fn prove(self, verified: bool) -> Result<Proof, Error> {
        if verified { Ok(Proof::of(self)) } else { Err(Error::SignatureMismatch) }
    }
}

/// Tokens and signatures stay out of logs.
impl fmt::Debug for Claimed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claimed")
            .field("credential", &self.credential)
            .field("presigned", &self.presigned())
            .finish_non_exhaustive()
    }
}

fn is_header_name(name: &str) -> bool {
    let lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    lower && http::HeaderName::from_bytes(name.as_bytes()).is_ok()
}
