//! The ten questions an investigator asks, answered by folding over the records.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::QUESTIONS;
use super::super::cast::{
    CAROL_ADDRESS, CAROL_KEY, CAROL_SESSION_KEY, LEAKED_KEY, METRICS_KEY, PAYMENTS_KEY,
    PIPELINE_ADDRESS, RELEASE_KEY, SECOND_ADDRESS,
};
use super::{Line, lines, named};

#[test]
fn question_1_when_was_the_first_misuse() {
    let mut seen = lines().filter(|line| line.key() == LEAKED_KEY);
    let first = seen.find(|line| line.address != PIPELINE_ADDRESS).unwrap();
    assert_eq!((first.time(), first.address.as_str()), ("02:13:07Z", "203.0.113.66"));
    assert_eq!(first.event_name, "GetCallerIdentity");
}

#[test]
fn question_2_who_is_the_payments_session() {
    let mut key = PAYMENTS_KEY.to_owned();
    let mut chain = Vec::new();
    while key.starts_with("ASIA") {
        let assumed = named("AssumeRole")
            .filter(|line| line.user_identity.kind != "AWSAccount")
            .find(|line| line.response()["credentials"]["accessKeyId"] == key)
            .unwrap();
        let arn = assumed.response()["assumedRoleUser"]["arn"].as_str().unwrap().to_owned();
        chain.push(arn.split_once('/').unwrap().1.to_owned());
        key = assumed.key().to_owned();
    }
    assert_eq!(chain, ["PaymentsDeploy/build-7731", "ReleaseRole/build-7731"]);
    assert_eq!(key, LEAKED_KEY);
}

#[test]
fn question_3_what_reconnaissance() {
    let misuse = lines().filter(|line| line.key() == LEAKED_KEY && line.is_intruders());
    let opening = ["GetCallerIdentity", "AssumeRole"];
    let recon: Vec<&Line> =
        misuse.filter(|line| !opening.contains(&line.event_name.as_str())).collect();
    let regions: BTreeSet<&str> = recon.iter().map(|line| line.aws_region.as_str()).collect();
    assert_eq!(recon.len(), 23);
    assert_eq!(recon.iter().filter(|line| line.is_denied()).count(), 20);
    assert_eq!(regions.len(), 17);
    assert_eq!((recon[0].time(), recon[22].time()), ("02:13:31Z", "02:19:58Z"));
}

#[test]
fn question_4_which_objects_were_taken() {
    let taken: Vec<&Line> = named("GetObject").filter(|line| line.key() == PAYMENTS_KEY).collect();
    let objects: BTreeSet<String> =
        taken.iter().map(|line| line.request()["key"].to_string()).collect();
    let bytes: u64 =
        taken.iter().filter_map(|line| line.extra()["bytesTransferredOut"].as_u64()).sum();
    assert_eq!((taken.len(), objects.len(), bytes), (4_812, 4_812, 9_624_000_000));
    assert!(taken.iter().all(|line| line.address == SECOND_ADDRESS && !line.management_event));
    assert_eq!(named("ListObjects").next().unwrap().time(), "02:36:00Z");
    assert_eq!(taken.last().unwrap().time(), "02:58:59Z");
}

#[test]
fn question_5_any_other_loss() {
    let shared: Vec<Value> = named("ModifySnapshotAttribute").map(Line::request).collect();
    let with = &shared[0]["createVolumePermission"]["add"]["items"][0]["userId"];
    assert_eq!((shared.len(), with.as_str()), (1, Some("777788889999")));
    let secrets = named("GetSecretValue").filter(|line| line.is_intruders() && line.succeeded());
    let secrets: Vec<Value> = secrets.map(|line| line.request()["secretId"].clone()).collect();
    assert_eq!(secrets, ["prod/payments/db"]);
}

#[test]
fn question_6_what_persists() {
    let made = |name| {
        let all: Vec<&Line> = named(name).collect();
        assert!(all.len() == 1 && all[0].is_intruders() && all[0].succeeded(), "{name}");
        (all[0].request(), all[0].response())
    };
    assert_eq!(made("CreateUser").0["userName"], "svc-metrics");
    assert_eq!(made("CreateAccessKey").1["accessKey"]["accessKeyId"], METRICS_KEY);
    assert_eq!(made("AuthorizeSecurityGroupIngress").0["groupId"], "sg-0a1b2c3d4e5f60718");
    let undone = ["DeleteUser", "DeleteAccessKey", "RevokeSecurityGroupIngress"];
    assert!(undone.iter().all(|name| named(name).next().is_none()));
}

#[test]
fn question_7_was_logging_blinded() {
    let calls = lines().filter(|line| line.event_name.ends_with("Logging"));
    let tonight = calls.filter(|line| line.event_time.starts_with("2026-11-18"));
    let told: Vec<_> = tonight
        .map(|line| (line.time(), line.request()["name"].clone(), line.succeeded()))
        .collect();
    assert_eq!(
        told,
        [
            ("02:31:20Z", Value::Null, false),
            ("02:33:02Z", "build-local".into(), true),
            ("06:05:10Z", "build-local".into(), true),
        ]
    );
    let refused = named("StopLogging").find(|line| !line.succeeded()).unwrap();
    let message = refused.error_message.as_deref().unwrap();
    assert!(message.ends_with("payments-local with an explicit deny in a service control policy"));
    let stopped = named("StopLogging").find(|line| line.time() == "02:33:02Z").unwrap();
    assert_eq!(stopped.key(), RELEASE_KEY);
}

#[test]
fn question_8_and_carol() {
    let hers = lines().filter(|line| line.key() == CAROL_SESSION_KEY);
    let hers: Vec<&Line> = hers.collect();
    assert_eq!(hers.len(), 12);
    for line in hers {
        assert_eq!(line.event_name, "GetObject");
        assert_eq!(line.user_identity.session_context.source_identity, "carol");
        assert_eq!(line.user_identity.session_context.attributes.mfa_authenticated, "true");
    }
    let from_home: Vec<&Line> = lines().filter(|line| line.address == CAROL_ADDRESS).collect();
    assert_eq!((from_home.len(), from_home[0].time()), (15, "01:40:00Z"));
    assert!(from_home[1..].iter().all(|line| line.read_only && line.succeeded()));
    assert_eq!(from_home[1].key(), CAROL_KEY);
}

#[test]
fn question_9_when_was_it_contained() {
    let successes = lines().filter(|line| line.is_intruders() && line.succeeded());
    let last = successes.last().unwrap();
    assert_eq!((last.time(), last.key()), ("06:22:10Z", METRICS_KEY));
    let shut = named("UpdateAccessKey").last().unwrap();
    assert_eq!((shut.time(), shut.request()["status"].as_str()), ("06:41:55Z", Some("Inactive")));
    assert_eq!(shut.request()["accessKeyId"], METRICS_KEY);
    assert!(shut.user_identity.arn.ends_with("/alice"));
}

#[test]
fn question_10_a_rule_on_stop_logging() {
    let told: Vec<_> = named("StopLogging").map(|line| (line.time(), line.is_denied())).collect();
    let carols = "2026-11-09T14:12:05Z";
    assert_eq!(told, [(carols, false), ("02:31:20Z", true), ("02:33:02Z", false)]);
}

#[test]
fn the_first_questions_are_about_this_story() {
    let stopped = named("StopLogging").last().unwrap();
    assert!(
        QUESTIONS.contains(&format!("pugmark event {}", stopped.id).as_str()),
        "{}",
        stopped.id
    );
}
