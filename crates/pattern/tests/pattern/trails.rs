//! Selectors of trails, basic and advanced.

use crate::holds;
use model::resource::TrailSelectors;
use pattern::{BASIC_SELECTORS_MAX, BASIC_VALUES_MAX, EventSelectors, Invalid, VALUES_MAX};

fn basic(selectors: &str) -> Result<EventSelectors, Invalid> {
    let selectors = TrailSelectors::Basic(serde_json::from_str(selectors).unwrap());
    EventSelectors::compile_for_trail(&selectors)
}

fn advanced(fields: &[&str]) -> Result<EventSelectors, Invalid> {
    let selector = |fields: &&str| {
        serde_json::from_str(&format!(r#"{{"FieldSelectors":[{fields}]}}"#)).unwrap()
    };
    let selectors = fields.iter().map(selector).collect();
    EventSelectors::compile_for_trail(&TrailSelectors::Advanced(selectors))
}

fn refused(outcome: Result<EventSelectors, Invalid>, expected: &str) {
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

/// Checks which of some calls basic selectors choose.
fn check(selectors: &str, chosen: &[&str], others: &[&str]) {
    let compiled = basic(selectors).unwrap();
    chosen.iter().for_each(|record| assert!(holds(&compiled, record), "{selectors} {record}"));
    others.iter().for_each(|record| assert!(!holds(&compiled, record), "{selectors} {record}"));
}

const READ: &str =
    r#"{"eventCategory":"Management","readOnly":true,"eventSource":"iam.amazonaws.com"}"#;
const WRITE: &str =
    r#"{"eventCategory":"Management","readOnly":false,"eventSource":"iam.amazonaws.com"}"#;
const KMS: &str =
    r#"{"eventCategory":"Management","readOnly":true,"eventSource":"kms.amazonaws.com"}"#;
const RDS_DATA: &str =
    r#"{"eventCategory":"Management","readOnly":false,"eventSource":"rdsdata.amazonaws.com"}"#;
const PUT: &str = r#"{"eventCategory":"Data","readOnly":false,"resources":[
    {"type":"AWS::S3::Object","ARN":"arn:aws:s3:::audit/a/1"},
    {"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::audit"}]}"#;
const GET: &str = r#"{"eventCategory":"Data","readOnly":true,"resources":[
    {"type":"AWS::S3::Object","ARN":"arn:aws:s3:::audit-2/b"}]}"#;
const LIST: &str = r#"{"eventCategory":"Data","readOnly":true,"resources":[
    {"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::audit/"}]}"#;
const INVOKE: &str = r#"{"eventCategory":"Data","readOnly":false,"resources":[
    {"type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:r:1:function:walk"}]}"#;
const INVOKE_2: &str = r#"{"eventCategory":"Data","readOnly":false,"resources":[
    {"type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:r:1:function:walk2"}]}"#;
const PUT_ITEM: &str = r#"{"eventCategory":"Data","readOnly":false,"resources":[
    {"type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:r:1:table/pugs"}]}"#;
const ENDPOINT: &str = r#"{"eventCategory":"NetworkActivity","eventSource":"s3.amazonaws.com"}"#;

/// A basic selector of data events alone.
fn data(kind: &str, values: &str) -> String {
    format!(
        r#"[{{"IncludeManagementEvents":false,
            "DataResources":[{{"Type":"{kind}","Values":[{values}]}}]}}]"#
    )
}

#[test]
fn all_management_events_are_chosen_unasked() {
    let compiled = EventSelectors::compile_for_trail(&TrailSelectors::default()).unwrap();
    for record in [READ, WRITE, KMS, RDS_DATA] {
        assert!(holds(&compiled, record), "{record}");
    }
    for record in [PUT, INVOKE, ENDPOINT, r#"{"eventCategory":"Insight"}"#] {
        assert!(!holds(&compiled, record), "{record}");
    }
}

