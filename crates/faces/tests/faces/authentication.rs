//! Every way in, and every way not to prove who one is: AWS's code for it, no handler, no record.

use crate::house::{House, Key};
use crate::request::{Ask, all, minimal_input};
use crate::triptych::session;
use faces::Service;
use model::resource::KeyStatus;
use model::{Change, Timestamp};
use wire::{Protocol, Request};

/// How a request fails to prove anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unsigned,
    Garbage,
    UnknownKey,
    BadSignature,
    Expired,
    Future,
    WrongRegion,
    WrongService,
    OtherDay,
    DisabledKey,
    SessionWithoutToken,
    WrongToken,
}

use State::*;

const STATES: [State; 12] = [
    Unsigned,
    Garbage,
    UnknownKey,
    BadSignature,
    Expired,
    Future,
    WrongRegion,
    WrongService,
    OtherDay,
    DisabledKey,
    SessionWithoutToken,
    WrongToken,
];

/// AWS's code for each, by family of services.
fn code(state: State, protocol: Protocol) -> &'static str {
    let [json, query, ec2] = match state {
        Unsigned => {
            ["MissingAuthenticationTokenException", "MissingAuthenticationToken", "AuthFailure"]
        }
        Garbage => ["IncompleteSignatureException", "IncompleteSignature", "IncompleteSignature"],
        UnknownKey | DisabledKey | SessionWithoutToken | WrongToken => {
            ["UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"]
        }
        Expired | Future => {
            ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired"]
        }
        BadSignature | WrongRegion | WrongService | OtherDay => {
            ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"]
        }
    };
    match protocol {
        Protocol::Query => query,
        Protocol::Ec2Query => ec2,
        Protocol::RestXml => s3(state),
        _ => json,
    }
}

fn s3(state: State) -> &'static str {
    match state {
        Unsigned => "AccessDenied",
        UnknownKey | DisabledKey | SessionWithoutToken | WrongToken => "InvalidAccessKeyId",
        Expired | Future => "RequestTimeTooSkewed",
        BadSignature => "SignatureDoesNotMatch",
        Garbage | WrongRegion | WrongService | OtherDay => "AuthorizationHeaderMalformed",
    }
}

struct Keys {
    admin: Key,
    unknown: Key,
    disabled: Key,
    session: Key,
}

impl Keys {
    fn of(house: &House) -> Self {
        let state = house.engine.state();
        let mut off = state.access_key(&house.admin.id).unwrap().clone();
        off.id = "AKIADISABLED00000000".to_owned();
        off.status = KeyStatus::Inactive;
        house.change(Change::AccessKeyPut(off));
        Self {
            admin: house.admin.clone(),
            unknown: Key::new("AKIANOBODY0000000000", "secret"),
            disabled: Key::new("AKIADISABLED00000000", "secret"),
            session: session(house),
        }
    }
}

fn request(ask: &Ask, state: State, keys: &Keys, now: Timestamp) -> Request {
    let mut ask = ask.clone();
    let later = |minutes: i64| Timestamp(now.0 + minutes * 60_000);
    match state {
        Unsigned => ask.unsigned(),
        Garbage => ask.with("authorization", "Basic YTpi").unsigned(),
        UnknownKey => ask.signed(&keys.unknown, now),
        BadSignature => {
            let mut request = ask.signed(&keys.admin, now);
            request.target.push_str("?x=y");
            request
        }
        Expired => ask.signed(&keys.admin, later(-16)),
        Future => ask.signed(&keys.admin, later(16)),
        WrongRegion => {
            ask.region = "US_EAST".to_owned();
            ask.signed(&keys.admin, now)
        }
        WrongService => {
            ask.service = "braket".to_owned();
            ask.signed(&keys.admin, now)
        }
        OtherDay => {
            let mut request = ask.signed(&keys.admin, now);
            let other = "20200101T000000Z".parse().unwrap();
            request.headers.insert("x-amz-date", other);
            request
        }
        DisabledKey => ask.signed(&keys.disabled, now),
        SessionWithoutToken => {
            let mut key = keys.session.clone();
            key.token = None;
            ask.signed(&key, now)
        }
        WrongToken => {
            let mut key = keys.session.clone();
            key.token = Some("AAAA".repeat(40));
            ask.signed(&key, now)
        }
    }
}

