//! What is too much, and what must not take long.

use crate::people;
use policy::{Context, DOCUMENT_BYTES_MAX, Decision, Global, Kind, Policy, evaluate};
use serde_json::json;

#[test]
fn documents_have_a_longest_length() {
    let text = |length: usize| {
        let document = json!({ "Statement": {
            "Effect": "Allow", "Action": "*", "Resource": "*"
        } });
        format!("{document}{}", " ".repeat(length - document.to_string().len()))
    };
    assert!(Policy::parse(&text(DOCUMENT_BYTES_MAX), Kind::Identity).is_ok());
    assert!(Policy::parse(&text(DOCUMENT_BYTES_MAX + 1), Kind::Identity).is_err());
    assert!(Policy::parse_within(&text(20_480), Kind::Identity, 20_480).is_ok());
    let error = Policy::parse_within(&text(20_481), Kind::Identity, 20_480).unwrap_err();
    assert_eq!(error.to_string(), "the policy has more than 20480 bytes: shorten it");
}

#[test]
fn a_policy_of_nothing_but_stars_is_answered_at_once() {
    let hard = format!("arn:aws:s3:::{}b", "*a".repeat(8_000));
    let wide: Vec<String> =
        (0..500).map(|n| format!("arn:aws:s3:::{}{n}b", "*a".repeat(20))).collect();
    let request = |agent: &str| {
        let context = Context::default().global(Global::UserAgent, agent);
        people::request(
            "user ann",
            "s3:Get",
            &format!("arn:aws:s3:::{}", "a".repeat(2_000)),
            context,
        )
    };
    for resources in [json!(hard), json!(wide)] {
        let document = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "*", "Resource": resources
        } });
        let policy = Policy::parse(&document.to_string(), Kind::Identity).unwrap();
        assert_eq!(evaluate(&[&policy], &request("x")), Decision::Unmentioned);
    }
}

#[test]
fn variables_do_not_multiply_without_end() {
    let resource = format!("arn:aws:s3:::{}", "${aws:UserAgent}".repeat(1_500));
    let document = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": resource
    } });
    let policy = Policy::parse(&document.to_string(), Kind::Identity).unwrap();
    let ask = |agent: &str, times: usize| {
        let context = Context::default().global(Global::UserAgent, agent);
        let resource = format!("arn:aws:s3:::{}", agent.repeat(times));
        evaluate(&[&policy], &people::request("user ann", "s3:Get", &resource, context))
    };
    assert_ne!(ask("a", 1_500), Decision::Unmentioned);
    assert_eq!(ask(&"a".repeat(1_000), 1_500), Decision::Unmentioned);
}

/// Texts near a real policy: cut anywhere, and with any one byte replaced.
#[test]
fn no_text_makes_the_reader_panic() {
    let document = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "é", "Effect": "Allow", "Principal": { "AWS": ["*", "111111111111"] },
        "Action": ["s3:*"], "Resource": "arn:aws:s3:::${aws:username, 'é'}/*",
        "Condition": {
            "IpAddress": { "aws:SourceIp": ["::/0", "10.0.0.0/8"] },
            "DateLessThan": { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
            "BinaryEquals": { "a:b": "Zm9v" }, "NumericEquals": { "a:b": -1.5e3 },
        },
    }] })
    .to_string();
    assert!(Policy::parse(&document, Kind::Resource).is_ok());
    for place in 0..document.len() {
        if let Some(cut) = document.get(..place) {
            assert!(Policy::parse(cut, Kind::Resource).is_err(), "{cut}");
        }
        for byte in [b'"', b'{', b'}', b'[', b'$', b'\\', b'*', b'0', 0xc3] {
            let mut bytes = document.clone().into_bytes();
            bytes[place] = byte;
            let text = String::from_utf8_lossy(&bytes);
            if let Ok(policy) = Policy::parse(&text, Kind::Resource) {
                let request =
                    people::request("user ann", "s3:Get", "arn:aws:s3:::é/", Context::default());
                evaluate(&[&policy], &request);
                policy.is_public();
            }
        }
    }
}

#[test]
fn deep_nesting_is_refused_before_it_is_read() {
    for open in ["[", "{\"a\":"] {
        let text = open.repeat(DOCUMENT_BYTES_MAX / open.len());
        let error = Policy::parse(&text, Kind::Identity).unwrap_err();
        assert!(error.to_string().contains("nested deeper"), "{error}");
    }
}
