//! Our own face, which the command line speaks.

use crate::house::House;
use crate::request::Ask;
use model::{AccountId, Change};
use serde_json::{Value, json};

fn ask(operation: &str, input: &Value) -> Ask {
    Ask::new("pugmark", operation, &input.to_string())
}

fn event(n: usize, account: &str) -> String {
    json!({
        "eventVersion": "1.11", "eventTime": format!("2026-09-01T00:00:{n:02}Z"),
        "eventSource": "iam.amazonaws.com", "eventName": "ListUsers", "awsRegion": "us-east-1",
        "eventID": format!("00000000-0000-4000-8000-{n:012x}"), "recipientAccountId": account,
        "eventCategory": "Management",
    })
    .to_string()
}

#[test]
fn search_gives_records_byte_for_byte_a_page_at_a_time() {
    let house = House::new();
    (0..5).for_each(|n| house.import(&event(n, "111122223333")));
    let mut search = json!({
        "limit": 2,
        "terms": [{ "what": "EventSource", "matches": { "is": "iam.amazonaws.com" } }],
    });
    let mut found = Vec::new();
    loop {
        let answer = house.json(&ask("SearchEvents", &search));
        found.extend(answer["rows"].as_array().unwrap().iter().cloned());
        match answer.get("next") {
            Some(next) => search["after"] = next.clone(),
            None => break,
        }
    }
    let events: Vec<&str> = found.iter().map(|row| row["event"].as_str().unwrap()).collect();
    let want: Vec<String> = (0..5).rev().map(|n| event(n, "111122223333")).collect();
    assert_eq!(events, want);
    assert_eq!(found[0]["owner"], "111122223333");
    assert_eq!(found[0]["origin"], "imported");
    assert_eq!(found[0]["hidden"], false);
    assert_eq!(found[0]["eventId"], "00000000-0000-4000-8000-000000000004");
}

#[test]
fn a_page_has_a_size() {
    let house = House::new();
    for limit in [0, 1_001] {
        let response = house.ask(&ask("SearchEvents", &json!({ "limit": limit })));
        assert_eq!(response.header("x-amzn-errortype"), Some("ValidationException"), "{limit}");
    }
    let response = house.ask(&ask("SearchEvents", &json!({ "colour": "red" })));
    assert_eq!(response.header("x-amzn-errortype"), Some("SerializationException"));
}

#[test]
fn an_import_is_started_and_followed() {
    let house = House::new();
    let logs = tempfile::tempdir().unwrap();
    let records = format!("{{\"Records\":[{}]}}", event(1, "111122223333"));
    std::fs::write(logs.path().join("a.json"), records).unwrap();
    let paths = json!({ "paths": [logs.path().to_str().unwrap()] });
    let started = house.json(&ask("StartImport", &paths));
    let shown = house.json(&ask("DescribeImport", &started));
    assert_eq!(shown["import"]["id"], started["importId"]);
    assert_eq!(shown["import"]["paths"], paths["paths"]);
    let all = house.json(&ask("ListImports", &json!({})));
    assert_eq!(all["imports"].as_array().unwrap().len(), 1);
}

#[test]
fn paths_are_absolute_and_there() {
    let house = House::new();
    for (paths, code) in [
        (json!([]), "ValidationException"),
        (json!(["logs"]), "ValidationException"),
        (json!(["../logs"]), "ValidationException"),
        (json!(["/no/such/place"]), "ValidationException"),
    ] {
        let response = house.ask(&ask("StartImport", &json!({ "paths": paths })));
        assert_eq!(response.header("x-amzn-errortype"), Some(code), "{paths}");
    }
    let response = house.ask(&ask("DescribeImport", &json!({ "importId": "none" })));
    assert_eq!(response.header("x-amzn-errortype"), Some("ResourceNotFoundException"));
}

#[test]
fn status_and_extent_say_what_there_is() {
    let house = House::new();
    house.import(&event(7, "111122223333"));
    let status = house.json(&ask("Status", &json!({})));
    assert_eq!(status["birth"]["account"], "123456789012");
    assert!(status["status"]["records"].as_u64().unwrap() >= 1);
    let extent = house.json(&ask("Extent", &json!({ "owner": "111122223333" })));
    assert_eq!(extent["oldest"], 1_788_220_807_000_i64);
    assert_eq!(extent["newest"], 1_788_220_807_000_i64);
    let none = house.json(&ask("Extent", &json!({ "owner": "999988887777" })));
    assert_eq!(none, json!({}));
}

#[test]
fn who_is_no_administrator_is_denied_and_recorded() {
    let house = House::new();
    let account = AccountId::parse("123456789012").unwrap();
    let mut user = house.engine.state().user(&account, "admin").unwrap().clone();
    user.admin = false;
    house.change(Change::UserPut(user));
    for operation in ["DescribeImport", "Extent", "ListImports", "Reset", "SearchEvents", "Status"]
    {
        let response = house.ask(&ask(operation, &json!({})));
        assert_eq!(response.header("x-amzn-errortype"), Some("AccessDeniedException"));
        let record = &house.records_of(&response)[0];
        assert_eq!(record["errorCode"], "AccessDenied");
        assert_eq!(record["eventName"], operation);
    }
}

/// What a session made here did is traced to whoever it was made for, by the key in the record.
#[test]
fn a_session_issued_here_leads_to_whoever_it_was_issued_to() {
    let house = House::new();
    let key = crate::triptych::session(&house);
    let call = Ask::new("sts", "GetCallerIdentity", "").signed(&key, house.env.now());
    assert_eq!(house.send(call).status.as_u16(), 200);
    for sealed in [false, true] {
        if sealed {
            house.engine.seal().unwrap();
        }
        let answer = house.json(&ask("Session", &json!({ "value": key.id })));
        let nodes = answer["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 2, "{answer}");
        assert_eq!(nodes[0]["key"], house.admin.id);
        assert_eq!(nodes[1]["key"], key.id);
        assert_eq!(nodes[1]["edge"]["how"], "GetSessionToken");
        assert_eq!(nodes[1]["edge"].get("inferred"), None);
        assert_eq!(nodes[1]["root"], "arn:aws:iam::123456789012:user/admin");
        assert_eq!(nodes[1]["ending"], "root");
    }
}

/// Who is no administrator is told of their own account, whatever is asked.
#[test]
fn questions_are_about_the_callers_own_account_unless_they_see_all() {
    let house = House::new();
    house.import(&event(1, "123456789012"));
    house.import(&event(2, "444455556666"));
    let count = |house: &House, operation: &str| {
        let answer = house.json(&ask(
            operation,
            &json!({ "search": { "terms": [
            { "what": "EventName", "matches": { "is": "ListUsers" } }
        ] } }),
        ));
        answer["total"]["records"].as_u64().unwrap()
    };
    assert_eq!((count(&house, "Facets"), count(&house, "Histogram")), (2, 2));
    let other = json!({ "owner": "444455556666", "value": "ListUsers" });
    let account = AccountId::parse("123456789012").unwrap();
    let mut user = house.engine.state().user(&account, "admin").unwrap().clone();
    user.admin = false;
    house.change(Change::UserPut(user));
    for operation in ["Entity", "Session"] {
        let response = house.ask(&ask(operation, &other));
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(body.contains("AccessDenied"), "{operation}: {body}");
    }
}
