//! `LookupEvents` against what it has to find.

use crate::house::{House, NOW};
use crate::request::Ask;
use model::{Timestamp, format_seconds};
use serde_json::{Value, json};

fn event(second: i64, members: &Value) -> String {
    let id = format!("00000000-0000-4000-8000-{second:012x}");
    let mut event = json!({
        "eventVersion": "1.11",
        "userIdentity": { "type": "IAMUser", "accessKeyId": "AKIA1", "userName": "alice" },
        "eventTime": format_seconds(NOW.seconds() - second),
        "eventSource": "iam.amazonaws.com", "eventName": "ListUsers",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.1",
        "requestParameters": null, "responseElements": null,
        "eventID": id, "readOnly": true, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    for (name, value) in members.as_object().unwrap() {
        event[name] = value.clone();
    }
    event.to_string()
}

fn lookup(house: &House, input: &Value) -> Value {
    house.json(&Ask::new("cloudtrail", "LookupEvents", &input.to_string()))
}

fn refusal(house: &House, input: &Value) -> (String, String) {
    let response = house.ask(&Ask::new("cloudtrail", "LookupEvents", &input.to_string()));
    assert_eq!(response.status.as_u16(), 400);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("__type"), text("message"))
}

/// The seconds before `NOW` of the imported events in an answer.
fn seconds(answer: &Value) -> Vec<i64> {
    let events = answer["Events"].as_array().unwrap().iter();
    let imported = events.filter(|event| event["EventSource"] == "iam.amazonaws.com");
    imported.map(|event| NOW.seconds() - event["EventTime"].as_i64().unwrap()).collect()
}

fn by(key: &str, value: &str) -> Value {
    json!({ "LookupAttributes": [{ "AttributeKey": key, "AttributeValue": value }] })
}

#[test]
fn newest_first_of_one_account_region_and_category_within_90_days() {
    let house = House::new();
    house.import(&event(10, &json!({})));
    house.import(&event(30, &json!({})));
    house.import(&event(20, &json!({})));
    house.import(&event(40, &json!({ "awsRegion": "eu-west-1" })));
    house.import(&event(41, &json!({ "recipientAccountId": "111122223333" })));
    house.import(&event(42, &json!({ "eventCategory": "Data", "managementEvent": false })));
    house.import(&event(43, &json!({ "eventCategory": "ActivityAuditLog" })));
    house.import(&event(44, &json!({ "eventCategory": "Insight" })));
    house.import(&event(91 * 86_400, &json!({})));
    assert_eq!(seconds(&lookup(&house, &json!({}))), [10, 20, 30]);
    assert_eq!(seconds(&lookup(&house, &json!({ "EventCategory": "insight" }))), [44]);
    let ask = Ask::new("cloudtrail", "LookupEvents", "").in_region("eu-west-1");
    assert_eq!(seconds(&house.json(&ask)), [40]);
}

#[test]
fn finds_by_each_attribute() {
    let house = House::new();
    let identity = json!({ "type": "IAMUser", "accessKeyId": "AKIA2", "userName": "bob" });
    house.import(&event(1, &json!({})));
    house.import(&event(2, &json!({ "userIdentity": identity })));
    house.import(&event(3, &json!({ "eventName": "CreateUser", "readOnly": false })));
    let id = "00000000-0000-4000-8000-000000000002";
    for (key, value, found) in [
        ("EventName", "CreateUser", vec![3]),
        ("EventName", "createuser", vec![]),
        ("EventId", id, vec![2]),
        ("EventSource", "iam.amazonaws.com", vec![1, 2, 3]),
        ("Username", "bob", vec![2]),
        ("AccessKeyId", "AKIA1", vec![1, 3]),
        ("ReadOnly", "false", vec![3]),
    ] {
        assert_eq!(seconds(&lookup(&house, &by(key, value))), found, "{key}={value}");
    }
}

#[test]
fn an_event_tells_what_its_record_tells_and_gives_it_back_byte_for_byte() {
    let house = House::new();
    let odd = event(5, &json!({})).replacen("{", "{ ", 1).replace("ListUsers", "List\\u0055sers");
    house.import(&odd);
    let answer = lookup(&house, &by("EventName", "ListUsers"));
    let event = &answer["Events"][0];
    assert_eq!(event["CloudTrailEvent"], odd.as_str());
    assert_eq!(event["ReadOnly"], "true");
    assert_eq!(event["EventTime"], NOW.seconds() - 5);
    assert_eq!(event["Username"], "alice");
    assert_eq!(event["AccessKeyId"], "AKIA1");
}

#[test]
fn both_ends_of_the_time_range_are_inside() {
    let house = House::new();
    for second in 10..15 {
        house.import(&event(second, &json!({})));
    }
    let (start, end) = (NOW.seconds() - 13, NOW.seconds() - 11);
    let numbers = json!({ "StartTime": start, "EndTime": end });
    assert_eq!(seconds(&lookup(&house, &numbers)), [11, 12, 13]);
    let texts = json!({ "StartTime": format_seconds(start), "EndTime": format_seconds(end) });
    assert_eq!(seconds(&lookup(&house, &texts)), [11, 12, 13]);
    let wrong = json!({ "StartTime": end, "EndTime": start });
    assert_eq!(refusal(&house, &wrong).0, "InvalidTimeRangeException");
    let wrong = json!({ "StartTime": 1e300 });
    assert_eq!(refusal(&house, &wrong).0, "InvalidTimeRangeException");
}

#[test]
fn pages_meet_without_gap_or_overlap() {
    let house = House::new();
    // Three of the same second, so that time alone does not say where a page ends.
    for n in 0..7 {
        let id = format!("10000000-0000-4000-8000-{n:012x}");
        house.import(&event(100 + n / 3, &json!({ "eventID": id })));
    }
    let mut input = by("EventName", "ListUsers");
    input["MaxResults"] = json!(2);
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let answer = lookup(&house, &input);
        let events = answer["Events"].as_array().unwrap();
        assert!(events.len() <= 2);
        ids.extend(events.iter().map(|event| event["EventId"].as_str().unwrap().to_owned()));
        pages += 1;
        // What arrives meanwhile does not move the pages behind.
        house.import(&event(50 - pages, &json!({})));
        match answer.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => break,
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((all, ids.len(), pages), (7, 7, 4));
}

#[test]
fn a_token_belongs_to_its_question() {
    let house = House::new();
    (1..5).for_each(|second| house.import(&event(second, &json!({}))));
    let mut input = by("EventName", "ListUsers");
    input["MaxResults"] = json!(1);
    let token = lookup(&house, &input)["NextToken"].clone();
    assert!(token.is_string());
    let mut other = by("EventName", "CreateUser");
    other["NextToken"] = token.clone();
    assert_eq!(refusal(&house, &other).0, "InvalidNextTokenException");
    let mut later = input.clone();
    later["StartTime"] = json!(NOW.seconds() - 50);
    later["NextToken"] = token.clone();
    assert_eq!(refusal(&house, &later).0, "InvalidNextTokenException");
    input["NextToken"] = json!("bm8=");
    assert_eq!(refusal(&house, &input).0, "InvalidNextTokenException");
    input["NextToken"] = token;
    // The size of a page is not part of the question.
    input["MaxResults"] = json!(2);
    assert_eq!(seconds(&lookup(&house, &input)), [2, 3]);
}

#[test]
fn refuses_in_awss_words() {
    let house = House::new();
    let two = json!({ "LookupAttributes": [
        { "AttributeKey": "EventName", "AttributeValue": "A" },
        { "AttributeKey": "EventId", "AttributeValue": "B" } ] });
    for (input, code) in [
        (two, "InvalidLookupAttributesException"),
        (by("Colour", "red"), "InvalidLookupAttributesException"),
        (by("SourceIPAddress", "192.0.2.1"), "InvalidLookupAttributesException"),
        (by("EventName", ""), "InvalidLookupAttributesException"),
        (by("EventName", &"_".repeat(1_001)), "InvalidLookupAttributesException"),
        (json!({ "LookupAttributes": [{}] }), "InvalidLookupAttributesException"),
        (json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": -1 }), "InvalidMaxResultsException"),
        (json!({ "EventCategory": "data" }), "InvalidEventCategoryException"),
        (json!({ "NextToken": "" }), "InvalidNextTokenException"),
        (json!({ "MaxResults": "many" }), "SerializationException"),
        (json!({ "LookupAttributes": 7 }), "SerializationException"),
        (json!({ "StartTime": {} }), "SerializationException"),
    ] {
        let (found, message) = refusal(&house, &input);
        assert_eq!(found, code, "{input}: {message}");
        assert!(message.len() > 10, "{message}");
    }
}

#[test]
fn a_call_is_in_the_next_answer_and_a_refused_one_too() {
    let house = House::new();
    lookup(&house, &json!({ "MaxResults": 1 }));
    refusal(&house, &json!({ "MaxResults": 0 }));
    let answer = lookup(&house, &by("EventSource", "cloudtrail.amazonaws.com"));
    let events = answer["Events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    let newest: Value =
        serde_json::from_str(events[0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(newest["errorCode"], "InvalidMaxResultsException");
    assert_eq!(newest["requestParameters"], json!({ "maxResults": 0 }));
    assert_eq!(events[0]["Username"], "admin");
}

#[test]
fn fifty_large_records_are_not_one_answer() {
    let house = House::new();
    let padding = "x".repeat(1 << 20);
    for second in 1..=12 {
        house.import(&event(second, &json!({ "requestParameters": { "a": padding } })));
    }
    let first = lookup(&house, &json!({}));
    let mut all = seconds(&first);
    assert!(all.len() < 12, "{} MiB in one answer", all.len());
    let rest = lookup(&house, &json!({ "NextToken": first["NextToken"] }));
    all.extend(seconds(&rest));
    assert_eq!(all, (1..=12).collect::<Vec<_>>());
}

#[test]
fn times_of_a_fraction_of_a_second_are_fractions() {
    let house = House::new();
    house.import(&event(1, &json!({ "eventTime": Timestamp(NOW.0 - 500).to_string() })));
    let answer = lookup(&house, &by("EventName", "ListUsers"));
    #[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
    let want = (NOW.0 - 500) as f64 / 1_000.0;
    assert_eq!(answer["Events"][0]["EventTime"].as_f64(), Some(want));
}
