use crate::compile;
use pattern::{SELECTORS_MAX, VALUE_BYTES_MAX, VALUES_MAX};

const MANAGEMENT: &str = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
const DATA: &str = r#"{"Field":"eventCategory","Equals":["Data"]},
    {"Field":"resources.type","Equals":["AWS::S3::Object"]}"#;
const NETWORK: &str = r#"{"Field":"eventCategory","Equals":["NetworkActivity"]},
    {"Field":"eventSource","Equals":["s3.amazonaws.com"]}"#;

fn check(selectors: &[&str], expected: &str) {
    let error = compile(selectors).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

fn with(base: &str, field: &str, expected: &str) {
    check(&[&format!("{base},{field}")], expected);
}

#[test]
fn refuses_none_and_too_many() {
    check(&[], "there is no selector");
    check(&[MANAGEMENT; SELECTORS_MAX + 1], "6 selectors: give at most 5");
    assert!(compile(&[MANAGEMENT; SELECTORS_MAX]).is_ok());
    let names = |count| vec!["\"n\""; count].join(",");
    let field =
        |count| format!(r#"{MANAGEMENT},{{"Field":"eventName","Equals":[{}]}}"#, names(count));
    assert!(compile(&[&field(VALUES_MAX - 1)]).is_ok());
    check(&[&field(VALUES_MAX)], "501 values");
}

#[test]
fn refuses_what_is_too_long_or_empty() {
    let field =
        |value: &str| format!(r#"{MANAGEMENT},{{"Field":"eventName","Equals":["{value}"]}}"#);
    assert!(compile(&[&field(&"x".repeat(VALUE_BYTES_MAX))]).is_ok());
    check(&[&field(&"x".repeat(VALUE_BYTES_MAX + 1))], "a value must have 1 to 2048 bytes");
    check(&[&field("")], "a value");
    check(&[r#"{"Field":"","Equals":["a"]}"#], "a field must have");
}

#[test]
fn refuses_selectors_without_what_their_category_needs() {
    check(&[""], "has no field selector");
    check(&[r#"{"Field":"eventName","Equals":["a"]}"#], "needs `eventCategory`");
    check(&[r#"{"Field":"eventCategory","Equals":["Data"]}"#], "needs `resources.type`");
    check(&[r#"{"Field":"eventCategory","Equals":["NetworkActivity"]}"#], "needs `eventSource`");
    check(&[r#"{"Field":"eventCategory","Equals":["Dat"]}"#], "`Dat` is no event category");
    let two = r#"{"Field":"eventCategory","Equals":["Data","Management"]}"#;
    check(&[two], "one category for each selector");
    check(&[r#"{"Field":"eventCategory","NotEquals":["Data"]}"#], "with `Equals`");
}

#[test]
fn refuses_fields_of_other_categories() {
    for field in ["resources.ARN", "resources.type", "errorCode", "vpcEndpointId", "awsRegion"] {
        let text = format!(r#"{{"Field":"{field}","Equals":["a"]}}"#);
        with(MANAGEMENT, &text, "cannot be selected on for Management events");
    }
    with(NETWORK, r#"{"Field":"readOnly","Equals":["true"]}"#, "for NetworkActivity events");
    let log = r#"{"Field":"eventCategory","Equals":["ActivityAuditLog"]}"#;
    with(log, r#"{"Field":"eventName","Equals":["a"]}"#, "for ActivityAuditLog events");
}

#[test]
fn refuses_operators_and_values_that_a_field_does_not_take() {
    with(MANAGEMENT, r#"{"Field":"eventName"}"#, "has no operator");
    with(MANAGEMENT, r#"{"Field":"readOnly","NotEquals":["true"]}"#, "takes `Equals` only");
    with(MANAGEMENT, r#"{"Field":"readOnly","Equals":["yes"]}"#, "`true` or `false`");
    let console = r#"{"Field":"sessionCredentialFromConsole","StartsWith":["t"]}"#;
    with(MANAGEMENT, console, "`Equals` and `NotEquals` only");
    with(NETWORK, r#"{"Field":"errorCode","Equals":["AccessDenied"]}"#, "`VpceAccessDenied`");
    with(MANAGEMENT, r#"{"Field":"eventSource","Equals":["s3"]}"#, "s3.amazonaws.com");
    let types = r#"{"Field":"eventCategory","Equals":["Data"]},
        {"Field":"resources.type","Equals":["AWS::S3::Object","AWS::Lambda::Function"]}"#;
    check(&[types], "one type for each selector");
    with(MANAGEMENT, MANAGEMENT, "is there twice");
}

#[test]
fn refuses_categories_that_do_not_mix() {
    let insight = r#"{"Field":"eventCategory","Equals":["Insight"]}"#;
    check(&[MANAGEMENT, insight], "Management events cannot be in one event data store with");
    assert!(compile(&[MANAGEMENT, DATA, NETWORK]).is_ok());
    assert!(compile(&[insight]).is_ok());
}

#[test]
fn says_which_selector_is_wrong() {
    check(&[MANAGEMENT, r#"{"Field":"eventCategory","Equals":["x"]}"#], "selector 2");
}
