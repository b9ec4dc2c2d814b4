//! Policy variables: where they stand, what they stand for, and what they may not do.

use crate::{fact, people};
use model::Timestamp;
use policy::{Context, Decision, Fact, Global, Kind, Policy, evaluate};
use serde_json::json;

fn context() -> Context {
    fact::context(r#""va*lue""#)
        .global(Global::PrincipalTag("Team"), "red")
        .global(Global::PrincipalTag("empty"), "")
        .global(Global::SourceIp, Fact::Ip("192.0.2.1".parse().unwrap()))
        .global(Global::CurrentTime, Timestamp::from_seconds(0))
        .global(Global::TagKeys, Fact::List(vec!["a".into(), "b".into()]))
}

fn matches(version: &str, resource: &str, asked: &str) -> bool {
    let document = json!({ "Version": version, "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:s3:::b/{resource}")
    } });
    let policy = Policy::parse(&document.to_string(), Kind::Identity).unwrap();
    let asked = format!("arn:aws:s3:::b/{asked}");
    let request = people::request("user ann", "s3:GetObject", &asked, context());
    evaluate(&[&policy], &request) != Decision::Unmentioned
}

#[test]
fn variables_stand_for_facts() {
    for (resource, asked, expected) in [
        ("${aws:username}/*", "ann/x", true),
        ("${aws:username}/*", "bob/x", false),
        ("${AWS:UserName}/*", "ann/x", true),
        ("${aws:PrincipalTag/Team}", "red", true),
        ("${aws:principaltag/team}", "red", true),
        ("${aws:PrincipalTag/empty}x", "x", true),
        ("${aws:PrincipalAccount}", people::HOME, true),
        ("${aws:PrincipalType}", "User", true),
        ("${aws:SourceIp}", "192.0.2.1", true),
        ("${aws:CurrentTime}", "1970-01-01T00:00:00Z", true),
        ("${aws:SecureTransport}", "true", false),
        ("${aws:PrincipalTag/other}", "", false),
        ("${aws:PrincipalTag/other, 'none'}", "none", true),
        ("${aws:PrincipalTag/other,'a } b'}", "a } b", true),
        ("${aws:PrincipalTag/other,''}x", "x", true),
        ("${aws:PrincipalTag/Team, 'none'}", "red", true),
        ("${aws:PrincipalTag/Team, 'none'}", "none", false),
        ("${aws:TagKeys}", "a", false),
        ("${aws:TagKeys, 'd'}", "d", true),
        ("${test:key}", "va*lue", true),
        ("${test:key}", "vaXlue", false),
        ("${*}", "*", true),
        ("${*}", "x", false),
        ("${?}", "?", true),
        ("${?}", "x", false),
        ("${$}{aws:username}", "${aws:username}", true),
        ("$", "$", true),
        ("$x{", "$x{", true),
        ("x${aws:username}${aws:username}", "xannann", true),
    ] {
        assert_eq!(matches("2012-10-17", resource, asked), expected, "{resource} {asked}");
    }
}

#[test]
fn the_old_version_has_none() {
    for (resource, asked, expected) in [
        ("${aws:username}", "ann", false),
        ("${aws:username}", "${aws:username}", true),
        ("${*}", "${anything}", true),
        ("${aws:open", "${aws:open", true),
    ] {
        assert_eq!(matches("2008-10-17", resource, asked), expected, "{resource} {asked}");
    }
}

fn holds(operator: &str, value: &str) -> bool {
    let document = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": { operator: { "aws:PrincipalArn": value } },
    } });
    let policy = Policy::parse(&document.to_string(), Kind::Identity).unwrap();
    let request = people::request("user ann", "s3:GetObject", "arn:aws:s3:::b", context());
    evaluate(&[&policy], &request) != Decision::Unmentioned
}

#[test]
fn variables_stand_in_comparisons_of_texts_and_arns() {
    for (operator, value, expected) in [
        ("StringEquals", "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}", true),
        ("StringEquals", "arn:aws:iam::${aws:PrincipalAccount}:user/bob", false),
        ("StringLike", "*/${aws:username}", true),
        ("StringEqualsIgnoreCase", "ARN:aws:iam::111111111111:user/${aws:username}", true),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", true),
        ("ArnEquals", "${aws:PrincipalArn}", true),
        ("ArnNotLike", "${aws:PrincipalArn}", false),
        ("StringEquals", "${aws:PrincipalTag/other}", false),
        ("StringNotEquals", "${aws:PrincipalTag/other}", true),
        ("StringEquals", "${test:key}", false),
    ] {
        assert_eq!(holds(operator, value), expected, "{operator} {value}");
    }
}
