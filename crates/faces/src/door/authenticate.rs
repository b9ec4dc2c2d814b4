//! Step 2: who asks?
//!
//! AWS's own codes go back; the cause goes to the server's log. Unknown keys cost as much time as
//! known ones, so that the time of a refusal tells nothing.

use super::identity;
use super::route::Route;
use super::{Caller, DevMode, Door, Verified};
use crate::limits::{REGION_BYTES_MAX, USER_AGENT_BYTES_MAX};
use engine::KeyError;
use model::{Identity, Timestamp};
use wire::sigv4::{self, Claimed, Credential, Promise, SecretKey, Skew};
use wire::{Fault, Protocol, Request};

/// The region of requests that have no scope.
const UNSIGNED_REGION: &str = "us-east-1";

/// Somebody who did not prove who they are.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) fault: Fault,
    /// The key they claim, if they claim one.
    pub(super) key_id: String,
    /// For the log alone.
    pub(super) cause: String,
    pub(super) peer: String,
}

/// Why, and of which key.
struct Cause {
    error: sigv4::Error,
    key: Option<KeyError>,
}

/// The time, and how far a client's may be from it.
#[derive(Clone, Copy)]
struct Moment {
    now: Timestamp,
    skew: Skew,
}

impl Moment {
    fn of(route: &Route, now: Timestamp) -> Self {
        let is_s3 = route.protocol == Protocol::RestXml;
        Self { now, skew: if is_s3 { Skew::S3 } else { Skew::DEFAULT } }
    }
}

impl From<sigv4::Error> for Cause {
    fn from(error: sigv4::Error) -> Self {
        Self { error, key: None }
    }
}

impl Door {
    /// Proves who sent the request. Only here is a [`Caller`] made.
    pub(super) fn authenticate(
        &self,
        request: &Request,
        route: &Route,
    ) -> Result<Caller, Box<Refusal>> {
        let now = self.now();
        if let Some(mode) = route.unsigned {
            let (identity, verified) = self.waive("", mode);
            return Ok(self.caller(request, identity, verified, UNSIGNED_REGION, now));
        }
        let claimed = claimed(request, route)?;
        let credential = claimed.credential().clone();
        let (identity, verified) = self
            .prove(claimed, request, Moment::of(route, now))
            .map_err(|cause| refusal(request, route, cause, &credential.access_key_id))?;
        Ok(self.caller(request, identity, verified, &credential.region, now))
    }

    /// As [`Door::authenticate`], for a request whose body has not come: what is proved is its
    /// head, and what the body is promised to be.
    pub(super) fn authenticate_head(
        &self,
        head: &Request,
        route: &Route,
    ) -> Result<(Caller, Promise), Box<Refusal>> {
        let now = self.now();
        let claimed = claimed(head, route)?;
        let credential = claimed.credential().clone();
        let proved = self.prove_head(claimed, head, Moment::of(route, now));
        let (identity, verified, promise) = match (proved, self.settings.dev) {
            (Err(_), Some(mode)) => {
                let (identity, verified) = self.waive(&credential.access_key_id, mode);
                (identity, verified, sigv4::unproved_promise(head))
            }
            (proved, _) => {
                proved.map_err(|cause| refusal(head, route, cause, &credential.access_key_id))?
            }
        };
        let caller = self.caller(head, identity, verified, &credential.region, now);
        Ok((caller, promise))
    }

    fn prove_head(
        &self,
        claimed: Claimed<'_>,
        head: &Request,
        Moment { now, skew }: Moment,
    ) -> Result<(Identity, Verified, Promise), Cause> {
        let key_id = &claimed.credential().access_key_id;
        let resolved = match self.engine.resolve_key(key_id, claimed.session_token()) {
            Ok(resolved) => resolved,
            Err(key) => return Err(Cause::of_key(key, claimed.burn_head(head, now.0, skew))),
        };
        let secret = SecretKey::new(resolved.secret.expose().to_owned());
        let (proof, promise) = claimed.verify_head(head, &secret, now.0, skew)?;
        Ok((resolved.identity, Verified::Signed(proof), promise))
    }

    fn caller(
        &self,
        request: &Request,
        identity: Identity,
        verified: Verified,
        region: &str,
        at: Timestamp,
    ) -> Caller {
        let inner = model::Caller {
            identity,
            region: region.to_owned(),
            source_ip: request.peer.to_canonical().to_string(),
            user_agent: user_agent(request),
            secure: request.tls.is_some(),
        };
        Caller::new(inner, verified, at, self.engine.env().uuid())
    }

