//! The door with handlers of its own: a change and its record are one, and a bug in a read is the
//! end of that read alone.

use super::call::{Call, Ids};
use super::handle::Told;
use super::route::{Addressed, Route};
use super::{Caller, DevMode, Door, DoorSettings, Turn, Verified, identity};
use crate::answer::Answered;
use crate::service::{Access, Job, Operation, Prepared};
use engine::sim::SimDisk;
use engine::{Durable, Engine, Env, Search, Settings};
use model::resource::User;
use model::{AccountId, Change, Effect, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use wait::block_on;
use wire::{ErrorStatus, Fault, Protocol, Rejection};

#[path = "../../tests/faces/wait.rs"]
mod wait;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn never(_: Protocol, _: Value) -> Result<Prepared, Rejection> {
    Err(Rejection {
        code: "SerializationException",
        message: String::new(),
        status: ErrorStatus::BAD_REQUEST,
    })
}

static CREATE: Operation = Operation::new("CreateTrail", Access::Write, never);
static LIST: Operation = Operation::new("ListTrails", Access::Read, never);
static SEARCH: Operation = Operation::new("LookupEvents", Access::Search, never);

fn door() -> Door {
    let disk = Arc::new(SimDisk::new(1));
    let env = Env::simulated(NOW, 1);
    let opened = Engine::simulated(disk, Settings::default(), env).unwrap();
    Door::new(opened.engine, DoorSettings::default())
}

fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

fn caller() -> Caller {
    let mode = DevMode::for_loopback(([127, 0, 0, 1], 1).into()).unwrap();
    let inner = model::Caller {
        identity: identity::waived("test", &account()),
        region: "us-east-1".to_owned(),
        source_ip: "192.0.2.1".to_owned(),
        user_agent: String::new(),
        secure: false,
    };
    Caller::new(inner, Verified::Waived(mode), NOW, "fresh".to_owned())
}

fn call(door: &Door, operation: &'static Operation, parameters: Value) -> Arc<Call> {
    let route = Route {
        service: Addressed::built(&crate::cloudtrail::SERVICE),
        operation: Some(operation),
        named: true,
        event_name: operation.name.to_owned(),
        protocol: Protocol::AwsJson11,
        unsigned: None,
        place: None,
    };
    Arc::new(Call {
        route,
        caller: caller(),
        ids: Ids::new(door.engine.env()),
        parameters,
        host: None,
        tls: None,
    })
}

fn perform(door: &Door, call: Arc<Call>, job: Job) -> Result<Durable<Told>, engine::Error> {
    block_on(door.perform(call, Ok(job), Turn::free()))
}

fn records(door: &Door) -> Vec<Value> {
    let page = door.engine.search(&Search::default()).unwrap();
    let rows = page.rows.iter();
    rows.map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
}

fn answered(output: Value) -> Answered {
    Answered::json(output)
}

fn eve() -> User {
    User {
        account: account(),
        name: "eve".to_owned(),
        id: "AIDAEVE".to_owned(),
        created: NOW,
        admin: false,
    }
}

#[test]
fn a_write_changes_state_and_leaves_its_record() {
    let door = door();
    let call = call(&door, &CREATE, json!({ "name": "eve" }));
    let job = Job::Write(Box::new(|state, caller| {
        assert!(state.user(caller.account(), "eve").is_none());
        let output = answered(json!({ "TrailARN": "a", "KMSKeyId": null }));
        Ok((output, Effect::from(Change::UserPut(eve()))))
    }));
    let told = perform(&door, call, job).unwrap().into_inner().unwrap();
    assert_eq!(told.output["TrailARN"], "a");
    assert!(door.engine.state().user(&account(), "eve").is_some());
    let records = records(&door);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["readOnly"], false);
    assert_eq!(records[0]["requestParameters"], json!({ "name": "eve" }));
    assert_eq!(records[0]["responseElements"], json!({ "trailARN": "a" }));
}

#[test]
fn a_write_that_fails_changes_nothing_and_leaves_its_record() {
    let door = door();
    let call = call(&door, &CREATE, Value::Null);
    let job = Job::Write(Box::new(|_, _| {
        let status = ErrorStatus::BAD_REQUEST;
        Err(Fault::sender("TrailAlreadyExistsException", "it is there", status))
    }));
    let told = perform(&door, call, job).unwrap().into_inner();
    assert_eq!(told.unwrap_err().code, "TrailAlreadyExistsException");
    let records = records(&door);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["errorCode"], "TrailAlreadyExistsException");
    assert_eq!(records[0]["errorMessage"], "it is there");
    assert_eq!(records[0]["responseElements"], Value::Null);
}

#[test]
fn a_panic_in_a_read_is_an_internal_failure_that_is_recorded() {
    let door = door();
    for operation in [&LIST, &SEARCH] {
        let call = call(&door, operation, Value::Null);
        let job = Job::Read(Box::new(|_, _| panic!("a bug")));
        let fault = perform(&door, call, job).unwrap().into_inner().unwrap_err();
        assert_eq!((fault.code.as_str(), fault.status), ("InternalFailure", ErrorStatus::INTERNAL));
        assert!(!fault.message.contains("a bug"));
        assert_eq!(records(&door)[0]["errorCode"], "InternalFailure");
        assert_eq!(records(&door)[0]["eventName"], operation.name);
    }
    let call = call(&door, &LIST, Value::Null);
    let job = Job::Read(Box::new(|_, _| Ok(answered(json!({})))));
    assert!(perform(&door, call, job).unwrap().into_inner().is_ok());
}

#[test]
fn what_is_too_large_is_omitted_parameters_first() {
    let door = door();
    let large = |size: usize| json!({ "a": "x".repeat(size) });
    let sent = call(&door, &CREATE, large(700_000));
    let job = Job::Write(Box::new(move |_, _| Ok((answered(large(700_000)), Effect::default()))));
    assert!(perform(&door, sent, job).unwrap().into_inner().is_ok());
    let record = &records(&door)[0];
    assert_eq!(record["requestParameters"]["reason"], "requestParameters too large");
    assert_eq!(record["responseElements"]["a"].as_str().unwrap().len(), 700_000);
    let sent = call(&door, &CREATE, Value::Null);
    let job = Job::Write(Box::new(move |_, _| Ok((answered(large(2_000_000)), Effect::default()))));
    assert!(perform(&door, sent, job).unwrap().into_inner().is_ok());
    let records = records(&door);
    let elements = records.iter().map(|record| &record["responseElements"]);
    let reasons: Vec<&Value> = elements.map(|it| &it["reason"]).collect();
    assert!(reasons.contains(&&json!("responseElements too large")), "{reasons:?}");
}

#[test]
fn what_is_nested_too_deeply_for_a_record_is_omitted() {
    let door = door();
    let deep = (0..64).fold(json!(1), |inner, _| json!([inner]));
    let sent = call(&door, &LIST, json!({ "a": deep }));
    let job = Job::Read(Box::new(|_, _| Ok(answered(json!({})))));
    assert!(perform(&door, sent, job).unwrap().into_inner().is_ok());
    assert_eq!(records(&door)[0]["requestParameters"]["omitted"], true);
}
