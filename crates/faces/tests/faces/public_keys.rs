//! The keys that sign digests, as clients list them.

use crate::house::House;
use crate::request::Ask;
use model::resource::{DigestKey, Sealed};
use model::{AccountId, Change, Timestamp};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

/// Keeps a key of the admin's account that signs from `from` on, in seconds.
fn keep(house: &House, region: &str, from: i64) {
    house.change(Change::DigestKeyPut(DigestKey {
        account: AccountId::parse("123456789012").unwrap(),
        region: region.to_owned(),
        fingerprint: format!("{from:032x}"),
        public: "MIIB".to_owned(),
        secret: Sealed("secret".to_owned()),
        from: Timestamp::from_seconds(from),
        until: Timestamp::from_seconds(from + 30 * DAY_S),
    }));
}

fn list(house: &House, input: &Value) -> Vec<i64> {
    let answer = house.json(&Ask::new("cloudtrail", "ListPublicKeys", &input.to_string()));
    let keys = answer["PublicKeyList"].as_array().unwrap();
    keys.iter().map(|key| key["ValidityStartTime"].as_i64().unwrap()).collect()
}

#[test]
fn keys_are_listed_that_are_valid_within_the_time_asked_about() {
    let house = House::new();
    let now = house.env.now().seconds();
    let times = [now - 40 * DAY_S, now - 25 * DAY_S, now - 10 * DAY_S];
    times.iter().for_each(|from| keep(&house, "us-east-1", *from));
    keep(&house, "eu-west-1", now);
    assert_eq!(list(&house, &json!({})), times[1..], "unasked, those of now");
    let asked = |start: i64, end: i64| json!({ "StartTime": start, "EndTime": end });
    assert_eq!(list(&house, &asked(now - 90 * DAY_S, now)), times);
    assert_eq!(list(&house, &asked(now - 12 * DAY_S, now - 11 * DAY_S)), times[..2]);
    assert_eq!(list(&house, &asked(now - 90 * DAY_S, now - 41 * DAY_S)), [0; 0]);
    assert_eq!(list(&house, &json!({ "StartTime": now - 11 * DAY_S })), times);
}

#[test]
fn a_key_is_told_as_aws_tells_it_and_its_secret_never() {
    let house = House::new();
    let now = house.env.now().seconds();
    keep(&house, "us-east-1", now);
    let answer = house.json(&Ask::new("cloudtrail", "ListPublicKeys", "{}"));
    let expected = json!({ "PublicKeyList": [{
        "Value": "MIIB",
        "ValidityStartTime": now,
        "ValidityEndTime": now + 30 * DAY_S,
        "Fingerprint": format!("{now:032x}"),
    }] });
    assert_eq!(answer, expected);
}
