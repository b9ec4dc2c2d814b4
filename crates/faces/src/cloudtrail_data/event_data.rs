//! `eventData`: what an event from outside says of itself, checked as it is read.
//!
//! Members and lengths:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-integration-event-schema.html>

use model::{Scan, Timestamp, json};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Why an event cannot be taken in: AWS's word for it, and ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Flaw {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What the server needs to know of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) time: Timestamp,
    pub(super) recipient: String,
}

/// Text members with their longest length in bytes; the first few must be there.
const NEEDED: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventData<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    event_source: Option<&'a RawValue>,
    #[serde(borrow)]
    event_name: Option<&'a RawValue>,
    #[serde(borrow)]
    event_time: Option<&'a RawValue>,
    #[serde(borrow, rename = "UID")]
    uid: Option<&'a RawValue>,
    #[serde(borrow)]
    recipient_account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    user_agent: Option<&'a RawValue>,
    #[serde(borrow, rename = "sourceIPAddress")]
    source_ip_address: Option<&'a RawValue>,
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    error_message: Option<&'a RawValue>,
    #[serde(borrow)]
    user_identity: Option<&'a RawValue>,
    #[serde(borrow)]
    request_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    response_elements: Option<&'a RawValue>,
    #[serde(borrow)]
    additional_event_data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    principal_id: Option<&'a RawValue>,
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

/// Reads the text of one event's `eventData`.
pub(super) fn read(text: &str) -> Result<Told, Flaw> {
    let data: EventData<'_> = serde_json::from_str(text).map_err(|error| {
        Flaw::new("InvalidData", format!("eventData is no JSON object of its form: {error}"))
    })?;
    check_nesting(text)?;
    data.check_texts()?;
    data.check_trees()?;
    check_identity(data.user_identity)?;
    let time = needed("eventTime", data.event_time)?;
    let time = string(time).and_then(|time| Timestamp::parse(&time)).ok_or_else(|| {
        Flaw::new("InvalidData", "eventTime is no time: write it as 2026-03-01T08:00:00Z, in UTC")
    })?;
    let recipient = needed("recipientAccountId", data.recipient_account_id)?;
    let recipient = string(recipient).unwrap_or_default();
    Ok(Told { time, recipient })
}

/// A record holds the data one level down, and must be readable there.
fn check_nesting(text: &str) -> Result<(), Flaw> {
    let nested = format!("{{\"eventData\":{text}}}");
    match Scan::default().read(nested.as_bytes(), 0) {
        Ok(_) => Ok(()),
        Err(error) => {
            let message = format!("eventData cannot be kept: {error}; nest it less deeply");
            Err(Flaw::new("InvalidData", message))
        }
    }
}

impl EventData<'_> {
    fn check_texts(&self) -> Result<(), Flaw> {
        let texts = [
            ("version", self.version, 256),
            ("eventSource", self.event_source, 1_024),
            ("eventName", self.event_name, 1_024),
            ("UID", self.uid, 1_024),
            ("recipientAccountId", self.recipient_account_id, 32),
            ("userAgent", self.user_agent, 1_024),
            ("sourceIPAddress", self.source_ip_address, 1_024),
            ("errorCode", self.error_code, 256),
            ("errorMessage", self.error_message, 256),
        ];
        for (place, (name, value, most)) in texts.into_iter().enumerate() {
            let value = if place < NEEDED { Some(needed(name, value)?) } else { given(value) };
            value.map_or(Ok(()), |value| check_text(name, value, most))?;
        }
        Ok(())
    }

    fn check_trees(&self) -> Result<(), Flaw> {
        let trees = [
            ("requestParameters", self.request_parameters, 100 << 10),
            ("responseElements", self.response_elements, 100 << 10),
            ("additionalEventData", self.additional_event_data, 28 << 10),
        ];
        trees.into_iter().try_for_each(|(name, value, most)| check_tree(name, value, most))
    }
}

fn check_identity(value: Option<&RawValue>) -> Result<(), Flaw> {
    let value = needed("userIdentity", value)?;
    let identity: UserIdentity<'_> = serde_json::from_str(value.get())
        .map_err(|_| Flaw::new("InvalidData", "userIdentity is no JSON object"))?;
    check_text("userIdentity.type", needed("userIdentity.type", identity.kind)?, 128)?;
    let principal = needed("userIdentity.principalId", identity.principal_id)?;
    check_text("userIdentity.principalId", principal, 1_024)?;
    check_tree("userIdentity.details", identity.details, 100 << 10)
}

fn needed<'a>(name: &str, value: Option<&'a RawValue>) -> Result<&'a RawValue, Flaw> {
    let missing = || Flaw::new("FieldNotFound", format!("eventData has no `{name}`"));
    given(value).ok_or_else(missing)
}

