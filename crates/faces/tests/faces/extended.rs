//! What the server's switches change.

use crate::house::{Flags, House, Key, NOW};
use crate::request::Ask;
use model::format_seconds;
use serde_json::{Value, json};

fn event(account: &str, region: &str, seconds_ago: i64) -> String {
    json!({
        "eventVersion": "1.11", "userIdentity": { "type": "AWSService" },
        "eventTime": format_seconds(NOW.seconds() - seconds_ago),
        "eventSource": "iam.amazonaws.com", "eventName": "ListUsers", "awsRegion": region,
        "sourceIPAddress": "192.0.2.9", "errorCode": "AccessDenied",
        "eventID": format!("00000000-0000-4000-8000-{seconds_ago:012x}"),
        "recipientAccountId": account, "eventCategory": "Management",
    })
    .to_string()
}

fn count(house: &House, input: &Value) -> usize {
    let answer = house.json(&Ask::new("cloudtrail", "LookupEvents", &input.to_string()));
    let events = answer["Events"].as_array().unwrap().iter();
    events.filter(|event| event["EventSource"] == "iam.amazonaws.com").count()
}

#[test]
fn extended_sees_all_accounts_regions_and_times() {
    let house = House::with(Flags { extended: true, ..Flags::default() });
    house.import(&event("123456789012", "us-east-1", 1));
    house.import(&event("111122223333", "eu-west-1", 2));
    house.import(&event("123456789012", "us-east-1", 400 * 86_400));
    assert_eq!(count(&house, &json!({})), 3);
    for (key, value, found) in [
        ("SourceIPAddress", "192.0.2.9", 3),
        ("ErrorCode", "AccessDenied", 3),
        ("Region", "eu-west-1", 1),
        ("RecipientAccountId", "111122223333", 1),
        ("UserIdentityArn", "arn:aws:iam::1:user/x", 0),
    ] {
        let input = json!({ "LookupAttributes": [
            { "AttributeKey": key, "AttributeValue": value } ] });
        assert_eq!(count(&house, &input), found, "{key}");
    }
}

#[test]
fn emulated_limits_are_two_a_second_for_an_account_and_region() {
    let house = House::with(Flags { emulate_limits: true, ..Flags::default() });
    let ask = Ask::new("cloudtrail", "LookupEvents", "");
    let elsewhere = ask.clone().in_region("eu-west-1");
    let status = |ask: &Ask| house.ask(ask).status.as_u16();
    assert_eq!([status(&ask), status(&ask)], [200, 200]);
    let refused = house.ask(&ask);
    assert_eq!(refused.status.as_u16(), 400);
    assert_eq!(refused.header("x-amzn-errortype"), Some("ThrottlingException"));
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(body["message"], "Rate exceeded");
    assert_eq!(house.records_of(&refused)[0]["errorCode"], "ThrottlingException");
    assert_eq!(status(&elsewhere), 200);
    house.env.advance(1_000);
    assert_eq!(status(&ask), 200);
    assert_eq!(house.ask(&Ask::new("sts", "GetCallerIdentity", "")).status.as_u16(), 200);
}

fn arn(house: &House, key: &Key) -> String {
    let ask = Ask::new("sts", "GetCallerIdentity", "");
    let response = house.send(ask.signed(key, house.env.now()));
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    let (_, rest) = body.split_once("<Arn>").unwrap_or_else(|| panic!("{body}"));
    rest.split_once('<').unwrap().0.to_owned()
}

const DEV: Flags = Flags { dev: true, extended: false, emulate_limits: false };

#[test]
fn under_dev_any_key_will_do_and_twelve_digits_name_the_account() {
    let house = House::with(DEV);
    let of = |id| arn(&house, &Key::new(id, "whatever"));
    assert_eq!(of("111122223333"), "arn:aws:iam::111122223333:user/dev");
    assert_eq!(of("test"), "arn:aws:iam::123456789012:user/dev");
    let records = house.records();
    assert_eq!(records[0]["recipientAccountId"], "123456789012");
    assert_eq!(records[1]["recipientAccountId"], "111122223333");
    assert_eq!(records[1]["userIdentity"]["accessKeyId"], "111122223333");
}

#[test]
fn under_dev_a_real_key_still_proves_who_holds_it() {
    let house = House::with(DEV);
    assert_eq!(arn(&house, &house.admin), "arn:aws:iam::123456789012:user/admin");
    let forged = Key::new(&house.admin.id, "of-no-meaning");
    assert_eq!(arn(&house, &forged), "arn:aws:iam::123456789012:user/dev");
}

#[test]
fn under_dev_requests_are_signed_all_the_same() {
    let house = House::with(DEV);
    let response = house.send(Ask::new("sts", "GetCallerIdentity", "").unsigned());
    assert_eq!(response.status.as_u16(), 403);
    assert!(house.records().is_empty());
}

#[test]
fn under_dev_everything_can_be_emptied_and_the_first_record_says_so() {
    let house = House::with(DEV);
    house.ask(&Ask::new("sts", "GetCallerIdentity", ""));
    let reset = Ask::plain("POST", "/_pugmark/reset", "pugmark");
    let response = house.send(reset.unsigned());
    assert_eq!(response.status.as_u16(), 200);
    let records = house.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["eventName"], "Reset");
    assert_eq!(records[0]["eventSource"], "pugmark.amazonaws.com");
    let response = house.ask(&Ask::new("pugmark", "Reset", ""));
    assert_eq!(response.status.as_u16(), 200);
}

#[test]
fn a_strange_web_page_cannot_empty_anything() {
    let house = House::with(DEV);
    house.ask(&Ask::new("sts", "GetCallerIdentity", ""));
    let reset = Ask::plain("POST", "/_pugmark/reset", "pugmark");
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let response = house.send(reset.clone().with("origin", origin).unsigned());
        assert_eq!(response.status.as_u16(), 403, "{origin}");
    }
    assert_eq!(house.records().len(), 1);
    let own = reset.clone().with("origin", "http://127.0.0.1:4610");
    assert_eq!(house.send(own.unsigned()).status.as_u16(), 200);
}

#[test]
fn without_dev_nothing_can_be_emptied() {
    let house = House::new();
    house.ask(&Ask::new("sts", "GetCallerIdentity", ""));
    let reset = Ask::plain("POST", "/_pugmark/reset", "pugmark");
    assert_eq!(house.send(reset.unsigned()).status.as_u16(), 403);
    let response = house.ask(&Ask::new("pugmark", "Reset", ""));
    assert_eq!(response.header("x-amzn-errortype"), Some("AccessDeniedException"));
    assert_eq!(house.records().len(), 2);
}

#[test]
fn under_dev_nobody_proved_enough_to_import() {
    let house = House::with(DEV);
    let ask = Ask::new("pugmark", "StartImport", r#"{"paths":["/etc"]}"#);
    let response = house.send(ask.signed(&Key::new("test", "test"), house.env.now()));
    assert_eq!(response.header("x-amzn-errortype"), Some("AccessDeniedException"));
}
