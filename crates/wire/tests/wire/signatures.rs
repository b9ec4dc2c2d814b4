//! What AWS's signer signs we accept, and what we sign equals what it signs.

use std::num::NonZeroUsize;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use wire::Request;
use wire::sigv4::{DerivedKeys, Error, SecretKey, SigningKey, Skew, parse, sign};

use crate::oracle::{self, KEY_ID, NOW_MS, Signer, encode, secret, verify};

fn segment() -> impl Strategy<Value = String> {
    let text = "[a-zA-Z0-9 ._~:@!$&'()*+,;=/é%😀-]{0,8}".prop_map(|text| encode(&text));
    prop_oneof![6 => text, 1 => Just(".".to_owned()), 1 => Just("..".to_owned())]
}

fn target() -> impl Strategy<Value = String> {
    let path = vec(segment(), 0..5).prop_map(|segments| format!("/{}", segments.join("/")));
    let name = "[a-zA-Z .~é-]{1,4}".prop_map(|text| encode(&text));
    let value = option::of("[ -~é😀\0\n]{0,8}".prop_map(|text| format!("={}", encode(&text))));
    let pair = (name, value).prop_map(|(name, value)| name + &value.unwrap_or_default());
    (path, vec(pair, 0..6)).prop_map(|(path, pairs)| match pairs.is_empty() {
        true => path,
        false => format!("{path}?{}", pairs.join("&")),
    })
}

fn header() -> impl Strategy<Value = (String, String)> {
    let names = prop_oneof![
        "x-amz-meta-[a-z]{1,3}",
        Just("x-amz-target".to_owned()),
        Just("content-type".to_owned()),
        Just("accept".to_owned()),
        "[a-z]{1,2}-[a-z0-9]{1,3}",
    ];
    (names, "[ -~]{0,16}")
}

prop_compose! {
    fn any_request()(
        method in prop_oneof!["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"],
        target in target(),
        headers in vec(header(), 0..6),
        body in ".{0,64}",
    ) -> Request {
        let headers: Vec<_> = headers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        oracle::request(&method, &target, &headers, &body)
    }
}

prop_compose! {
    fn any_signer()(
        token in option::of("[A-Za-z0-9+/=]{1,40}"),
        region in "[a-z]{2}-[a-z]{4}-[1-9]",
        service in prop_oneof!["s3", "cloudtrail", "logs", "sts", "execute-api"],
        expires_s in option::of(1_u64..604_801),
    ) -> Signer {
        Signer { token, region, service, expires_s }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn accepts_what_awss_signer_signs(request in any_request(), signer in any_signer()) {
        let (signed, _) = signer.sign(&request);
        let claimed = parse(&signed).unwrap().unwrap();
        prop_assert_eq!(claimed.session_token(), signer.token.as_deref());
        prop_assert_eq!(claimed.presigned(), signer.expires_s.is_some());
        let proof = verify(&signed).unwrap();
        prop_assert_eq!(&proof.credential().region, &signer.region);
        prop_assert_eq!(&proof.credential().service, &signer.service);
    }

    #[test]
    fn signs_as_awss_signer_does(request in any_request(), mut signer in any_signer()) {
        signer.expires_s = None;
        let (_, expected) = signer.sign(&request);
        let secret = secret();
        let key = SigningKey {
            access_key_id: KEY_ID,
            secret: &secret,
            session_token: signer.token.as_deref(),
            region: &signer.region,
            service: &signer.service,
        };
        let mut ours = request;
        sign(&mut ours, &key, NOW_MS);
        let authorization = ours.header("authorization").unwrap();
        let (_, signature) = authorization.split_once("Signature=").unwrap();
        prop_assert_eq!(signature, expected);
        prop_assert!(verify(&ours).is_ok());
    }

    #[test]
    fn refuses_every_other_secret(request in any_request(), other in "[ -~]{1,40}") {
        prop_assume!(other != oracle::SECRET);
        let (signed, _) = Signer::new("logs").sign(&request);
        let claimed = parse(&signed).unwrap().unwrap();
        let error = claimed.verify(&signed, &SecretKey::new(other), NOW_MS, Skew::DEFAULT);
        prop_assert_eq!(error.unwrap_err(), Error::SignatureMismatch);
    }
}

#[test]
fn signing_again_replaces_the_earlier_signature() {
    let secret = secret();
    let (session_token, region, service) = (Some("token"), "us-east-1", "logs");
    let key = SigningKey { access_key_id: KEY_ID, secret: &secret, session_token, region, service };
    let mut request = oracle::request("POST", "/", &[("x-amz-target", "Logs.X")], "{}");
    sign(&mut request, &key, NOW_MS - 3_600_000);
    assert!(matches!(verify(&request), Err(Error::Expired { .. })));
    sign(&mut request, &key, NOW_MS);
    assert!(verify(&request).is_ok());
    sign(&mut request, &SigningKey { session_token: None, ..key }, NOW_MS);
    assert!(verify(&request).is_ok());
    assert_eq!(parse(&request).unwrap().unwrap().session_token(), None);
}

#[test]
fn a_remembered_key_gives_the_same_verdicts() {
    let keys = DerivedKeys::new(NonZeroUsize::new(8).unwrap());
    let (good, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &[], ""));
    let mut bad = good.clone();
    bad.target = "/other".to_owned();
    let ask = |request: &Request, secret: &SecretKey| {
        let claimed = parse(request).unwrap().unwrap();
        claimed.verify_with(request, secret, &keys, NOW_MS, Skew::DEFAULT)
    };
    assert_eq!(ask(&bad, &secret()), Err(Error::SignatureMismatch));
    assert!(keys.is_empty(), "a refused signature must leave nothing behind");
    for _ in 0..2 {
        assert!(ask(&good, &secret()).is_ok());
        assert_eq!(ask(&bad, &secret()), Err(Error::SignatureMismatch));
        assert_eq!(keys.len(), 1);
    }
    let changed = SecretKey::new("another".to_owned());
    assert_eq!(ask(&good, &changed), Err(Error::SignatureMismatch));
}

