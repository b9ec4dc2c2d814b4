//! Identities and resources, weighed against each other.

use crate::people;
use policy::{
    Context, Decision, Kind, Policy, Verdict, authorize, authorize_with_key_policy, evaluate,
};
use serde_json::json;

const RESOURCE: &str = "arn:aws:s3:::b/k";

fn identity(words: &str) -> Option<Policy> {
    let effect = effect(words)?;
    let statement = json!({ "Effect": effect, "Action": "s3:*", "Resource": "*" });
    Some(Policy::parse(&json!({ "Statement": statement }).to_string(), Kind::Identity).unwrap())
}

/// `-`, or `allow NAME`, `deny NAME`: `*`, an account, or an ARN behind the account.
fn resource(words: &str) -> Option<Policy> {
    let effect = effect(words)?;
    let name = words.split_once(' ').unwrap().1;
    let principal = match name.strip_prefix("service ") {
        Some(service) => json!({ "Service": service }),
        None => json!({ "AWS": name }),
    };
    let statement =
        json!({ "Effect": effect, "Principal": principal, "Action": "s3:*", "Resource": "*" });
    Some(Policy::parse(&json!({ "Statement": statement }).to_string(), Kind::Resource).unwrap())
}

fn effect(words: &str) -> Option<&'static str> {
    match words.split(' ').next().unwrap() {
        "allow" => Some("Allow"),
        "deny" => Some("Deny"),
        "-" => None,
        other => panic!("`{other}`"),
    }
}

fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Allowed(_) => "allowed".to_owned(),
        Verdict::Denied(refusal) => refusal.because("s3:PutObject"),
    }
}

const BY_IDENTITY: &str = "with an explicit deny in an identity-based policy";
const BY_RESOURCE: &str = "with an explicit deny in a resource-based policy";
const NO_IDENTITY: &str = "because no identity-based policy allows the s3:PutObject action";
const NO_RESOURCE: &str = "because no resource-based policy allows the s3:PutObject action";
const ANN: &str = "allow arn:aws:iam::111111111111:user/ann";

#[test]
fn one_account_needs_one_side_and_two_accounts_need_both() {
    for (who, identities, resources, expected) in [
        ("user ann", "-", "-", NO_IDENTITY),
        ("user ann", "allow", "-", "allowed"),
        ("user ann", "-", ANN, "allowed"),
        ("user ann", "-", "allow *", "allowed"),
        ("user ann", "-", "allow 111111111111", NO_IDENTITY),
        ("user ann", "allow", "allow 111111111111", "allowed"),
        ("user ann", "allow", "allow 222222222222", "allowed"),
        ("user ann", "deny", "allow *", BY_IDENTITY),
        ("user ann", "allow", "deny *", BY_RESOURCE),
        ("user ann", "allow", "deny 111111111111", BY_RESOURCE),
        ("user ann", "deny", "-", BY_IDENTITY),
        ("role R/s", "-", "allow arn:aws:iam::111111111111:role/R", "allowed"),
        ("role R/s", "allow", "deny arn:aws:iam::111111111111:role/R", BY_RESOURCE),
        ("root", "-", "-", "allowed"),
        ("root", "-", "deny *", BY_RESOURCE),
        ("root", "-", "deny 111111111111", BY_RESOURCE),
        ("away user ann", "-", "-", NO_RESOURCE),
        ("away user ann", "allow", "-", NO_RESOURCE),
        ("away user ann", "-", "allow *", NO_IDENTITY),
        ("away user ann", "allow", "allow *", "allowed"),
        ("away user ann", "allow", "allow 222222222222", "allowed"),
        ("away user ann", "allow", "allow arn:aws:iam::222222222222:user/ann", "allowed"),
        ("away user ann", "-", "allow arn:aws:iam::222222222222:user/ann", NO_IDENTITY),
        ("away user ann", "allow", ANN, NO_RESOURCE),
        ("away user ann", "deny", "allow *", BY_IDENTITY),
        ("away root", "-", "allow 222222222222", "allowed"),
        ("away root", "-", "-", NO_RESOURCE),
        ("service s.amazonaws.com", "-", "-", NO_RESOURCE),
        ("service s.amazonaws.com", "-", "allow service s.amazonaws.com", "allowed"),
        ("service s.amazonaws.com", "-", "allow service t.amazonaws.com", NO_RESOURCE),
        ("service s.amazonaws.com", "-", "allow 111111111111", NO_RESOURCE),
        ("service s.amazonaws.com", "-", "deny *", BY_RESOURCE),
        ("nobody", "-", "allow *", "allowed"),
        ("nobody", "-", "allow 111111111111", NO_RESOURCE),
        ("nobody", "-", "-", NO_RESOURCE),
    ] {
        let (own, theirs) = (identity(identities), resource(resources));
        let own: Vec<&Policy> = own.iter().collect();
        let request = people::request(who, "s3:PutObject", RESOURCE, Context::default());
        let verdict = authorize(&own, theirs.as_ref(), &request);
        assert_eq!(words(&verdict), expected, "{who} {identities} {resources}");
    }
}

#[test]
fn a_key_obeys_nobody_whom_its_policy_does_not_let_in() {
    for (who, identities, key, expected) in [
        ("user ann", "allow", "allow 222222222222", NO_RESOURCE),
        ("user ann", "allow", "allow 111111111111", "allowed"),
        ("user ann", "-", "allow 111111111111", NO_IDENTITY),
        ("user ann", "-", ANN, "allowed"),
        ("user ann", "deny", ANN, BY_IDENTITY),
        ("user bob", "allow", ANN, NO_RESOURCE),
        ("root", "-", "allow 111111111111", "allowed"),
        ("root", "-", ANN, NO_RESOURCE),
        ("away user ann", "allow", "allow 222222222222", "allowed"),
        ("away user ann", "-", "allow 222222222222", NO_IDENTITY),
        ("away user ann", "-", "allow *", NO_IDENTITY),
        ("service s.amazonaws.com", "-", "allow service s.amazonaws.com", "allowed"),
        ("service s.amazonaws.com", "-", "allow 111111111111", NO_RESOURCE),
    ] {
        let (own, key_policy) = (identity(identities), resource(key).unwrap());
        let own: Vec<&Policy> = own.iter().collect();
        let request = people::request(who, "s3:PutObject", RESOURCE, Context::default());
        let verdict = authorize_with_key_policy(&own, &key_policy, &request);
        assert_eq!(words(&verdict), expected, "{who} {identities} {key}");
    }
}

#[test]
fn tells_which_statement_decided() {
    let parse = |statements| {
        let document = json!({ "Statement": statements }).to_string();
        Policy::parse(&document, Kind::Identity).unwrap()
    };
    let allow = parse(json!([
        { "Effect": "Allow", "Action": "sns:*", "Resource": "*" },
        { "Sid": "Objects", "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    ]));
    let deny = parse(json!([{ "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*" }]));
    let ask = |action| {
        let request = people::request("user ann", action, RESOURCE, Context::default());
        evaluate(&[&allow, &deny], &request)
    };
    let Decision::Allowed(reason, _) = ask("s3:PutObject") else { panic!() };
    assert_eq!((reason.policy, reason.statement, reason.sid.as_deref()), (0, 2, Some("Objects")));
    let Decision::Denied(reason) = ask("s3:DeleteObject") else { panic!() };
    assert_eq!((reason.policy, reason.statement, reason.sid), (1, 1, None));
    assert_eq!(ask("iam:GetUser"), Decision::Unmentioned);
}
