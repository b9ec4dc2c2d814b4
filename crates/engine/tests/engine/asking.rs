//! The everyday questions, where records say less than one would like.

use crate::home::Home;
use engine::{
    Ending, Engine, EntityAsk, Error, ErrorKind, ExplainAsk, FacetsAsk, HistogramAsk, Node,
    SessionAsk, UnusedAsk, UnusedKind,
};
use model::{AccountId, Timestamp};
use serde_json::{Value, json};

const ACCOUNT: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/Ops";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/Ops/alice";
const ALICE: &str = "arn:aws:iam::123456789012:user/alice";

fn session(key: &str) -> Value {
    json!({"type": "AssumedRole", "principalId": "AROAOPS:alice", "arn": SESSION,
        "accountId": ACCOUNT, "accessKeyId": key,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE, "userName": "Ops"}}})
}

fn alice(key: &str) -> Value {
    json!({"type": "IAMUser", "principalId": "AIDAALICE", "arn": ALICE, "accountId": ACCOUNT,
        "accessKeyId": key, "userName": "alice"})
}

/// A record: when, by whom, what, and whatever else.
fn record(time: &str, identity: &Value, action: &str, more: &Value) -> Value {
    let (source, name) = action.split_once(':').unwrap();
    let mut record = json!({"eventVersion": "1.11", "userIdentity": identity,
        "eventTime": format!("2026-11-18T{time}Z"), "eventName": name,
        "eventSource": format!("{source}.amazonaws.com"), "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.10", "recipientAccountId": ACCOUNT,
        "eventType": "AwsApiCall", "eventCategory": "Management"});
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record
}

fn lake(home: &Home, records: &[Value]) -> Engine {
    let engine = home.open();
    let numbered = records.iter().enumerate().map(|(n, record)| {
        let mut record = record.clone();
        record["eventID"] = format!("22222222-0000-4000-8000-{n:012}").into();
        let owner = record["recipientAccountId"].as_str().unwrap();
        (AccountId::parse(owner).unwrap(), record.to_string().into_bytes())
    });
    engine.import_records("test", numbered).unwrap();
    engine
}

fn asked(engine: &Engine, value: &str) -> Node {
    let ask = SessionAsk { value: value.to_owned(), ..SessionAsk::default() };
    let session = engine.session(&ask).unwrap();
    session.nodes.into_iter().find(|node| node.asked).unwrap()
}

fn issued(key: &str) -> Value {
    json!({"requestParameters": {"roleArn": ROLE, "roleSessionName": "alice"},
        "responseElements": {"credentials": {"accessKeyId": key},
            "assumedRoleUser": {"arn": SESSION}}})
}

fn switched(time: &str) -> Value {
    let from = json!({"additionalEventData": {"SwitchFrom": ALICE}});
    record(time, &session(""), "signin:SwitchRole", &from)
}

#[test]
fn who_switched_roles_in_the_console_is_inferred_and_told_so() {
    let home = Home::new();
    let call = record("10:05:00", &session("ASIACONSOLE"), "s3:ListBuckets", &json!({}));
    let engine = lake(&home, &[switched("10:00:00"), call]);
    let node = asked(&engine, "ASIACONSOLE");
    assert_eq!((node.root.as_str(), node.inferred), (ALICE, true));
    assert_eq!(node.chain, ["alice", "Ops/alice"]);
    let edge = node.edge.unwrap();
    assert!(edge.inferred.unwrap().contains("SwitchRole"));
    assert_eq!(edge.records[0].event_id, "22222222-0000-4000-8000-000000000000");
}