/// `null` is as good as nothing.
fn given(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

fn check_text(name: &str, value: &RawValue, most: usize) -> Result<(), Flaw> {
    match string(value) {
        None => Err(Flaw::new("InvalidData", format!("`{name}` is no text"))),
        Some(text) if text.is_empty() => {
            Err(Flaw::new("FieldNotFound", format!("`{name}` is empty")))
        }
        Some(text) if text.len() > most => {
            Err(Flaw::new("FieldTooLong", format!("`{name}` has more than {most} bytes")))
        }
        Some(_) => Ok(()),
    }
}

fn check_tree(name: &str, value: Option<&RawValue>, most: usize) -> Result<(), Flaw> {
    let Some(value) = given(value) else {
        return Ok(());
    };
    match value.get().starts_with('{') {
        false => Err(Flaw::new("InvalidData", format!("`{name}` is no JSON object"))),
        true if value.get().len() > most => {
            Err(Flaw::new("FieldTooLong", format!("`{name}` has more than {most} bytes")))
        }
        true => Ok(()),
    }
}

fn string(value: &RawValue) -> Option<String> {
    json::text(value.get().as_bytes()).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn data() -> Value {
        json!({
            "version": "1.0",
            "userIdentity": { "type": "Person", "principalId": "otto", "details": { "a": 1 } },
            "userAgent": "pug/1",
            "eventSource": "kennel.example.com",
            "eventName": "Feed",
            "eventTime": "2026-03-01T08:00:00Z",
            "UID": "42",
            "requestParameters": { "bowl": "blue" },
            "recipientAccountId": "123456789012",
        })
    }

    fn check(change: impl FnOnce(&mut Value), code: &str, why: &str) {
        let mut data = data();
        change(&mut data);
        let flaw = read(&data.to_string()).unwrap_err();
        assert_eq!(flaw.code, code, "{}", flaw.message);
        assert!(flaw.message.contains(why), "{}", flaw.message);
    }

    #[test]
    fn reads_what_it_needs() {
        let told = read(&data().to_string()).unwrap();
        assert_eq!(told.recipient, "123456789012");
        assert_eq!(told.time, Timestamp::parse("2026-03-01T08:00:00Z").unwrap());
        let mut bare = data();
        for name in ["userAgent", "requestParameters"] {
            bare[name] = Value::Null;
        }
        read(&bare.to_string()).unwrap();
    }

    #[test]
    fn names_what_is_missing() {
        let names = ["version", "userIdentity", "eventSource", "eventName", "eventTime", "UID"];
        for name in names.into_iter().chain(["recipientAccountId"]) {
            check(|data| data[name] = Value::Null, "FieldNotFound", name);
        }
        check(|data| data["eventName"] = json!(""), "FieldNotFound", "eventName");
        let part = |name: &'static str| move |data: &mut Value| data["userIdentity"][name].take();
        for name in ["type", "principalId"] {
            let mut without = data();
            let _ = part(name)(&mut without);
            assert_eq!(read(&without.to_string()).unwrap_err().code, "FieldNotFound", "{name}");
        }
    }

    #[test]
    fn names_what_is_too_long() {
        for (name, most) in
            [("version", 256), ("UID", 1_024), ("errorCode", 256), ("errorMessage", 256)]
        {
            let mut fits = data();
            fits[name] = json!("x".repeat(most));
            read(&fits.to_string()).unwrap();
            check(|data| data[name] = json!("x".repeat(most + 1)), "FieldTooLong", name);
        }
        for (name, most) in [
            ("requestParameters", 100 << 10),
            ("responseElements", 100 << 10),
            ("additionalEventData", 28 << 10),
        ] {
            let long = json!({ "a": "x".repeat(most) });
            check(|data| data[name] = long, "FieldTooLong", name);
        }
        let identity = json!({ "type": "x".repeat(129), "principalId": "a" });
        check(|data| data["userIdentity"] = identity, "FieldTooLong", "userIdentity.type");
    }

    #[test]
    fn refuses_what_has_another_form() {
        for text in ["", "7", "[]", "{", "{}}", r#"{"version":"1","version":"1"}"#] {
            assert_eq!(read(text).unwrap_err().code, "InvalidData", "{text}");
        }
        check(|data| data["eventName"] = json!(7), "InvalidData", "eventName");
        check(|data| data["userIdentity"] = json!("otto"), "InvalidData", "userIdentity");
        check(|data| data["requestParameters"] = json!([1]), "InvalidData", "requestParameters");
        check(|data| data["eventTime"] = json!("yesterday"), "InvalidData", "eventTime");
        let deep = (0..200).fold(json!({}), |inner, _| json!({ "a": inner }));
        let text = data().to_string().replace(r#"{"bowl":"blue"}"#, &deep.to_string());
        assert_eq!(read(&text).unwrap_err().code, "InvalidData");
    }
}