#[test]
fn an_unknown_key_is_refused_after_the_same_work() {
    let keys = DerivedKeys::default();
    let (signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &[], ""));
    let burn = |now_ms: i64| {
        let claimed = parse(&signed).unwrap().unwrap();
        claimed.burn(&signed, &keys, now_ms, Skew::DEFAULT)
    };
    assert_eq!(burn(NOW_MS), Error::UnknownKey);
    assert!(matches!(burn(NOW_MS + 300_001), Error::Expired { .. }));
    assert!(keys.is_empty());
}

/// Method, target, headers, body.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

/// One request of each kind that canonicalisation treats in its own way.
const TABLE: [Row; 26] = [
    ("GET", "/", &[], ""),
    ("GET", "/?", &[], ""),
    ("POST", "/", &[("content-type", "application/x-amz-json-1.1")], "{}"),
    ("POST", "/", &[("x-amz-target", "Logs_20140328.PutLogEvents")], "{\"a\":\"é\"}"),
    ("GET", "/?b=2&a=1", &[], ""),
    ("GET", "/?a=2&a=1&A=3", &[], ""),
    ("GET", "/?a=&b&c=%20", &[], ""),
    ("GET", "/?a=%2B&b=%2b&c=%7E&d=~", &[], ""),
    ("GET", "/?%E1%88%B4=bar", &[], ""),
    ("GET", "/?a=b=c", &[], ""),
    ("GET", "/?a=%3D&a%3D=b", &[], ""),
    ("GET", "/?a-b=1&a=2&a.b=3&a_b=4", &[], ""),
    ("GET", "/%E1%88%B4", &[], ""),
    ("GET", "/a%20b", &[], ""),
    ("GET", "/a%2520b", &[], ""),
    ("GET", "/a%2Fb", &[], ""),
    ("GET", "//a//b//", &[], ""),
    ("GET", "/a/./b/../c/", &[], ""),
    ("GET", "/a/..", &[], ""),
    ("GET", "/a/.", &[], ""),
    ("GET", "/-._~0123456789ABCabc", &[], ""),
    ("GET", "/", &[("my-header", "  a   b  c ")], ""),
    ("GET", "/", &[("my-header", "\"a   b\"")], ""),
    ("GET", "/", &[("my-header", "b"), ("my-header", "a"), ("my-header", "")], ""),
    ("GET", "/", &[("my-header2", "2"), ("my-header1", "1"), ("zoo", "")], ""),
    ("DELETE", "/", &[("x-amz-meta-a", "1"), ("range", "bytes=0-9")], "body"),
];

#[test]
fn the_table_is_signed_and_accepted_as_awss_signer_does() {
    let secret = secret();
    for (method, target, headers, body) in TABLE {
        let request = oracle::request(method, target, headers, body);
        for service in ["s3", "service"] {
            for (token, expires_s) in [(None, None), (Some("to/k+en="), None), (None, Some(60))] {
                let token = token.map(str::to_owned);
                let signer = Signer { token, expires_s, ..Signer::new(service) };
                let (signed, expected) = signer.sign(&request);
                assert!(verify(&signed).is_ok(), "{method} {target} {service} {expires_s:?}");
                if expires_s.is_some() {
                    continue;
                }
                let (access_key_id, region) = (KEY_ID, "us-east-1");
                let session_token = signer.token.as_deref();
                let secret = &secret;
                let key = SigningKey { access_key_id, secret, session_token, region, service };
                let mut ours = request.clone();
                sign(&mut ours, &key, NOW_MS);
                let authorization = ours.header("authorization").unwrap();
                assert!(authorization.ends_with(&expected), "{method} {target} {service}");
            }
        }
    }
}
