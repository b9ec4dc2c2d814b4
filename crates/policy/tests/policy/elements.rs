//! Actions, resources and principals.

use crate::people;
use policy::{Context, Decision, Kind, Policy, Reach, evaluate};
use serde_json::{Value, json};

const BUCKET: &str = "arn:aws:s3:::b/k";

fn statement(member: &str, value: &Value) -> Policy {
    let mut statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*" });
    for other in [member.replace("Not", ""), member.to_owned()] {
        statement.as_object_mut().unwrap().remove(&other);
    }
    statement[member] = value.clone();
    let document = json!({ "Version": "2012-10-17", "Statement": statement });
    Policy::parse(&document.to_string(), Kind::Resource).unwrap()
}

fn decide(member: &str, value: &str, who: &str, action: &str, resource: &str) -> Decision {
    let value = serde_json::from_str(value).unwrap();
    let request = people::request(who, action, resource, Context::default());
    evaluate(&[&statement(member, &value)], &request)
}

#[test]
fn actions_match_without_regard_to_case() {
    for (member, value, action, expected) in [
        ("Action", r#""s3:PutObject""#, "s3:PutObject", true),
        ("Action", r#""s3:putobject""#, "s3:PutObject", true),
        ("Action", r#""S3:PutObject""#, "s3:PutObject", true),
        ("Action", r#""s3:PutObject""#, "s3:PutObjectAcl", false),
        ("Action", r#""s3:PutObject*""#, "s3:PutObjectAcl", true),
        ("Action", r#""s3:Put*""#, "s3:GetObject", false),
        ("Action", r#""s3:*""#, "s3:GetObject", true),
        ("Action", r#""s3:*""#, "s3express:GetObject", false),
        ("Action", r#""*""#, "s3:GetObject", true),
        ("Action", r#""*:*""#, "s3:GetObject", true),
        ("Action", r#""s3:?etObject""#, "s3:GetObject", true),
        ("Action", r#""s3:*Object""#, "s3:GetObject", true),
        ("Action", r#""s3:*Object""#, "s3:GetObjectAcl", false),
        ("Action", r#"["sns:*","s3:GetObject"]"#, "s3:GetObject", true),
        ("Action", r#"["sns:*","s3:GetObject"]"#, "s3:PutObject", false),
        ("NotAction", r#""s3:PutObject""#, "s3:PutObject", false),
        ("NotAction", r#""s3:PutObject""#, "s3:GetObject", true),
        ("NotAction", r#"["iam:*","s3:*"]"#, "s3:GetObject", false),
        ("NotAction", r#"["iam:*","s3:*"]"#, "sns:Publish", true),
        ("NotAction", r#""*""#, "sns:Publish", false),
    ] {
        let found = decide(member, value, "user ann", action, BUCKET) != Decision::Unmentioned;
        assert_eq!(found, expected, "{member} {value} {action}");
    }
}

#[test]
fn resources_match_across_slashes_and_colons() {
    for (member, value, resource, expected) in [
        ("Resource", r#""*""#, "arn:aws:s3:::b", true),
        ("Resource", r#""arn:aws:s3:::b""#, "arn:aws:s3:::b", true),
        ("Resource", r#""arn:aws:s3:::b""#, "arn:aws:s3:::B", false),
        ("Resource", r#""arn:aws:s3:::b""#, "arn:aws:s3:::b/k", false),
        ("Resource", r#""arn:aws:s3:::b/*""#, "arn:aws:s3:::b", false),
        ("Resource", r#""arn:aws:s3:::b/*""#, "arn:aws:s3:::b/", true),
        ("Resource", r#""arn:aws:s3:::b/*""#, "arn:aws:s3:::b/k/l/m", true),
        ("Resource", r#""arn:aws:s3:::b*""#, "arn:aws:s3:::b/k", true),
        ("Resource", r#""arn:aws:s3:::b*""#, "arn:aws:s3:::c", false),
        ("Resource", r#""arn:aws:s3:::*/k""#, "arn:aws:s3:::b/c/k", true),
        ("Resource", r#""arn:aws:s3:::b/?""#, "arn:aws:s3:::b/k", true),
        ("Resource", r#""arn:aws:s3:::b/?""#, "arn:aws:s3:::b/kk", false),
        ("Resource", r#""arn:aws:s3:::b/?""#, "arn:aws:s3:::b/ü", true),
        ("Resource", r#""arn:aws:sns:*:111111111111:t""#, "arn:aws:sns:eu:111111111111:t", true),
        ("Resource", r#""arn:aws:sns:*:*:t""#, "arn:aws:sns:eu:1:x:t", true),
        ("Resource", r#""arn:aws:logs:eu:1:*""#, "arn:aws:logs:eu:1:log-group:g:stream", true),
        ("Resource", r#"["arn:aws:s3:::a","arn:aws:s3:::b"]"#, "arn:aws:s3:::b", true),
        ("NotResource", r#""arn:aws:s3:::b/*""#, "arn:aws:s3:::b/k", false),
        ("NotResource", r#""arn:aws:s3:::b/*""#, "arn:aws:s3:::c/k", true),
        ("NotResource", r#"["arn:aws:s3:::a","arn:aws:s3:::b"]"#, "arn:aws:s3:::b", false),
        ("NotResource", r#""*""#, "arn:aws:s3:::b", false),
    ] {
        let found = decide(member, value, "user ann", "s3:PutObject", resource);
        assert_eq!(found != Decision::Unmentioned, expected, "{member} {value} {resource}");
    }
}

/// What the name allows whom: `-` nothing, `direct`, or `account`.
#[test]
fn principals_are_known_by_their_names() {
    for (names, who, expected) in [
        (r#""*""#, "user ann", "direct"),
        (r#""*""#, "nobody", "direct"),
        (r#""*""#, "service cloudtrail.amazonaws.com", "direct"),
        (r#"{"AWS":"*"}"#, "nobody", "direct"),
        (r#"{"AWS":["*"]}"#, "away user bob", "direct"),
        (r#"{"AWS":"111111111111"}"#, "user ann", "account"),
        (r#"{"AWS":"111111111111"}"#, "root", "direct"),
        (r#"{"AWS":"111111111111"}"#, "role R/s", "account"),
        (r#"{"AWS":"111111111111"}"#, "federated f", "account"),
        (r#"{"AWS":"111111111111"}"#, "away user ann", "-"),
        (r#"{"AWS":"111111111111"}"#, "nobody", "-"),
        (r#"{"AWS":"111111111111"}"#, "service s.amazonaws.com", "-"),
        (r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "user ann", "account"),
        (r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "root", "direct"),
        (r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "away root", "-"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#, "user ann", "direct"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#, "user bob", "-"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/Ann"}"#, "user ann", "-"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#, "root", "-"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/x/ann"}"#, "user x/ann", "direct"),
        (r#"{"AWS":"arn:aws:iam::111111111111:role/R"}"#, "role R/s", "direct"),
        (r#"{"AWS":"arn:aws:iam::111111111111:role/R"}"#, "role Q/s", "-"),
        (r#"{"AWS":"arn:aws:sts::111111111111:assumed-role/R/s"}"#, "role R/s", "direct"),
        (r#"{"AWS":"arn:aws:sts::111111111111:assumed-role/R/s"}"#, "role R/t", "-"),
        (r#"{"AWS":"arn:aws:sts::111111111111:federated-user/f"}"#, "federated f", "direct"),
        (r#"{"AWS":"AIDAEXAMPLEEXAMPLE01"}"#, "user ann", "direct"),
        (r#"{"AWS":"AROAEXAMPLEEXAMPLE01"}"#, "role R/s", "direct"),
        (r#"{"AWS":"AROAEXAMPLEEXAMPLE02"}"#, "role R/s", "-"),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, "service cloudtrail.amazonaws.com", "direct"),
        (r#"{"Service":"sns.amazonaws.com"}"#, "service cloudtrail.amazonaws.com", "-"),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, "user cloudtrail.amazonaws.com", "-"),
        (r#"{"Federated":"accounts.google.com"}"#, "idp accounts.google.com", "direct"),
        (r#"{"Federated":"accounts.google.com"}"#, "idp www.amazon.com", "-"),
        (r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbaced"}"#, "root", "-"),
        (r#"{"AWS":"222222222222","Service":"s.amazonaws.com"}"#, "away user b", "account"),
        (r#"{"AWS":["222222222222","arn:aws:iam::222222222222:user/b"]}"#, "away user b", "direct"),
    ] {
        let found = match decide("Principal", names, who, "s3:PutObject", BUCKET) {
            Decision::Unmentioned => "-",
            Decision::Allowed(_, Reach::Direct) => "direct",
            Decision::Allowed(_, Reach::Account) => "account",
            Decision::Denied(_) => "denied",
        };
        assert_eq!(found, expected, "{names} {who}");
    }
}

fn not_principal(effect: &str, names: &str, who: &str) -> bool {
    let names: Value = serde_json::from_str(names).unwrap();
    let document = json!({ "Statement": {
        "Effect": effect, "NotPrincipal": names, "Action": "*", "Resource": "*"
    } });
    let policy = Policy::parse(&document.to_string(), Kind::Resource).unwrap();
    let request = people::request(who, "s3:PutObject", BUCKET, Context::default());
    evaluate(&[&policy], &request) != Decision::Unmentioned
}

#[test]
fn a_deny_spares_only_who_is_named_with_all_names() {
    let ann = r#"{"AWS":["arn:aws:iam::111111111111:user/ann","111111111111"]}"#;
    let role = r#"{"AWS":["arn:aws:sts::111111111111:assumed-role/R/s",
        "arn:aws:iam::111111111111:role/R","111111111111"]}"#;
    for (names, who, denied) in [
        (ann, "user ann", false),
        (ann, "user bob", true),
        (ann, "root", false),
        (ann, "away user ann", true),
        (ann, "nobody", true),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#, "user ann", true),
        (r#"{"AWS":"111111111111"}"#, "user ann", true),
        (role, "role R/s", false),
        (role, "role R/t", true),
        (r#"{"Service":"s.amazonaws.com"}"#, "service s.amazonaws.com", false),
        (r#"{"Service":"s.amazonaws.com"}"#, "service t.amazonaws.com", true),
        (r#""*""#, "nobody", false),
    ] {
        assert_eq!(not_principal("Deny", names, who), denied, "{names} {who}");
    }
}

#[test]
fn an_allow_lets_in_only_who_is_not_named_at_all() {
    let ann = r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#;
    for (names, who, allowed) in [
        (ann, "user ann", false),
        (ann, "user bob", true),
        (ann, "nobody", true),
        (r#"{"AWS":"111111111111"}"#, "user ann", false),
        (r#""*""#, "user ann", false),
    ] {
        assert_eq!(not_principal("Allow", names, who), allowed, "{names} {who}");
    }
}

#[test]
fn knows_whether_it_speaks_of_one_resource() {
    for (member, value, expected) in [
        ("Resource", r#""arn:aws:s3:::b""#, true),
        ("Resource", r#"["arn:aws:s3:::b"]"#, true),
        ("Resource", r#"["arn:aws:s3:::b","arn:aws:s3:::c"]"#, false),
        ("Resource", r#""arn:aws:s3:::*""#, false),
        ("Resource", r#""*""#, false),
        ("NotResource", r#""arn:aws:s3:::b""#, false),
    ] {
        let policy = statement(member, &serde_json::from_str(value).unwrap());
        assert_eq!(policy.is_about("arn:aws:s3:::b"), expected, "{member} {value}");
    }
}