#[test]
fn reads_and_writes_are_told_apart() {
    check(r#"[{"ReadWriteType":"ReadOnly"}]"#, &[READ, KMS], &[WRITE, RDS_DATA]);
    check(r#"[{"ReadWriteType":"WriteOnly"}]"#, &[WRITE, RDS_DATA], &[READ, KMS]);
    let both = r#"[{"ReadWriteType":"ReadOnly"},{"ReadWriteType":"WriteOnly"}]"#;
    check(both, &[READ, WRITE], &[PUT]);
}

#[test]
fn busy_services_can_be_left_out() {
    let kms = r#"[{"ExcludeManagementEventSources":["kms.amazonaws.com"]}]"#;
    check(kms, &[READ, RDS_DATA], &[KMS]);
    let both =
        r#"[{"ExcludeManagementEventSources":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]"#;
    check(both, &[READ, WRITE], &[KMS, RDS_DATA]);
    let none = r#"[{"IncludeManagementEvents":false}]"#;
    check(none, &[], &[READ, WRITE, PUT]);
}

#[test]
fn objects_are_chosen_by_the_beginnings_of_their_names() {
    let objects = |values| data("AWS::S3::Object", values);
    check(&objects(r#""arn:aws:s3""#), &[PUT, GET, LIST], &[READ, INVOKE]);
    check(&objects(r#""arn:aws:s3:::""#), &[PUT, GET, LIST], &[INVOKE]);
    check(&objects(r#""arn:aws:s3:::audit/""#), &[PUT, LIST], &[GET]);
    check(&objects(r#""arn:aws:s3:::audit/a""#), &[PUT], &[GET, LIST]);
    check(&objects(r#""arn:aws:s3:::audit/b","arn:aws:s3:::audit-2/""#), &[GET], &[PUT]);
}

#[test]
fn functions_and_tables_are_chosen_by_their_whole_names() {
    let functions = |values| data("AWS::Lambda::Function", values);
    check(&functions(r#""arn:aws:lambda""#), &[INVOKE, INVOKE_2], &[PUT, PUT_ITEM]);
    check(&functions(r#""arn:aws:lambda:r:1:function:walk""#), &[INVOKE], &[INVOKE_2]);
    let tables = |values| data("AWS::DynamoDB::Table", values);
    check(&tables(r#""arn:aws:dynamodb""#), &[PUT_ITEM], &[PUT, INVOKE]);
    check(&tables(r#""arn:aws:dynamodb:r:1:table/pug""#), &[], &[PUT_ITEM]);
}

#[test]
fn basic_selectors_that_may_not_be_are_refused() {
    refused(basic("[]"), "there is no selector");
    let six = ["{}"; BASIC_SELECTORS_MAX + 1].join(",");
    refused(basic(&format!("[{six}]")), "6 selectors: give at most 5");
    refused(basic(&data("AWS::S3::Bucket", r#""arn:aws:s3""#)), "`AWS::S3::Bucket` is no value");
    refused(basic(&data("AWS::S3::Object", "")), "has no values");
    refused(basic(&data("AWS::S3::Object", r#""arn:aws:s3:::b""#)), "`arn:aws:s3:::b` is no value");
    let source = r#"[{"ExcludeManagementEventSources":["s3.amazonaws.com"]}]"#;
    refused(basic(source), "`s3.amazonaws.com` is no value of `ExcludeManagementEventSources`");
}

#[test]
fn data_resources_are_counted_over_all_selectors() {
    let values = |count| vec![r#""arn:aws:s3:::b/""#; count].join(",");
    let one = |count| {
        let values = values(count);
        format!(r#"{{"DataResources":[{{"Type":"AWS::S3::Object","Values":[{values}]}}]}}"#)
    };
    assert!(basic(&format!("[{},{}]", one(BASIC_VALUES_MAX - 1), one(1))).is_ok());
    refused(basic(&format!("[{},{}]", one(BASIC_VALUES_MAX), one(1))), "251 values");
}

const MANAGEMENT: &str = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
const DATA: &str = r#"{"Field":"eventCategory","Equals":["Data"]},
    {"Field":"resources.type","Equals":["AWS::S3::Object"]}"#;
const NETWORK: &str = r#"{"Field":"eventCategory","Equals":["NetworkActivity"]},
    {"Field":"eventSource","Equals":["s3.amazonaws.com"]}"#;

#[test]
fn trails_take_fewer_categories_and_fields_than_stores() {
    for category in ["Insight", "ConfigurationItem", "Evidence", "ActivityAuditLog", "All"] {
        let field = format!(r#"{{"Field":"eventCategory","Equals":["{category}"]}}"#);
        refused(advanced(&[&field]), "is no event category: give Management, Data or Network");
    }
    for field in ["eventName", "eventType", "userIdentity.arn", "sessionCredentialFromConsole"] {
        let more = format!(r#"{{"Field":"{field}","Equals":["true"]}}"#);
        refused(advanced(&[&format!("{MANAGEMENT},{more}")]), "cannot be selected on for Manage");
        assert!(advanced(&[&format!("{DATA},{more}")]).is_ok(), "{field}");
    }
    for more in [
        r#"{"Field":"eventName","Equals":["GetObject"]}"#,
        r#"{"Field":"vpcEndpointId","Equals":["vpce-1"]}"#,
        r#"{"Field":"errorCode","Equals":["VpceAccessDenied"]}"#,
    ] {
        assert!(advanced(&[&format!("{NETWORK},{more}")]).is_ok(), "{more}");
    }
}

#[test]
fn management_events_can_only_be_left_out_by_service() {
    let source = |operator: &str, value: &str| {
        let field = format!(r#"{{"Field":"eventSource","{operator}":["{value}"]}}"#);
        advanced(&[&format!("{MANAGEMENT},{field}")])
    };
    let compiled = source("NotEquals", "kms.amazonaws.com").unwrap();
    assert!(holds(&compiled, READ) && !holds(&compiled, KMS));
    for operator in ["Equals", "StartsWith", "EndsWith", "NotStartsWith", "NotEndsWith"] {
        refused(source(operator, "kms.amazonaws.com"), "`eventSource` takes `NotEquals` only");
    }
    refused(source("NotEquals", "s3.amazonaws.com"), "`s3.amazonaws.com` is no value");
}

#[test]
fn values_are_what_bounds_advanced_selectors() {
    assert!(advanced(&[MANAGEMENT; VALUES_MAX]).is_ok());
    let one_more = [MANAGEMENT; VALUES_MAX + 1];
    refused(advanced(&one_more), "501 selectors: give at most 500");
    let names = vec!["\"n\""; VALUES_MAX - 1].join(",");
    let field = format!(r#"{DATA},{{"Field":"eventName","Equals":[{names}]}}"#);
    refused(advanced(&[&field]), "501 values");
    refused(advanced(&[]), "there is no selector");
}

#[test]
fn it_is_told_what_could_be_chosen_at_all() {
    use pattern::EventCategory::{Data, Management};
    let reach = |compiled: &EventSelectors| {
        [(Management, true), (Management, false), (Data, true), (Data, false)]
            .map(|(category, read_only)| compiled.reaches(category, read_only))
    };
    let reads = r#"[{"ReadWriteType":"ReadOnly"}]"#;
    assert_eq!(reach(&basic(reads).unwrap()), [true, false, false, false]);
    let objects = data("AWS::S3::Object", r#""arn:aws:s3""#);
    assert_eq!(reach(&basic(&objects).unwrap()), [false, false, true, true]);
    let writes = format!(r#"{DATA},{{"Field":"readOnly","Equals":["false"]}}"#);
    assert_eq!(reach(&advanced(&[&writes, MANAGEMENT]).unwrap()), [true, true, false, true]);
}
