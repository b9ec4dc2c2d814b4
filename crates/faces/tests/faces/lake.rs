//! Event data stores, channels and events from outside, through the door.

use crate::house::{Flags, House, Key};
use crate::request::Ask;
use engine::Search;
use serde_json::{Value, json};

fn cloudtrail(house: &House, operation: &str, input: &Value) -> Value {
    house.json(&Ask::new("cloudtrail", operation, &input.to_string()))
}

fn store(house: &House, category: &str) -> String {
    let fields = json!([{ "Field": "eventCategory", "Equals": [category] }]);
    let selectors = json!([{ "FieldSelectors": fields }]);
    let input = json!({ "Name": category, "AdvancedEventSelectors": selectors });
    let made = cloudtrail(house, "CreateEventDataStore", &input);
    made["EventDataStoreArn"].as_str().unwrap().to_owned()
}

fn channel(house: &House) -> String {
    let place =
        json!([{ "Type": "EVENT_DATA_STORE", "Location": store(house, "ActivityAuditLog") }]);
    let input = json!({ "Name": "kennel", "Source": "Custom", "Destinations": place });
    let made = cloudtrail(house, "CreateChannel", &input);
    made["ChannelArn"].as_str().unwrap().to_owned()
}

fn event(id: &str, members: Value) -> Value {
    let mut data = json!({
        "version": "1.0",
        "userIdentity": { "type": "Person", "principalId": "otto" },
        "eventSource": "kennel.example.com",
        "eventName": "Feed",
        "eventTime": "2026-09-21T14:00:00Z",
        "UID": id,
        "recipientAccountId": "123456789012",
    });
    data.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "id": id, "eventData": data.to_string() })
}

fn put(house: &House, channel: &str, events: &[Value]) -> Value {
    let channel = channel.replace(':', "%3A").replace('/', "%2F");
    let body = json!({ "auditEvents": events });
    let input = format!("channelArn={channel}\n{body}");
    house.json(&Ask::new("cloudtrail-data", "PutAuditEvents", &input))
}

fn held(house: &House, store: &str) -> Vec<Value> {
    let id = store.rsplit('/').next().unwrap().to_owned();
    let question = Search { store: Some(id), limit: 1_000, ..Search::default() };
    let page = house.engine.search(&question).unwrap();
    page.rows.iter().map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
}

#[test]
fn a_store_holds_the_calls_that_follow_and_its_own() {
    let house = House::new();
    house.ask(&Ask::new("sts", "GetCallerIdentity", ""));
    let store = store(&house, "Management");
    cloudtrail(&house, "ListEventDataStores", &json!({}));
    let named = json!({ "EventDataStore": store });
    cloudtrail(&house, "StopEventDataStoreIngestion", &named);
    cloudtrail(&house, "ListEventDataStores", &json!({}));
    let names: Vec<Value> = held(&house, &store).iter().map(|it| it["eventName"].clone()).collect();
    let mut names: Vec<&str> = names.iter().map(|it| it.as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["CreateEventDataStore", "ListEventDataStores"]);
}

#[test]
fn what_is_put_lies_in_the_stores_behind_the_channel() {
    let house = House::new();
    let (management, channel) = (store(&house, "Management"), channel(&house));
    let before = held(&house, &management).len();
    let answer = put(&house, &channel, &[event("a", json!({})), event("b", json!({ "x": [1] }))]);
    assert_eq!(answer["failed"], json!([]));
    let told = cloudtrail(&house, "GetChannel", &json!({ "Channel": channel }));
    let logs = told["Destinations"][0]["Location"].as_str().unwrap();
    let records = held(&house, logs);
    assert_eq!(records.len(), 2);
    let of = |id: &str| records.iter().find(|it| it["eventData"]["UID"] == id).unwrap();
    assert_eq!(of("b")["eventData"]["x"], json!([1]));
    assert_eq!(of("a")["eventID"], answer["successful"][0]["eventID"]);
    assert_eq!(of("a")["metadata"]["channelARN"], channel);
    assert_eq!(of("a")["eventTime"], "2026-09-21T14:00:00Z");
    let status = &told["IngestionStatus"];
    assert_eq!(status["LatestIngestionSuccessEventID"], answer["successful"][1]["eventID"]);
    // The call to GetChannel came later than the count; the call that put is a data event.
    assert_eq!(held(&house, &management).len(), before + 1);
}

