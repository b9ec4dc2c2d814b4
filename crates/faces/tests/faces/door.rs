//! What the door does whatever the operation.

use crate::house::House;
use crate::request::Ask;
use serde_json::{Value, json};

fn body(response: &wire::Response) -> String {
    String::from_utf8(response.body.to_vec()).unwrap()
}

/// A JSON call of a service that is not built.
fn foreign(service: &str, target: &str) -> Ask {
    Ask::plain("POST", "/", service)
        .with("content-type", "application/x-amz-json-1.1")
        .with("x-amz-target", target)
}

#[test]
fn what_is_not_built_says_so_in_its_own_protocol_and_is_recorded() {
    let house = House::new();
    let mut query = Ask::plain("POST", "/", "sdb")
        .with("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    query.body = "Action=CreateDomain&Version=2009-04-15&DomainName=eve".to_owned();
    let cases = [
        (
            Ask::new("cloudtrail", "ListPaws", ""),
            "cloudtrail:ListPaws",
            "UnknownOperationException",
        ),
        (Ask::new("sts", "AssumePaw", ""), "sts:AssumePaw", "<Code>InvalidAction</Code>"),
        (Ask::new("ec2", "RunPaws", ""), "ec2:RunPaws", "<Code>InvalidAction</Code>"),
        (query, "sdb:CreateDomain", "<Code>InvalidAction</Code>"),
        (
            foreign("gamelift", "GameLift.CreateFleet"),
            "gamelift:CreateFleet",
            "UnknownOperationException",
        ),
        (
            Ask::plain("GET", "/bucket?analytics", "s3").with("x-amz-content-sha256", EMPTY),
            "s3:GET /bucket",
            "<Code>NotImplemented</Code>",
        ),
        (Ask::plain("POST", "/job", "braket"), "braket:POST /job", "pugmark does not implement"),
    ];
    for (ask, name, code) in cases {
        let response = house.ask(&ask);
        let text = body(&response);
        assert!(response.status.is_client_error() || response.status == 501, "{name}: {text}");
        assert!(text.contains(code), "{name}: {text}");
        assert!(text.contains(&format!("pugmark does not implement {name} yet")), "{text}");
        let records = house.records_of(&response);
        let (service, operation) = name.split_once(':').unwrap();
        assert_eq!(records.len(), 1, "{name}");
        assert_eq!(records[0]["eventName"], operation);
        assert_eq!(records[0]["eventSource"], format!("{service}.amazonaws.com"));
        assert!(records[0]["errorCode"].is_string());
        assert_eq!(records[0]["requestParameters"], Value::Null, "secrets may be in there");
    }
}

/// The hash of an empty body.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_request_without_an_operation_says_so() {
    let house = House::new();
    let response = house.ask(&Ask::plain("POST", "/", "cloudtrail"));
    assert!(body(&response).contains("names no operation"), "{}", body(&response));
    assert_eq!(house.records_of(&response)[0]["eventName"], "POST /");
    let response = house.ask(&Ask::plain("GET", "/?Version=2011-06-15", "sts"));
    assert!(body(&response).contains("<Code>MissingAction</Code>"), "{}", body(&response));
}

#[test]
fn the_prefix_of_a_target_matters() {
    let house = House::new();
    let response = house.ask(&foreign("cloudtrail", "SomethingElse.LookupEvents"));
    assert_eq!(response.header("x-amzn-errortype"), Some("UnknownOperationException"));
}

#[test]
fn malformed_and_deep_inputs_are_refused_and_recorded() {
    let house = House::new();
    let nested = |levels: usize| {
        format!("{{\"LookupAttributes\":{}{}}}", "[".repeat(levels), "]".repeat(levels))
    };
    for input in ["{", "[]", "{\"a\":1,\"a\":2}", &nested(63), &nested(64), &nested(100_000)] {
        let response = house.ask(&Ask::new("cloudtrail", "LookupEvents", input));
        assert_eq!(response.header("x-amzn-errortype"), Some("SerializationException"));
        let record = &house.records_of(&response)[0];
        assert_eq!(record["errorCode"], "SerializationException");
        assert!(record["errorMessage"].as_str().unwrap().len() <= 1_024);
    }
}