#[test]
fn a_call_that_keeps_the_key_back_is_inferred_by_name_and_told_so() {
    let home = Home::new();
    let asks = json!({"requestParameters": {"roleArn": ROLE, "roleSessionName": "alice"}});
    let other = json!({"requestParameters": {"roleArn": ROLE, "roleSessionName": "bob"}});
    let engine = lake(
        &home,
        &[
            record("09:00:00", &alice("AKIAALICE"), "sts:AssumeRole", &asks),
            record("09:30:00", &alice("AKIAOTHER"), "sts:AssumeRole", &other),
            record("10:05:00", &session("ASIASILENT"), "s3:ListBuckets", &json!({})),
        ],
    );
    let node = asked(&engine, "ASIASILENT");
    assert_eq!((node.root.as_str(), node.inferred, node.ending), (ALICE, true, Some(Ending::Root)));
    assert!(node.edge.unwrap().inferred.unwrap().contains("session name"));
    let ask = SessionAsk { value: "ASIASILENT".to_owned(), ..SessionAsk::default() };
    let top = engine.session(&ask).unwrap().nodes.remove(0);
    assert_eq!(top.key.as_deref(), Some("AKIAALICE"));
}

#[test]
fn what_a_record_says_outright_is_never_inferred() {
    let home = Home::new();
    let engine = lake(
        &home,
        &[
            switched("10:00:00"),
            record("10:01:00", &alice("AKIAALICE"), "sts:AssumeRole", &issued("ASIAEXACT")),
            record("10:05:00", &session("ASIAEXACT"), "s3:ListBuckets", &json!({})),
        ],
    );
    let node = asked(&engine, "ASIAEXACT");
    assert!(!node.inferred && node.edge.unwrap().inferred.is_none());
    assert_eq!(node.root, ALICE);
}

#[test]
fn what_lies_too_far_back_or_comes_later_suggests_nothing() {
    for time in ["00:00:00", "18:00:00"] {
        let home = Home::new();
        let call = record("13:00:00", &session("ASIALATE"), "s3:ListBuckets", &json!({}));
        let node = asked(&lake(&home, &[switched(time), call]), "ASIALATE");
        assert_eq!((node.edge, node.inferred, node.ending), (None, false, Some(Ending::Unseen)));
        assert_eq!(node.root, SESSION, "{time}");
    }
}

#[test]
fn a_session_that_did_nothing_has_the_name_it_was_issued_under() {
    let home = Home::new();
    let engine = lake(
        &home,
        &[record("10:01:00", &alice("AKIAALICE"), "sts:AssumeRole", &issued("ASIAIDLE"))],
    );
    let node = asked(&engine, "ASIAIDLE");
    assert_eq!((node.name.as_str(), node.did.records), ("Ops/alice", 0));
    // From above it is seen too.
    let ask = SessionAsk { value: "AKIAALICE".to_owned(), ..SessionAsk::default() };
    let nodes = engine.session(&ask).unwrap().nodes;
    assert_eq!((nodes.len(), nodes[1].key.as_deref()), (2, Some("ASIAIDLE")));
}

#[test]
fn keys_in_a_circle_are_shown_and_end() {
    let home = Home::new();
    let engine = lake(
        &home,
        &[
            record("10:01:00", &session("ASIAONE"), "sts:AssumeRole", &issued("ASIATWO")),
            record("10:02:00", &session("ASIATWO"), "sts:AssumeRole", &issued("ASIAONE")),
        ],
    );
    let node = asked(&engine, "ASIAONE");
    assert_eq!(node.ending, Some(Ending::Cycle));
    let ask = SessionAsk { value: "ASIAONE".to_owned(), ..SessionAsk::default() };
    assert_eq!(engine.session(&ask).unwrap().nodes.len(), 2);
}

#[test]
fn more_sessions_than_asked_for_are_told_to_be_there() {
    let home = Home::new();
    let issue = |n: usize| {
        let key = format!("ASIA{n}");
        record("10:01:00", &alice("AKIAALICE"), "sts:AssumeRole", &issued(&key))
    };
    let engine = lake(&home, &(0..20).map(issue).collect::<Vec<_>>());
    let ask = |nodes| SessionAsk { value: "AKIAALICE".to_owned(), nodes, ..SessionAsk::default() };
    let few = engine.session(&ask(Some(5))).unwrap();
    assert_eq!((few.nodes.len(), few.more), (5, true));
    let all = engine.session(&ask(None)).unwrap();
    assert_eq!((all.nodes.len(), all.more), (21, false));
}

