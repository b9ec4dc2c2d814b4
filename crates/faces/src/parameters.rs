//! Inputs and outputs in the spelling that CloudTrail's records have.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Stands before the names of a caller's own map, which are no members of ours.
const AS_IT_IS: char = '\0';

/// Writes a caller's map so that its names come into the record as they are. For inputs alone:
/// only the record reads what this writes.
pub(crate) fn as_they_are<S: Serializer>(
    map: &Option<BTreeMap<String, String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let marked = |(name, value): (&String, &String)| (format!("{AS_IT_IS}{name}"), value.clone());
    let map: Option<BTreeMap<String, String>> =
        map.as_ref().map(|map| map.iter().map(marked).collect());
    map.serialize(serializer)
}

/// `value` as a record tells it: first letters of members in lower case, as CloudTrail writes
/// them (`dBInstanceIdentifier` and all), absent members left out; nothing at all is `null`.
pub(crate) fn recorded(value: &impl Serialize) -> Value {
    // What cannot be written as JSON (no input of ours) is recorded as nothing.
    let value = serde_json::to_value(value).unwrap_or_default();
    match lower_camel(value) {
        Value::Object(members) if members.is_empty() => Value::Null,
        value => value,
    }
}

/// As [`recorded`], with all names as they are: CloudTrail's way with S3, whose members are those
/// of the address, the headers and the document.
pub(crate) fn recorded_as_is(value: &impl Serialize) -> Value {
    let value = serde_json::to_value(value).unwrap_or_default();
    match present(value) {
        Value::Object(members) if members.is_empty() => Value::Null,
        value => value,
    }
}

/// Recursion ends as it does below.
fn present(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let told = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(told.map(|(name, value)| (name, present(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(present).collect(),
        scalar => scalar,
    }
}

/// Recursion ends because inputs are bounded by `wire`'s depth and outputs by their types.
fn lower_camel(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members_of(members)),
        Value::Array(items) => items.into_iter().map(lower_camel).collect(),
        scalar => scalar,
    }
}

fn members_of(members: Map<String, Value>) -> Map<String, Value> {
    let present = members.into_iter().filter(|(_, value)| !value.is_null());
    present.map(|(name, value)| (lower_first(&name), lower_camel(value))).collect()
}

fn lower_first(name: &str) -> String {
    if let Some(name) = name.strip_prefix(AS_IT_IS) {
        return name.to_owned();
    }
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spells_members_as_cloudtrail_does() {
        let input = json!({
            "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": "X" }],
            "DBName": "A", "NextToken": null, "MaxResults": 5,
        });
        let record = json!({
            "lookupAttributes": [{ "attributeKey": "EventName", "attributeValue": "X" }],
            "dBName": "A", "maxResults": 5,
        });
        assert_eq!(recorded(&input), record);
    }

    #[test]
    fn names_of_a_callers_map_stay_as_they_are() {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Input {
            #[serde(serialize_with = "as_they_are")]
            own_map: Option<BTreeMap<String, String>>,
        }
        let map = [("Team", "Pugs"), ("\0", ""), ("x", "y")];
        let own_map = map.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let told = recorded(&Input { own_map: Some(own_map.into()) });
        assert_eq!(told, json!({ "ownMap": { "Team": "Pugs", "\0": "", "x": "y" } }));
        assert_eq!(recorded(&Input { own_map: None }), Value::Null);
    }

    #[test]
    fn what_s3_is_told_is_recorded_in_its_own_words() {
        let input = json!({
            "bucketName": "b", "x-amz-acl": null, "Tagging": { "TagSet": [{ "Key": null }] },
        });
        let record = json!({ "bucketName": "b", "Tagging": { "TagSet": [{}] } });
        assert_eq!(recorded_as_is(&input), record);
        assert_eq!(recorded_as_is(&json!({ "a": null })), Value::Null);
    }

    #[test]
    fn nothing_is_null() {
        assert_eq!(recorded(&json!({})), Value::Null);
        assert_eq!(recorded(&json!({ "NextToken": null })), Value::Null);
    }
}