#[test]
fn what_is_not_of_its_type_is_not_quoted_at_length() {
    let house = House::new();
    let input = json!({ "MaxResults": "x".repeat(1 << 20) }).to_string();
    let response = house.ask(&Ask::new("cloudtrail", "LookupEvents", &input));
    assert_eq!(response.header("x-amzn-errortype"), Some("SerializationException"));
    assert!(response.body.len() < 2_048, "{} bytes", response.body.len());
}

#[test]
fn large_parameters_are_kept_whole_up_to_a_mebibyte() {
    let house = House::new();
    let input = |size: usize| json!({ "NextToken": "x".repeat(size) }).to_string();
    let parameters = |size| {
        let response = house.ask(&Ask::new("cloudtrail", "LookupEvents", &input(size)));
        house.records_of(&response)[0]["requestParameters"].clone()
    };
    assert_eq!(parameters(1_000_000)["nextToken"].as_str().unwrap().len(), 1_000_000);
    let omitted = parameters(1 << 20);
    assert_eq!(omitted["omitted"], true);
    assert_eq!(omitted["reason"], "requestParameters too large");
    assert!(omitted["originalSize"].as_u64().unwrap() > 1 << 20);
}

#[test]
fn who_asks_from_where_is_told_within_bounds() {
    let house = House::new();
    let mut ask = Ask::new("sts", "GetCallerIdentity", "");
    ask.headers.retain(|(name, _)| name != "user-agent");
    let agent = format!("{}\u{e9}", "a".repeat(1_023));
    let mut request = ask.signed(&house.admin, house.env.now());
    request.headers.insert("user-agent", agent.parse().unwrap());
    request.peer = "::ffff:192.0.2.4".parse().unwrap();
    let response = house.send(request);
    let record = &house.records_of(&response)[0];
    assert_eq!(record["userAgent"], "a".repeat(1_023));
    assert_eq!(record["sourceIPAddress"], "192.0.2.4");
    let response = house.ask(&ask);
    assert_eq!(house.records_of(&response)[0]["userAgent"], "");
}

#[test]
fn metrics_count_what_ended_how_and_name_only_what_is_built() {
    let house = House::new();
    house.ask(&Ask::new("sts", "GetCallerIdentity", ""));
    house.ask(&Ask::new("sts", "Bogus", ""));
    house.ask(&foreign("bogus", "Bogus.Bogus"));
    house.send(Ask::new("sts", "GetCallerIdentity", "").unsigned());
    let text = house.door.metrics();
    for line in [
        "pugmark_requests_total{service=\"sts\",operation=\"GetCallerIdentity\",\
         outcome=\"succeeded\"} 1",
        "pugmark_requests_total{service=\"sts\",operation=\"GetCallerIdentity\",\
         outcome=\"refused\"} 1",
        "pugmark_requests_total{service=\"other\",operation=\"other\",outcome=\"failed\"} 2",
        "pugmark_authentication_failures_total{code=\"MissingAuthenticationToken\"} 1",
        "pugmark_request_duration_seconds_count{service=\"sts\",\
         operation=\"GetCallerIdentity\"} 2",
        "pugmark_records 3",
        "pugmark_poisoned 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert!(!text.to_lowercase().contains("bogus"), "{text}");
}

fn unavailable(response: &wire::Response) -> String {
    assert_eq!(response.status.as_u16(), 503);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["__type"], "ServiceUnavailable");
    body["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_failed_sync_is_the_end_of_answers() {
    let house = House::new();
    let ask = Ask::new("pugmark", "Status", "");
    assert_eq!(house.ask(&ask).status.as_u16(), 200);
    house.disk.fail_sync_at(1);
    for _ in 0..3 {
        let message = unavailable(&house.ask(&ask));
        assert!(message.contains("nothing was done"), "{message}");
        assert!(message.contains("; check the disk and restart"), "{message}");
    }
    assert_eq!(house.records().len(), 1);
}

#[test]
fn a_full_disk_is_told_and_left_behind() {
    let house = House::new();
    let ask = Ask::new("pugmark", "Status", "");
    house.disk.set_capacity(Some(0));
    let message = unavailable(&house.ask(&ask));
    assert!(message.contains("full") || message.contains("space"), "{message}");
    house.disk.set_capacity(None);
    assert_eq!(house.ask(&ask).status.as_u16(), 200);
    assert_eq!(house.records().len(), 1);
}
