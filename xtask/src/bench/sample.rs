//! Values to look up, taken from the records themselves.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

/// The attributes LookupEvents knows.
pub(super) const ATTRIBUTES: [&str; 8] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "Username",
    "ResourceType",
    "ResourceName",
    "EventSource",
    "AccessKeyId",
];

/// The values of one attribute that stand in some records, spread over all of them. Beyond those
/// of LookupEvents there are `SessionKey`, a temporary key, and `SourceIp`.
pub(super) fn values(text: &[u8], attribute: &str, count: usize) -> Result<Vec<String>> {
    let wrapped: Value = serde_json::from_slice(text).context("the first log file is not JSON")?;
    let records = wrapped.get("Records").and_then(Value::as_array).context("no `Records`")?;
    let found: BTreeSet<String> =
        records.iter().filter_map(|record| value(record, attribute)).collect();
    let step = found.len().div_ceil(count.max(1)).max(1);
    Ok(found.into_iter().step_by(step).collect())
}

fn value(record: &Value, attribute: &str) -> Option<String> {
    let who = record.get("userIdentity");
    let resource = || record.get("resources").and_then(|all| all.get(0));
    let value = match attribute {
        "EventId" => record.get("eventID"),
        "EventName" => record.get("eventName"),
        "EventSource" => record.get("eventSource"),
        "Username" => who.and_then(|who| who.get("userName")),
        "AccessKeyId" => who.and_then(|who| who.get("accessKeyId")),
        "SessionKey" => {
            let key = who.and_then(|who| who.get("accessKeyId"));
            key.filter(|key| key.as_str().is_some_and(|key| key.starts_with("ASIA")))
        }
        "SourceIp" => record.get("sourceIPAddress"),
        "ResourceType" => resource().and_then(|resource| resource.get("type")),
        "ResourceName" => resource().and_then(|resource| resource.get("ARN")),
        _ => {
            return record.get("readOnly").and_then(Value::as_bool).map(|is| is.to_string());
        }
    };
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The body of a look-up by one attribute; of all records with none.
pub(super) fn question(attribute: Option<(&str, &str)>) -> String {
    match attribute {
        None => r#"{"MaxResults":50}"#.to_owned(),
        Some((key, value)) => serde_json::json!({
            "LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}],
            "MaxResults": 50,
        })
        .to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = br#"{"Records":[
        {"eventID":"b","readOnly":true,"userIdentity":{"userName":"u","accessKeyId":"k"}},
        {"eventID":"c","readOnly":true,"userIdentity":{"accessKeyId":"ASIAX"}},
        {"eventID":"a","readOnly":false,"sourceIPAddress":"3.4.5.6","resources":[{"type":"T","ARN":"arn"}]}
    ]}"#;

    #[test]
    fn finds_values_of_every_attribute() {
        let first = |attribute: &str| values(TEXT, attribute, 10).unwrap();
        assert_eq!(first("EventId"), ["a", "b", "c"]);
        assert_eq!(first("ReadOnly"), ["false", "true"]);
        assert_eq!(first("Username"), ["u"]);
        assert_eq!(first("AccessKeyId"), ["ASIAX", "k"]);
        assert_eq!(first("ResourceType"), ["T"]);
        assert_eq!(first("ResourceName"), ["arn"]);
        assert_eq!(first("EventName"), [""; 0]);
        assert_eq!(first("SessionKey"), ["ASIAX"]);
        assert_eq!(first("SourceIp"), ["3.4.5.6"]);
    }

    #[test]
    fn takes_no_more_than_asked() {
        assert_eq!(values(TEXT, "EventId", 1).unwrap(), ["a"]);
    }

    #[test]
    fn asks_with_json() {
        let body: Value = serde_json::from_str(&question(Some(("Username", "a\"b")))).unwrap();
        assert_eq!(body["LookupAttributes"][0]["AttributeValue"], "a\"b");
        assert_eq!(body["MaxResults"], 50);
    }
}
