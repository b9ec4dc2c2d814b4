//! What is no policy, and where the fault is said to lie.

use policy::{Kind, Policy};
use serde_json::{Value, json};

fn statement(member: &str, value: Value) -> String {
    let mut statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" });
    statement[member] = value;
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn refusal(text: &str, kind: Kind) -> String {
    match Policy::parse(text, kind) {
        Ok(_) => "sound".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn refuses_broken_documents() {
    for (text, why) in [
        ("", "no JSON"),
        ("null", "must be a JSON object"),
        ("[]", "must be a JSON object"),
        ("7", "must be a JSON object"),
        ("{}", "`Statement`: is missing"),
        (r#"{"Statement":[]}"#, "`Statement`: is missing"),
        (r#"{"Statement":7}"#, "statement 1: must be a JSON object"),
        (r#"{"Statement":[{}]}"#, "statement 1: `Principal`: is missing"),
        (r#"{"Version":"2020-01-01"}"#, "`Version`: must be 2012-10-17 or 2008-10-17"),
        (r#"{"Version":2012}"#, "`Version`: must be a text"),
        (r#"{"version":"2012-10-17"}"#, "`version`: is no member of a policy"),
        (r#"{"Id":{}}"#, "`Id`: must be a text"),
        (r#"{"Id":"a","Id":"b"}"#, "member `Id` stands twice"),
        (r#"{"Statement":[{}]} x"#, "no JSON"),
        (r#"[[[[[[[[[["a"]]]]]]]]]]"#, "nested deeper than 8 levels"),
    ] {
        let found = refusal(text, Kind::Resource);
        assert!(found.contains(why), "{text}: {found}");
    }
}

#[test]
fn names_the_statement_and_the_member_at_fault() {
    for (member, value, why) in [
        ("Effect", json!("Maybe"), "statement 1: `Effect`: must be Allow or Deny, not `Maybe`"),
        ("Effect", json!("allow"), "`Effect`: must be Allow or Deny"),
        ("Effect", json!(["Allow"]), "`Effect`: must be a text"),
        ("Sid", json!(7), "`Sid`: must be a text"),
        ("Sid", json!("x".repeat(257)), "`Sid`"),
        ("Extra", json!("x"), "`Extra`: is no member of a statement"),
        ("action", json!("s3:*"), "`action`: is no member"),
        ("NotAction", json!("s3:*"), "`NotAction`: stands beside its opposite"),
        ("NotResource", json!("*"), "`NotResource`: stands beside its opposite"),
        ("NotPrincipal", json!("*"), "`NotPrincipal`: stands beside its opposite"),
        ("Action", json!([]), "`Action`: must not be empty"),
        ("Action", json!(""), "`Action`: `` is no action"),
        ("Action", json!("PutObject"), "`Action`: `PutObject` is no action"),
        ("Action", json!("s3:"), "is no action"),
        ("Action", json!(":Put"), "is no action"),
        ("Action", json!("s3:Put Object"), "is no action"),
        ("Action", json!("s*:Put"), "is no action"),
        ("Action", json!("s3:${aws:username}"), "is no action"),
        ("Action", json!([7]), "`Action`: must be a text"),
        ("Resource", json!([]), "`Resource`: must not be empty"),
        ("Resource", json!("b/k"), "`Resource`: `b/k` is neither an ARN nor `*`"),
        ("Resource", json!("arn:aws:s3"), "is neither an ARN"),
        ("Resource", json!("*x"), "is neither an ARN"),
        ("Resource", json!({}), "`Resource`: must be a text"),
        ("Resource", json!("arn:aws:s3:::${aws:username"), "is not closed"),
        ("Resource", json!("arn:aws:s3:::${}"), "names no condition key"),
        ("Resource", json!("arn:aws:s3:::${name}"), "names no condition key"),
        ("Resource", json!("arn:aws:s3:::${aws:a b}"), "names no condition key"),
        ("Resource", json!("arn:aws:s3:::${aws:a, none}"), "no single quotes"),
        ("Resource", json!("arn:aws:s3:::${aws:a, 'x}"), "is not closed"),
        ("Principal", json!("eve"), "`Principal`: `eve` is no principal"),
        ("Principal", json!({}), "`Principal`: must name somebody"),
        ("Principal", json!({ "AWS": [] }), "`Principal`: must not be empty"),
        ("Principal", json!({ "Aws": "*" }), "`Aws` is no kind of principal"),
        ("Principal", json!({ "AWS": "eve" }), "`eve` is no AWS principal"),
        ("Principal", json!({ "AWS": "1111" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:iam::111111111111:user/*" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:iam::111111111111:*" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:iam::*:root" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:iam::111111111111:group/g" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:iam::111111111111:user/" }), "is no AWS principal"),
        ("Principal", json!({ "AWS": "arn:aws:s3:::b" }), "is no AWS principal"),
        ("Principal", json!({ "Service": "*" }), "`*` is no Service principal"),
        ("Principal", json!({ "Service": "cloudtrail" }), "is no Service principal"),
        ("Principal", json!({ "Federated": "arn:aws:iam::1:saml/*" }), "no Federated principal"),
        ("Principal", json!({ "CanonicalUser": "" }), "no CanonicalUser principal"),
        ("Condition", json!([]), "`Condition`: must be a JSON object"),
        ("Condition", json!({ "Equals": {} }), "`Condition`: `Equals` is no condition operator"),
        ("Condition", json!({ "stringequals": {} }), "is no condition operator"),
        ("Condition", json!({ "ForSome:StringEquals": {} }), "is no condition operator"),
        ("Condition", json!({ "NullIfExists": {} }), "`Null` stands alone"),
        ("Condition", json!({ "ForAnyValue:Null": {} }), "`Null` stands alone"),
        ("Condition", json!({ "StringEquals": [] }), "`StringEquals`: must be a JSON object"),
        ("Condition", json!({ "StringEquals": { "x": "a" } }), "`x` is no condition key"),
        ("Condition", json!({ "StringEquals": { "a:": "a" } }), "is no condition key"),
        ("Condition", json!({ "StringEquals": { "a:b": {} } }), "a value must be"),
        ("Condition", json!({ "StringEquals": { "a:b": [["c"]] } }), "a value must be"),
        ("Condition", json!({ "StringEquals": { "a:b": null } }), "a value must be"),
        ("Condition", json!({ "StringEquals": { "a:b": "${aws:x" } }), "is not closed"),
        ("Condition", json!({ "Bool": { "a:b": "yes" } }), "`yes` is no `true` or `false`"),
        ("Condition", json!({ "Null": { "a:b": "1" } }), "is no `true` or `false`"),
        ("Condition", json!({ "NumericEquals": { "a:b": "ten" } }), "`ten` is no number"),
        ("Condition", json!({ "NumericEquals": { "a:b": "NaN" } }), "is no number"),
        ("Condition", json!({ "NumericEquals": { "a:b": "1e999" } }), "is no number"),
        ("Condition", json!({ "NumericEquals": { "a:b": "${aws:x}" } }), "is no number"),
        ("Condition", json!({ "DateEquals": { "a:b": "tomorrow" } }), "is no date"),
        ("Condition", json!({ "DateEquals": { "a:b": "2026-02-30" } }), "is no date"),
        ("Condition", json!({ "BinaryEquals": { "a:b": "Zm9" } }), "is no base64"),
        ("Condition", json!({ "IpAddress": { "a:b": "203.0.113.0/33" } }), "is no address"),
        ("Condition", json!({ "IpAddress": { "a:b": "203.0.113" } }), "is no address"),
        ("Condition", json!({ "IpAddress": { "a:b": "2001:db8::/129" } }), "is no address"),
        ("Condition", json!({ "IpAddress": { "a:b": "203.0.113.0/-1" } }), "is no address"),
        ("Condition", json!({ "IpAddress": { "a:b": "*" } }), "is no address"),
    ] {
        let found = refusal(&statement(member, value.clone()), Kind::Resource);
        assert!(found.contains(why), "{member} {value}: {found}");
    }
}

#[test]
fn an_identity_has_no_principal_and_a_plain_sid() {
    let plain = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let with = |member: &str, value: Value| {
        let mut statement = plain.clone();
        statement[member] = value;
        refusal(&json!({ "Statement": statement }).to_string(), Kind::Identity)
    };
    assert_eq!(with("Sid", json!("Plain1")), "sound");
    assert_eq!(with("Sid", json!("")), "sound");
    assert!(with("Sid", json!("not plain")).contains("letters and digits"));
    assert!(with("Principal", json!("*")).contains("no place in a policy of an identity"));
    assert!(with("NotPrincipal", json!("*")).contains("no place in a policy of an identity"));
    let missing = |member: &str| {
        let mut statement = plain.clone();
        statement.as_object_mut().unwrap().remove(member);
        refusal(&json!({ "Statement": statement }).to_string(), Kind::Identity)
    };
    for member in ["Effect", "Action", "Resource"] {
        assert_eq!(missing(member), format!("statement 1: `{member}`: is missing"));
    }
}

#[test]
fn an_sid_stands_once() {
    let statement = |sid: &str| {
        json!({
            "Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"
        })
    };
    let of = |first, second| {
        let document = json!({ "Statement": [statement(first), statement(second)] });
        refusal(&document.to_string(), Kind::Resource)
    };
    assert_eq!(of("a", "a"), "statement 2: `Sid`: stands in two statements");
    assert_eq!(of("a", "b"), "sound");
    assert_eq!(of("", ""), "sound");
    assert_eq!(of("with spaces", "and more"), "sound");
}

#[test]
fn the_text_comes_back_as_it_went_in() {
    let text = format!(" {}\n", statement("Sid", json!("ü")));
    let policy = Policy::parse(&text, Kind::Resource).unwrap();
    assert_eq!((policy.text(), policy.kind()), (text.as_str(), Kind::Resource));
    assert_eq!(Policy::parse(policy.text(), policy.kind()).unwrap(), policy);
}