    fn prove(
        &self,
        claimed: Claimed<'_>,
        request: &Request,
        moment: Moment,
    ) -> Result<(Identity, Verified), Cause> {
        let key_id = claimed.credential().access_key_id.clone();
        match (self.prove_signature(claimed, request, moment), self.settings.dev) {
            (Err(_), Some(mode)) => Ok(self.waive(&key_id, mode)),
            (proved, _) => proved,
        }
    }

    fn prove_signature(
        &self,
        claimed: Claimed<'_>,
        request: &Request,
        Moment { now, skew }: Moment,
    ) -> Result<(Identity, Verified), Cause> {
        let key_id = &claimed.credential().access_key_id;
        let resolved = match self.engine.resolve_key(key_id, claimed.session_token()) {
            Ok(resolved) => resolved,
            Err(key) => {
                let error = claimed.burn(request, &self.keys, now.0, skew);
                return Err(Cause::of_key(key, error));
            }
        };
        let secret = SecretKey::new(resolved.secret.expose().to_owned());
        let proof = claimed.verify_with(request, &secret, &self.keys, now.0, skew)?;
        Ok((resolved.identity, Verified::Signed(proof)))
    }

    fn waive(&self, access_key_id: &str, mode: DevMode) -> (Identity, Verified) {
        let default = &self.engine.settings().account;
        let identity = identity::waived(access_key_id, default);
        (identity, Verified::Waived(mode))
    }
}

impl Cause {
    /// A key that may not be used. `error` is what the same signature would have met anyway.
    fn of_key(key: KeyError, error: sigv4::Error) -> Self {
        let error = match (key, error) {
            (KeyError::TokenExpired, sigv4::Error::UnknownKey) => sigv4::Error::ExpiredToken,
            (_, error) => error,
        };
        let key = Some(key);
        Self { error, key }
    }

    fn text(&self) -> String {
        match self.key {
            Some(key) => format!("{}; key: {key:?}", self.error),
            None => self.error.to_string(),
        }
    }
}

/// The signature that a request claims to have, in a scope that fits.
fn claimed<'r>(request: &'r Request, route: &Route) -> Result<Claimed<'r>, Box<Refusal>> {
    let refuse = |error: sigv4::Error, key_id| refusal(request, route, error.into(), key_id);
    let claimed = sigv4::parse(request).map_err(|error| refuse(error, ""))?;
    let claimed = claimed.ok_or_else(|| refuse(sigv4::Error::MissingToken, ""))?;
    let credential = claimed.credential();
    check_scope(credential, route).map_err(|error| refuse(error, &credential.access_key_id))?;
    Ok(claimed)
}

/// The scope must name the service addressed and something that may be a region.
fn check_scope(credential: &Credential, route: &Route) -> Result<(), sigv4::Error> {
    if !is_region(&credential.region) {
        let region = credential.region.get(..REGION_BYTES_MAX);
        let region = region.unwrap_or(&credential.region);
        let message = format!("Credential should be scoped to a valid region, not '{region}'. ");
        return Err(sigv4::Error::InvalidCredentialScope { message });
    }
    let names = route.service.built.map(|service| service.signing_names);
    match names {
        Some(names @ [expected, ..]) if !names.contains(&credential.service.as_str()) => {
            let got = credential.service.clone();
            Err(sigv4::Error::WrongService { expected, got })
        }
        _ => Ok(()),
    }
}

fn is_region(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= REGION_BYTES_MAX && text.bytes().all(letter)
}

fn refusal(request: &Request, route: &Route, cause: Cause, key_id: &str) -> Box<Refusal> {
    Box::new(Refusal {
        fault: cause.error.fault(route.protocol),
        key_id: key_id.chars().take(128).collect(),
        cause: cause.text(),
        peer: request.peer.to_canonical().to_string(),
    })
}

fn user_agent(request: &Request) -> String {
    let raw = request.headers.get("user-agent").map(|value| value.as_bytes());
    let text = String::from_utf8_lossy(raw.unwrap_or_default());
    cut(&text, USER_AGENT_BYTES_MAX).to_owned()
}

/// As much of `text` as fits in `bytes_max`, whole characters only.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}