/// An address alone means S3 only to whoever signs for S3, or for nothing.
fn states(service: &Service) -> impl Iterator<Item = State> {
    let is_s3 = service.protocol() == Protocol::RestXml;
    STATES.into_iter().filter(move |state| !(is_s3 && matches!(state, WrongService)))
}

#[test]
fn every_route_refuses_every_bad_credential() {
    let house = House::new();
    let keys = Keys::of(&house);
    let before = house.records().len();
    for (service, operation) in all() {
        let ask = Ask::new(service.name, operation, minimal_input(service.name, operation));
        for state in states(service) {
            let response = house.send(request(&ask, state, &keys, house.env.now()));
            let body = String::from_utf8(response.body.to_vec()).unwrap();
            let code = code(state, service.protocol());
            assert!(response.status.is_client_error(), "{operation} {state:?}: {body}");
            let quoted = [format!("\"{code}\""), format!("<Code>{code}</Code>")];
            let header = response.header("x-amzn-errortype").unwrap_or_default().to_owned();
            let body = format!("{body}{header:?}");
            let named = quoted.iter().any(|quoted| body.contains(quoted.as_str()));
            assert!(named, "{operation} {state:?} wants {code}: {body}");
        }
    }
    assert_eq!(house.records().len(), before, "a refusal left a record");
    let refused: usize = all().map(|(service, _)| states(service).count()).sum();
    let metrics = house.door.metrics();
    let lines = metrics.lines().filter(|line| line.starts_with("pugmark_authentication_fail"));
    let counted = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok());
    assert_eq!(counted.sum::<usize>(), refused, "{metrics}");
}

#[test]
fn a_service_that_is_not_built_needs_a_signature_too() {
    let house = House::new();
    let ask = Ask::plain("POST", "/", "braket");
    let response = house.send(ask.unsigned());
    assert_eq!(response.status.as_u16(), 403);
    let response = house.send(ask.signed(&Key::new("AKIANOBODY0000000000", "s"), house.env.now()));
    assert!(response.status.is_client_error());
    assert!(house.records().is_empty());
}

#[test]
fn five_minutes_of_skew_are_forgiven() {
    let house = House::new();
    let ask = Ask::new("sts", "GetCallerIdentity", "");
    for minutes in [-5, 5] {
        let at = Timestamp(house.env.now().0 + minutes * 60_000);
        let response = house.send(ask.signed(&house.admin, at));
        assert_eq!(response.status.as_u16(), 200, "{minutes} minutes");
    }
}

#[test]
fn a_session_ends() {
    let house = House::new();
    let key = session(&house);
    let ask = Ask::new("sts", "GetCallerIdentity", "");
    let send = || house.send(ask.signed(&key, house.env.now()));
    assert_eq!(send().status.as_u16(), 200);
    house.env.advance(43_201_000);
    let response = send();
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    assert!(body.contains("<Code>ExpiredToken</Code>"), "{body}");
}

#[test]
fn neither_body_nor_query_of_a_signed_request_can_be_exchanged() {
    let house = House::new();
    let ask = Ask::new("cloudtrail", "LookupEvents", r#"{"MaxResults":1}"#);
    let mut request = ask.signed(&house.admin, house.env.now());
    request.body = r#"{"MaxResults":2}"#.as_bytes().to_vec().into();
    let response = house.send(request);
    assert_eq!(response.header("x-amzn-errortype"), Some("InvalidSignatureException"));
    let ask = Ask::new("sts", "GetCallerIdentity", "");
    let mut request = ask.signed(&house.admin, house.env.now());
    request.body = "Action=GetSessionToken&Version=2011-06-15".as_bytes().to_vec().into();
    assert_eq!(house.send(request).status.as_u16(), 403);
}
