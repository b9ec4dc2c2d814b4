//! Nothing a stranger sends makes a parser panic, and whatever comes out of one is bounded.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use wire::protocol::{aws_json, query, rest_json};
use wire::{Binding, Protocol, Request, Response, route, sigv4};

use crate::answers::texts;
use crate::oracle::{request, verify};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn with_body(headers: &[(&str, &str)], body: Vec<u8>) -> Request {
    Request { body: Bytes::from(body), ..request("POST", "/", headers, "") }
}

/// Pieces that parsers care about, so that random text gets past their first check.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("AWS4-HMAC-SHA256"),
        Just(" "),
        Just("Credential="),
        Just("SignedHeaders="),
        Just("Signature="),
        Just(","),
        Just("/"),
        Just("aws4_request"),
        Just("20150830"),
        Just("host;x-amz-date"),
        Just("X-Amz-Algorithm="),
        Just("X-Amz-Signature="),
        Just("X-Amz-Credential="),
        Just("X-Amz-Expires="),
        Just("&"),
        Just("="),
        Just("%"),
        Just("%2"),
        Just("%ff"),
        Just("Action="),
        Just(".member."),
        Just(".entry."),
        Just("."),
        Just("1"),
        Just("99999999999"),
        Just("0"),
        Just("?"),
        Just("+"),
        Just("é"),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_authorization_is_refused_without_a_panic(value in pieces(), query in pieces()) {
        let date = ("x-amz-date", "20150830T123600Z");
        for target in ["/".to_owned(), format!("/?{query}")] {
            let request = request("GET", &target, &[("authorization", &value), date], "");
            prop_assert!(verify(&request).is_err());
            route::claim(&request);
        }
    }

    #[test]
    fn any_query_is_refused_without_a_panic(target in pieces()) {
        let request = request("GET", &target, &[], "");
        prop_assert!(verify(&request).is_err());
        route::claim(&request);
        let _ = rest_json::input(&request, "/{a}/{b+}");
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in vec(any::<u8>(), 0..256)) {
        let _ = aws_json::input(&body);
        let request = with_body(&[FORM], body);
        route::claim(&request);
        let _ = query::input(&request);
    }

    #[test]
    fn any_parameters_are_read_or_refused(body in pieces()) {
        let request = with_body(&[FORM], format!("Action=A&{body}").into_bytes());
        if let Ok(value) = query::input(&request) {
            prop_assert!(value.is_object());
        }
    }

    #[test]
    fn any_text_makes_well_formed_xml(name in ".{0,8}", text in any::<String>()) {
        let binding = Binding::query("DoIt", "https://example.com/doc/");
        let output = serde_json::json!({ name: [&text, { "b": &text }] });
        for protocol in [Protocol::Query, Protocol::Ec2Query] {
            let response: Response = protocol.success(&binding, &output, &text);
            texts(str::from_utf8(&response.body).unwrap());
        }
    }
}

#[test]
fn headers_that_are_no_text_are_refused() {
    for value in [&b"AWS4-HMAC-SHA256 Credential=\xff"[..], b"\xc3\xa9"] {
        let mut request = request("GET", "/", &[], "");
        let value = http::HeaderValue::from_bytes(value).unwrap();
        request.headers.insert("authorization", value);
        assert!(sigv4::parse(&request).is_err());
        assert_eq!(route::claim(&request), route::Claim::default());
    }
}

#[test]
fn a_million_names_are_refused_early() {
    let body: String = (0..1_000_000).map(|n| format!(",\"{n:x}\":0")).collect();
    let body = format!("{{{}}}", body.trim_start_matches(','));
    assert!(body.len() > wire::BODY_BYTES_MAX || aws_json::input(body.as_bytes()).is_err());
    let form = with_body(&[FORM], format!("Action=A{}", "&a=b".repeat(1_000_000)).into_bytes());
    assert_eq!(query::input(&form).unwrap_err().code, "MalformedQueryString");
}

#[test]
fn deep_values_are_written_without_overflowing() {
    let body = format!("{{\"a\":{}{}}}", "[".repeat(63), "]".repeat(63));
    let value: Value = aws_json::input(body.as_bytes()).unwrap();
    let binding = Binding::query("DoIt", "");
    let response = Protocol::Query.success(&binding, &value, "id");
    assert!(texts(str::from_utf8(&response.body).unwrap()).contains(&"id".to_owned()));
}