#[test]
fn an_account_is_told_of_its_own_records_only() {
    let home = Home::new();
    let elsewhere = json!({"recipientAccountId": "444455556666"});
    let engine = lake(
        &home,
        &[
            record("10:01:00", &alice("AKIAALICE"), "sts:AssumeRole", &issued("ASIAEXACT")),
            record("10:05:00", &session("ASIAEXACT"), "s3:ListBuckets", &elsewhere),
        ],
    );
    let owner = AccountId::parse("444455556666");
    let value = "ASIAEXACT".to_owned();
    let ask = SessionAsk { value: value.clone(), owner: owner.clone(), nodes: None };
    let nodes = engine.session(&ask).unwrap().nodes;
    assert_eq!((nodes.len(), nodes[0].root.as_str()), (1, SESSION));
    let ask = EntityAsk { value, owner, ..EntityAsk::default() };
    let entity = engine.entity(&ask).unwrap();
    assert_eq!((entity.figures.records, entity.root.as_deref()), (1, Some(SESSION)));
}

#[test]
fn a_key_that_was_never_used_is_unused() {
    let home = Home::new();
    let engine = lake(&home, &[]);
    let made = engine.state().access_keys().next().unwrap().clone();
    let unused = |since| {
        let ask = UnusedAsk { since, kinds: vec![UnusedKind::Key], ..UnusedAsk::default() };
        engine.unused(&ask).unwrap().rows
    };
    let rows = unused(Timestamp(made.created.0 + 1));
    assert_eq!((rows.len(), rows[0].value.as_str()), (1, made.id.as_str()));
    assert_eq!((rows[0].created, rows[0].figures.records), (Some(made.created), 0));
    assert!(unused(made.created).is_empty(), "it was not there before");
}

#[test]
fn questions_outside_their_limits_are_refused_with_what_to_ask_instead() {
    let home = Home::new();
    let engine = lake(&home, &[switched("10:00:00")]);
    let long = "x".repeat(3_000);
    let session = |value: &str, nodes| {
        let ask = SessionAsk { value: value.to_owned(), nodes, owner: None };
        engine.session(&ask).map(drop)
    };
    let entity = |value: &str, top| {
        let ask = EntityAsk { value: value.to_owned(), top, ..EntityAsk::default() };
        engine.entity(&ask).map(drop)
    };
    let refused: Vec<Result<(), Error>> = vec![
        session("", None),
        session(" \t", None),
        session(&long, None),
        session("alice", Some(0)),
        session("alice", Some(1_001)),
        entity("", None),
        entity("alice", Some(0)),
        engine.facets(&FacetsAsk { top: Some(0), ..FacetsAsk::default() }).map(drop),
        engine.explain(&ExplainAsk { limit: Some(5_000), ..ExplainAsk::default() }).map(drop),
        engine.histogram(&HistogramAsk { buckets: Some(0), ..HistogramAsk::default() }).map(drop),
        engine.unused(&UnusedAsk { limit: Some(0), ..UnusedAsk::default() }).map(drop),
    ];
    for (n, answer) in refused.into_iter().enumerate() {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{n}");
        assert!(error.to_string().contains("; "), "{error} names no next step");
    }
}

#[test]
fn an_empty_lake_answers_with_nothing() {
    let home = Home::new();
    let engine = lake(&home, &[]);
    assert!(engine.histogram(&HistogramAsk::default()).unwrap().buckets.is_empty());
    assert_eq!(engine.facets(&FacetsAsk::default()).unwrap().total.records, 0);
    assert!(engine.explain(&ExplainAsk::default()).unwrap().differences.is_empty());
    let ask = EntityAsk { value: "alice".to_owned(), ..EntityAsk::default() };
    assert_eq!(engine.entity(&ask).unwrap().kind, None);
}