#[test]
fn an_event_that_comes_again_is_acknowledged_and_kept_once() {
    let house = House::new();
    let channel = channel(&house);
    let first = put(&house, &channel, &[event("a", json!({}))]);
    let again = put(&house, &channel, &[event("a", json!({ "eventName": "Other" }))]);
    assert_eq!(first["successful"], again["successful"]);
    let logs = house.records().into_iter().filter(|it| it["eventType"] == "ActivityLog");
    let logs: Vec<Value> = logs.collect();
    assert_eq!(logs.len(), 1);
    assert_eq!(logs[0]["eventData"]["eventName"], "Feed");
}

#[test]
fn the_record_of_a_put_tells_ids_and_no_content() {
    let house = House::new();
    let channel = channel(&house);
    put(&house, &channel, &[event("a", json!({})), event("b", json!({ "eventName": null }))]);
    let records = house.records();
    let call = records.iter().find(|it| it["eventName"] == "PutAuditEvents").unwrap();
    let parameters = &call["requestParameters"];
    assert_eq!(parameters["auditEvents"], json!([{ "id": "a" }, { "id": "b" }]));
    assert_eq!(parameters["channelArn"], channel);
    assert_eq!(call["responseElements"]["successfulCount"], 1);
    assert_eq!(call["responseElements"]["failed"][0]["errorCode"], "FieldNotFound");
    assert_eq!((&call["eventCategory"], &call["readOnly"]), (&json!("Data"), &json!(false)));
    assert_eq!(call["resources"][0]["ARN"], channel);
}

#[test]
fn a_channel_whose_stores_are_gone_takes_nothing() {
    let house = House::new();
    let channel = channel(&house);
    let id = channel.rsplit('/').next().unwrap();
    let mut empty = house.engine.state().channel(id).unwrap().clone();
    empty.destinations.clear();
    house.change(model::Change::ChannelPut(empty));
    let query = format!("channelArn={id}");
    let body = json!({ "auditEvents": [event("a", json!({}))] });
    let ask = Ask::new("cloudtrail-data", "PutAuditEvents", &format!("{query}\n{body}"));
    let response = house.ask(&ask);
    assert_eq!(response.header("x-amzn-errortype"), Some("ChannelUnsupportedSchema"));
}

#[test]
fn other_paths_and_methods_are_no_operations() {
    let house = House::new();
    for (method, path) in [("GET", "/PutAuditEvents"), ("POST", "/"), ("POST", "/PutAuditEvent")] {
        let response = house.ask(&Ask::plain(method, path, "cloudtrail-data"));
        assert_eq!(response.status.as_u16(), 404, "{method} {path}");
        let code = response.header("x-amzn-errortype");
        assert_eq!(code, Some("UnknownOperationException"), "{method} {path}");
    }
}

#[test]
fn records_carry_the_context_that_is_known() {
    let house = House::new();
    let keys = ["aws:SourceIp", "aws:PrincipalArn", "aws:SecureTransport", "aws:SourceVpc"];
    let selector = json!([{ "Type": "RequestContext", "Equals": keys }]);
    let input = json!({
        "EventDataStore": "pugmark", "MaxEventSize": "Large", "ContextKeySelectors": selector,
    });
    cloudtrail(&house, "PutEventConfiguration", &input);
    cloudtrail(&house, "ListChannels", &json!({}));
    let records = house.records();
    let record = records.iter().find(|it| it["eventName"] == "ListChannels").unwrap();
    let context = json!({
        "aws:SourceIp": "198.51.100.7",
        "aws:PrincipalArn": "arn:aws:iam::123456789012:user/admin",
        "aws:SecureTransport": "false",
    });
    assert_eq!(record["eventContext"]["requestContext"], context);
    let found = cloudtrail(&house, "LookupEvents", &json!({}));
    let shown = found["Events"].as_array().unwrap();
    let shown = shown.iter().map(|it| it["CloudTrailEvent"].as_str().unwrap());
    assert!(shown.into_iter().all(|text| !text.contains("eventContext")));
}

