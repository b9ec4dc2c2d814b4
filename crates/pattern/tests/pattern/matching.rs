use crate::{compile, holds};
use pattern::EventCategory;

const MANAGEMENT: &str = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
const DATA: &str = r#"{"Field":"eventCategory","Equals":["Data"]},
    {"Field":"resources.type","Equals":["AWS::S3::Object"]}"#;
const NETWORK: &str = r#"{"Field":"eventCategory","Equals":["NetworkActivity"]},
    {"Field":"eventSource","Equals":["s3.amazonaws.com"]}"#;

fn check(selectors: &[&str], record: &str, expected: bool) {
    let found = holds(&compile(selectors).unwrap(), record);
    assert_eq!(found, expected, "{selectors:?} {record}");
}

/// Checks a further field selector of management events against members of a record.
fn management(field: &str, members: &str, expected: bool) {
    let record = format!(r#"{{"eventCategory":"Management",{members}}}"#);
    check(&[&format!("{MANAGEMENT},{field}")], &record, expected);
}

fn data(field: &str, resources: &str, expected: bool) {
    let record = format!(r#"{{"eventCategory":"Data","resources":[{resources}]}}"#);
    check(&[&format!("{DATA}{field}")], &record, expected);
}

#[test]
fn categories_are_told_apart() {
    check(&[MANAGEMENT], r#"{"eventCategory":"Management"}"#, true);
    check(&[MANAGEMENT], r#"{"eventCategory":"Data"}"#, false);
    check(&[MANAGEMENT], r#"{"eventCategory":"management"}"#, false);
    let log = r#"{"Field":"eventCategory","Equals":["ActivityAuditLog"]}"#;
    check(&[log], r#"{"eventCategory":"ActivityAuditLog"}"#, true);
    check(&[log], r#"{"eventCategory":"Management"}"#, false);
}

#[test]
fn records_from_before_categories_are_of_management() {
    check(&[MANAGEMENT], r#"{"eventName":"RunInstances"}"#, true);
}

#[test]
fn any_selector_suffices() {
    let both = [MANAGEMENT, NETWORK];
    check(&both, r#"{"eventCategory":"Management"}"#, true);
    let call = r#"{"eventCategory":"NetworkActivity","eventSource":"s3.amazonaws.com"}"#;
    check(&both, call, true);
    check(&both, r#"{"eventCategory":"Data"}"#, false);
}

#[test]
fn all_field_selectors_must_hold() {
    let two = r#"{"Field":"eventName","StartsWith":["Get"]},
        {"Field":"eventSource","NotEquals":["kms.amazonaws.com","rdsdata.amazonaws.com"]}"#;
    let call = |name, source| format!(r#""eventName":"{name}","eventSource":"{source}""#);
    management(two, &call("GetUser", "iam.amazonaws.com"), true);
    management(two, &call("GetKeyPolicy", "kms.amazonaws.com"), false);
    management(two, &call("CreateUser", "iam.amazonaws.com"), false);
}

#[test]
fn every_operator_works() {
    let name = |operator: &str, value: &str, name: &str, expected| {
        let field = format!(r#"{{"Field":"eventName","{operator}":["{value}"]}}"#);
        management(&field, &format!(r#""eventName":"{name}""#), expected);
    };
    for (operator, value, hit, miss) in [
        ("Equals", "CreateUser", "CreateUser", "CreateUsers"),
        ("StartsWith", "Create", "CreateUser", "RecreateUser"),
        ("EndsWith", "User", "CreateUser", "CreateUsers"),
        ("NotEquals", "CreateUser", "CreateUsers", "CreateUser"),
        ("NotStartsWith", "Create", "RecreateUser", "CreateUser"),
        ("NotEndsWith", "User", "CreateUsers", "CreateUser"),
    ] {
        name(operator, value, hit, true);
        name(operator, value, miss, false);
    }
}

#[test]
fn read_only_is_a_truth_value_however_it_is_written() {
    let writes = r#"{"Field":"readOnly","Equals":["false"]}"#;
    management(writes, r#""readOnly":false"#, true);
    management(writes, r#""readOnly":"false""#, true);
    management(writes, r#""readOnly":true"#, false);
    management(writes, r#""eventName":"X""#, false);
}

#[test]
fn identities_and_the_console_are_seen() {
    let arn = r#"{"Field":"userIdentity.arn","NotStartsWith":["arn:aws:iam::1:role/ci"]}"#;
    management(arn, r#""userIdentity":{"arn":"arn:aws:iam::1:user/eve"}"#, true);
    management(arn, r#""userIdentity":{"arn":"arn:aws:iam::1:role/ci-7"}"#, false);
    management(arn, r#""userIdentity":{"type":"AWSService"}"#, true);
    let console = r#"{"Field":"sessionCredentialFromConsole","Equals":["true"]}"#;
    management(console, r#""sessionCredentialFromConsole":"true""#, true);
    management(console, r#""eventName":"X""#, false);
    let other = r#"{"Field":"sessionCredentialFromConsole","NotEquals":["true"]}"#;
    management(other, r#""eventName":"X""#, true);
}

#[test]
fn types_and_escapes_are_read() {
    let kind = r#"{"Field":"eventType","Equals":["AwsServiceEvent"]}"#;
    management(kind, r#""eventType":"AwsServiceEvent""#, true);
    management(kind, r#""eventType":"AwsApiCall""#, false);
    let name = r#"{"Field":"eventName","Equals":["A/B"]}"#;
    management(name, r#""eventName":"A\/B""#, true);
}

#[test]
fn type_and_name_hold_of_one_resource() {
    let arn = r#",{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::logs"]}"#;
    let object = |arn| format!(r#"{{"type":"AWS::S3::Object","ARN":"{arn}"}}"#);
    let bucket = |arn| format!(r#"{{"type":"AWS::S3::Bucket","ARN":"{arn}"}}"#);
    data(arn, &object("arn:aws:s3:::logs/a"), true);
    data(arn, &object("arn:aws:s3:::other/a"), false);
    let both = [object("arn:aws:s3:::other/a"), bucket("arn:aws:s3:::logs")].join(",");
    data(arn, &both, false);
    let both = [bucket("arn:aws:s3:::x"), object("arn:aws:s3:::logs/a")].join(",");
    data(arn, &both, true);
    data("", &bucket("arn:aws:s3:::logs"), false);
    data("", "", false);
}

#[test]
fn prefixes_of_names_count_and_refusals_too() {
    let prefix = r#"{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::logs/"}"#;
    data(r#",{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::logs/"]}"#, prefix, true);
    data(r#",{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::logs/"]}"#, prefix, false);
    let nameless = r#"{"type":"AWS::S3::Object"}"#;
    data(r#",{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::logs/"]}"#, nameless, true);
}

#[test]
fn network_activity_has_members_of_its_own() {
    let call = r#"{"eventCategory":"NetworkActivity","eventSource":"s3.amazonaws.com",
        "errorCode":"VpceAccessDenied","vpcEndpointId":"vpce-1"}"#;
    let denied = format!(r#"{NETWORK},{{"Field":"errorCode","Equals":["VpceAccessDenied"]}}"#);
    check(&[&denied], call, true);
    check(&[&denied], &call.replace("VpceAccessDenied", "AccessDenied"), false);
    let endpoint = format!(r#"{NETWORK},{{"Field":"vpcEndpointId","NotEquals":["vpce-1"]}}"#);
    check(&[&endpoint], call, false);
    check(&[&endpoint], &call.replace("vpce-1", "vpce-2"), true);
}

#[test]
fn broken_resources_match_nothing_and_harm_nothing() {
    for resources in ["null", "{}", "7", r#"["x"]"#, r#"[{"type":7}]"#] {
        let record = format!(r#"{{"eventCategory":"Data","resources":{resources}}}"#);
        check(&[DATA], &record, false);
    }
}

#[test]
fn categories_are_told() {
    let both = compile(&[MANAGEMENT, DATA]).unwrap();
    let found: Vec<EventCategory> = both.categories().collect();
    assert_eq!(found, [EventCategory::Management, EventCategory::Data]);
    assert!(EventCategory::Management.can_stop() && !EventCategory::ActivityAuditLog.can_stop());
}
