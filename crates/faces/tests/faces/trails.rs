//! Trails through the door: from one call to the next.

use crate::house::House;
use crate::request::Ask;
use engine::Search;
use model::resource::{OutsideBucket, Trail};
use model::{AccountId, Change, Timestamp};
use serde_json::{Value, json};

const ARN: &str = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main";

/// A trail of the administrator's, made in `us-east-1`.
fn trail(name: &str) -> Trail {
    let id = format!("11111111-2222-4333-8444-{:0>12}", name.len());
    let account = AccountId::parse("123456789012").unwrap();
    let trail = Trail::new(id, name.to_owned(), account, "us-east-1".to_owned(), Timestamp(0));
    Trail { bucket: "audit".to_owned(), log_file_validation: true, ..trail }
}

fn put(house: &House, trail: Trail) {
    house.change(Change::TrailPut(trail));
}

fn ask(operation: &str, input: &Value) -> Ask {
    Ask::new("cloudtrail", operation, &input.to_string())
}

fn cloudtrail(house: &House, operation: &str, input: &Value) -> Value {
    house.json(&ask(operation, input))
}

/// The code of the error that an operation ends with.
fn refused(house: &House, ask: &Ask) -> String {
    let response = house.ask(ask);
    assert_eq!(response.status.as_u16(), 400);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    body["__type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned()
}

/// The names of the calls whose records a trail holds, oldest first.
fn held(house: &House, name: &str) -> Vec<String> {
    let store = Some(trail(name).id);
    let page = house.engine.search(&Search { store, limit: 1_000, ..Search::default() }).unwrap();
    let name = |bytes: &[u8]| {
        let record: Value = serde_json::from_slice(bytes).unwrap();
        record["eventName"].as_str().unwrap().to_owned()
    };
    page.rows.iter().rev().map(|row| name(&row.bytes)).collect()
}

fn one() -> Value {
    json!({ "Name": "main" })
}

#[test]
fn a_trail_holds_the_calls_from_its_start_to_its_stop() {
    let house = House::new();
    put(&house, trail("main"));
    cloudtrail(&house, "ListTrails", &json!({}));
    cloudtrail(&house, "StartLogging", &one());
    cloudtrail(&house, "GetTrail", &one());
    cloudtrail(&house, "StopLogging", &one());
    cloudtrail(&house, "ListTrails", &json!({}));
    assert_eq!(held(&house, "main"), ["StartLogging", "GetTrail", "StopLogging"]);
}

#[test]
fn starting_twice_and_stopping_twice_changes_nothing() {
    let house = House::new();
    put(&house, trail("main"));
    let status = || cloudtrail(&house, "GetTrailStatus", &one());
    let says = |status: &Value, started: &str, stopped: &str| {
        assert_eq!(status["TimeLoggingStarted"], started);
        assert_eq!(status["TimeLoggingStopped"], stopped);
    };
    cloudtrail(&house, "StopLogging", &one());
    says(&status(), "", "");
    cloudtrail(&house, "StartLogging", &one());
    let started = status();
    says(&started, "2026-09-21T14:13:20Z", "");
    assert_eq!(
        (&started["IsLogging"], &started["StartLoggingTime"]),
        (&json!(true), &json!(1_790_000_000))
    );
    house.env.advance(5_000);
    cloudtrail(&house, "StartLogging", &one());
    says(&status(), "2026-09-21T14:13:20Z", "");
    cloudtrail(&house, "StopLogging", &json!({ "Name": ARN }));
    let stopped = status();
    says(&stopped, "2026-09-21T14:13:20Z", "2026-09-21T14:13:25Z");
    assert_eq!(stopped["IsLogging"], false);
}

#[test]
fn selectors_of_one_kind_take_the_place_of_the_other() {
    let house = House::new();
    put(&house, trail("main"));
    let named = json!({ "TrailName": "main" });
    let custom =
        || cloudtrail(&house, "GetTrail", &one())["Trail"]["HasCustomEventSelectors"].clone();
    let advanced = json!([{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "readOnly", "Equals": ["false"] },
    ] }]);
    assert_eq!(custom(), false);
    let input = json!({ "TrailName": "main", "AdvancedEventSelectors": advanced });
    cloudtrail(&house, "PutEventSelectors", &input);
    let told = cloudtrail(&house, "GetEventSelectors", &named);
    assert_eq!((&told["AdvancedEventSelectors"], told.get("EventSelectors")), (&advanced, None));
    assert_eq!(custom(), true);
    cloudtrail(&house, "StartLogging", &one());
    cloudtrail(&house, "ListTrails", &json!({}));
    let input = json!({ "TrailName": ARN, "EventSelectors": [{ "ReadWriteType": "All" }] });
    cloudtrail(&house, "PutEventSelectors", &input);
    let told = cloudtrail(&house, "GetEventSelectors", &named);
    assert_eq!(told.get("AdvancedEventSelectors"), None);
    assert_eq!(told["EventSelectors"][0]["IncludeManagementEvents"], true);
    assert_eq!(custom(), false);
    assert_eq!(
        held(&house, "main"),
        ["StartLogging", "PutEventSelectors", "GetEventSelectors", "GetTrail"]
    );
}