#[test]
fn records_carry_the_tags_that_were_asked_for() {
    let house = House::new();
    let selector = json!([{ "Type": "TagContext", "Equals": ["team", "stage"] }]);
    let input = json!({
        "EventDataStore": "pugmark", "MaxEventSize": "Large", "ContextKeySelectors": selector,
    });
    cloudtrail(&house, "PutEventConfiguration", &input);
    let tags = json!([{ "Key": "team", "Value": "red" }, { "Key": "cost", "Value": "7" }]);
    let made =
        cloudtrail(&house, "CreateEventDataStore", &json!({ "Name": "tagged", "TagsList": tags }));
    let arn = made["EventDataStoreArn"].as_str().unwrap();
    let id = arn.rsplit('/').next().unwrap();
    let told =
        json!({ "tagContext": { "resourceTags": [{ "arn": arn, "tags": { "team": "red" } }] } });
    for name in [arn, id] {
        cloudtrail(&house, "GetEventDataStore", &json!({ "EventDataStore": name }));
        let records = house.records();
        let asked = |it: &&Value| it["eventName"] == "GetEventDataStore";
        assert_eq!(records.iter().rfind(asked).unwrap()["eventContext"], told, "{name}");
    }
    cloudtrail(&house, "ListChannels", &json!({}));
    let records = house.records();
    let other = records.iter().find(|it| it["eventName"] == "ListChannels").unwrap();
    assert_eq!(other.get("eventContext"), None, "it is about no resource with tags");
}

/// Puts one event through a channel as account 999988887777, under `--dev`, and gives the answer's
/// body.
fn put_from_abroad(house: &House, channel: &str, external_id: &str) -> String {
    let escaped = channel.replace(':', "%3A").replace('/', "%2F");
    let body = json!({ "auditEvents": [event("a", json!({}))] });
    let input = format!("channelArn={escaped}&externalId={external_id}\n{body}");
    let ask = Ask::new("cloudtrail-data", "PutAuditEvents", &input);
    let key = Key::new("999988887777", "any");
    let response = house.send(ask.signed(&key, house.env.now()));
    String::from_utf8(response.body.to_vec()).unwrap()
}

#[test]
fn another_account_uses_a_channel_where_its_policy_lets_it_in() {
    let house = House::with(Flags { dev: true, ..Flags::default() });
    let channel = channel(&house);
    let policy = |effect: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": effect,
            "Principal": { "AWS": "999988887777" },
            "Action": "cloudtrail-data:PutAuditEvents",
            "Resource": channel,
            "Condition": { "StringEquals": { "cloudtrail:ExternalId": "kennel-7" } },
        }] })
    };
    let put_policy = |effect: &str| {
        let input = json!({ "ResourceArn": channel, "ResourcePolicy": policy(effect).to_string() });
        cloudtrail(&house, "PutResourcePolicy", &input);
    };
    let refused = "does not let arn:aws:iam::999988887777:user/dev put events through it";
    assert!(put_from_abroad(&house, &channel, "kennel-7").contains(refused));
    put_policy("Deny");
    assert!(put_from_abroad(&house, &channel, "kennel-7").contains(refused));
    put_policy("Allow");
    assert!(put_from_abroad(&house, &channel, "kennel-8").contains(refused));
    assert!(put_from_abroad(&house, &channel, "kennel-7").contains(r#""failed":[]"#));
    let records = house.records();
    let call = records.iter().find(|it| it["eventName"] == "PutAuditEvents").unwrap();
    assert_eq!(call["recipientAccountId"], "999988887777");
    assert_eq!(call["resources"][0]["accountId"], "123456789012");
    let log = records.iter().find(|it| it["eventCategory"] == "ActivityAuditLog").unwrap();
    assert_eq!(log["recipientAccountId"], "123456789012");
}

#[test]
fn a_channels_policy_can_keep_its_owner_out() {
    let house = House::new();
    let channel = channel(&house);
    let statement = json!({
        "Effect": "Deny", "Principal": "*", "Action": "cloudtrail-data:*", "Resource": channel,
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let input = json!({ "ResourceArn": channel, "ResourcePolicy": policy.to_string() });
    cloudtrail(&house, "PutResourcePolicy", &input);
    let escaped = channel.replace(':', "%3A").replace('/', "%2F");
    let body = json!({ "auditEvents": [event("a", json!({}))] });
    let input = format!("channelArn={escaped}\n{body}");
    let response = house.ask(&Ask::new("cloudtrail-data", "PutAuditEvents", &input));
    assert_eq!(response.status.as_u16(), 400);
}
