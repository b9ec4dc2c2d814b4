//! What S3 calls public.

use policy::{Kind, Policy};
use serde_json::{Value, json};

fn is_public(statement: &Value) -> bool {
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    Policy::parse(&document.to_string(), Kind::Resource).unwrap().is_public()
}

fn allowing(principal: &Value, condition: &Value) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": condition,
    })
}

#[test]
fn everybody_is_public_and_a_named_circle_is_not() {
    for (principal, public) in [
        (json!("*"), true),
        (json!({ "AWS": "*" }), true),
        (json!({ "AWS": ["111111111111", "*"] }), true),
        (json!({ "AWS": "111111111111" }), false),
        (json!({ "Service": "cloudtrail.amazonaws.com" }), false),
    ] {
        assert_eq!(is_public(&allowing(&principal, &json!({}))), public, "{principal}");
    }
}

#[test]
fn a_condition_limits_where_its_values_are_fixed() {
    for (condition, public) in [
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } }), false),
        (json!({ "StringEquals": { "AWS:principalorgid": "o-1" } }), false),
        (json!({ "StringEquals": { "aws:SourceVpc": ["vpc-1", "vpc-2"] } }), false),
        (json!({ "StringLike": { "aws:SourceVpc": "vpc-1" } }), false),
        (json!({ "StringLike": { "aws:SourceVpc": "vpc-*" } }), true),
        (json!({ "StringEquals": { "aws:SourceVpc": "${aws:username}" } }), true),
        (json!({ "StringEqualsIfExists": { "aws:SourceVpc": "vpc-1" } }), true),
        (json!({ "ForAllValues:StringEquals": { "aws:SourceVpc": "vpc-1" } }), true),
        (json!({ "ForAnyValue:StringEquals": { "aws:SourceVpc": "vpc-1" } }), false),
        (json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-1" } }), true),
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:eu:1:t" } }), false),
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:*:1:t" } }), true),
        (json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), false),
        (json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), true),
        (json!({ "IpAddress": { "aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/1"] } }), true),
        (json!({ "IpAddress": { "aws:SourceIp": "2001:db8::/32" } }), false),
        (json!({ "IpAddress": { "aws:SourceIp": "2000::/3" } }), true),
        (json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), true),
        (json!({ "StringEquals": { "aws:UserAgent": "secret" } }), true),
        (json!({ "StringEquals": { "aws:Referer": "https://example.com" } }), true),
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), true),
        (json!({ "Null": { "aws:SourceVpc": "false" } }), true),
    ] {
        assert_eq!(is_public(&allowing(&json!("*"), &condition)), public, "{condition}");
    }
}

#[test]
fn denials_let_nobody_in_and_an_exception_lets_in_the_rest() {
    let mut statement = allowing(&json!("*"), &json!({}));
    statement["Effect"] = json!("Deny");
    assert!(!is_public(&statement));
    let rest = json!({
        "Effect": "Allow", "NotPrincipal": { "AWS": "111111111111" }, "Action": "*",
        "Resource": "*",
    });
    assert!(is_public(&rest));
}