#[test]
fn insights_are_told_until_they_are_taken_away() {
    let house = House::new();
    put(&house, trail("main"));
    let selectors = json!([{ "InsightType": "ApiErrorRateInsight" }]);
    let put = |selectors: &Value| {
        let input = json!({ "TrailName": "main", "InsightSelectors": selectors });
        cloudtrail(&house, "PutInsightSelectors", &input)
    };
    let has = || cloudtrail(&house, "GetTrail", &one())["Trail"]["HasInsightSelectors"].clone();
    assert_eq!(put(&selectors)["InsightSelectors"], selectors);
    assert_eq!(has(), true);
    put(&json!([]));
    assert_eq!(has(), false);
    let gone = ask("GetInsightSelectors", &json!({ "TrailName": "main" }));
    assert_eq!(refused(&house, &gone), "InsightNotEnabledException");
}

#[test]
fn a_shadow_is_read_and_never_changed() {
    let house = House::new();
    put(&house, Trail { multi_region: true, ..trail("main") });
    let away = |operation, input: &Value| ask(operation, input).in_region("eu-west-1");
    for operation in ["StartLogging", "StopLogging", "DeleteTrail", "UpdateTrail"] {
        for name in ["main", ARN] {
            let code = refused(&house, &away(operation, &json!({ "Name": name })));
            assert_eq!(code, "InvalidHomeRegionException", "{operation} {name}");
        }
    }
    for operation in ["PutEventSelectors", "PutInsightSelectors"] {
        let input = json!({ "TrailName": ARN, "InsightSelectors": [] });
        let code = refused(&house, &away(operation, &input));
        assert_eq!(code, "InvalidHomeRegionException", "{operation}");
    }
    for operation in ["GetTrail", "GetTrailStatus"] {
        house.json(&away(operation, &json!({ "Name": ARN })));
        let code = refused(&house, &away(operation, &one()));
        assert_eq!(code, "TrailNotFoundException", "{operation}");
    }
}

#[test]
fn tags_of_a_trail_come_and_go() {
    let house = House::new();
    put(&house, trail("main"));
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b" }]);
    cloudtrail(&house, "AddTags", &json!({ "ResourceId": ARN, "TagsList": tags }));
    let away = json!([{ "Key": "a" }]);
    cloudtrail(&house, "RemoveTags", &json!({ "ResourceId": ARN, "TagsList": away }));
    let listed = cloudtrail(&house, "ListTags", &json!({ "ResourceIdList": [ARN] }));
    assert_eq!(listed["ResourceTagList"][0]["TagsList"], json!([{ "Key": "b" }]));
    let none = json!({ "ResourceId": format!("{ARN}-2"), "TagsList": tags });
    assert_eq!(refused(&house, &ask("AddTags", &none)), "ResourceNotFoundException");
}

#[test]
fn event_configuration_of_a_trail_is_refused_by_name() {
    let house = House::new();
    let named = json!({ "TrailName": "main" });
    let configuration = ask("GetEventConfiguration", &named);
    assert_eq!(refused(&house, &configuration), "TrailNotFoundException");
    put(&house, trail("main"));
    assert_eq!(refused(&house, &configuration), "UnsupportedOperationException");
}

#[test]
fn a_bucket_outside_takes_trails_of_the_accounts_that_it_names_and_cannot_be_made_here() {
    let house = House::new();
    let accounts = |id: &str| vec![AccountId::parse(id).unwrap()];
    let bucket = |name: &str, id: &str| OutsideBucket {
        name: name.to_owned(),
        region: "us-east-1".to_owned(),
        accounts: accounts(id),
    };
    let buckets = vec![bucket("elsewhere", "123456789012"), bucket("theirs", "999999999999")];
    house.change(Change::OutsideBucketsSet(buckets));
    let create = |bucket: &str, prefix: &str| {
        let input = json!({ "Name": "main", "S3BucketName": bucket, "S3KeyPrefix": prefix });
        ask("CreateTrail", &input)
    };
    assert_eq!(refused(&house, &create("theirs", "")), "InsufficientS3BucketPolicyException");
    assert_eq!(refused(&house, &create("nobodys", "")), "S3BucketDoesNotExistException");
    assert_eq!(refused(&house, &create("elsewhere", "a//b")), "InvalidS3PrefixException");
    let made = house.json(&create("elsewhere", "logs"));
    assert_eq!(made["S3BucketName"], "elsewhere");
    let update = json!({ "Name": "main", "S3BucketName": "theirs" });
    let refused = refused(&house, &ask("UpdateTrail", &update));
    assert_eq!(refused, "InsufficientS3BucketPolicyException");
}
