//! Attributes of a topic: which there are, and what may be set.

use super::document;
use super::error::Error;
use super::feedback;
use engine::topic_policy;
use model::resource::Topic;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

const DELIVERY_POLICY: &str = "DeliveryPolicy";
const DISPLAY_NAME: &str = "DisplayName";
const DISPLAY_NAME_CHARS_MAX: usize = 100;
const KMS_MASTER_KEY_ID: &str = "KmsMasterKeyId";
const VALUE_BYTES_MAX: usize = 2_048;
/// What AWS does where nothing else was set.
const EFFECTIVE_DELIVERY_POLICY: &str = concat!(
    r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"#,
    r#""numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"#,
    r#""backoffFunction":"linear"},"disableSubscriptionOverrides":false,"#,
    r#""defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#,
);

/// A map as this protocol writes it: a list of entries.
#[derive(Debug, Serialize)]
pub(super) struct Attributes {
    entry: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    key: String,
    value: String,
}

impl From<&Topic> for Attributes {
    fn from(topic: &Topic) -> Self {
        let set = |name: &str| topic.attributes.get(name).cloned();
        let effective = || EFFECTIVE_DELIVERY_POLICY.to_owned();
        let none = || Some("0".to_owned());
        let all = [
            ("DeliveryPolicy", set(DELIVERY_POLICY)),
            ("DisplayName", Some(set(DISPLAY_NAME).unwrap_or_default())),
            ("EffectiveDeliveryPolicy", Some(set(DELIVERY_POLICY).unwrap_or_else(effective))),
            ("KmsMasterKeyId", set(KMS_MASTER_KEY_ID)),
            ("Owner", Some(topic.account.to_string())),
            ("Policy", Some(topic_policy(topic))),
            ("SignatureVersion", set("SignatureVersion")),
            // There are no subscriptions yet.
            ("SubscriptionsConfirmed", none()),
            ("SubscriptionsDeleted", none()),
            ("SubscriptionsPending", none()),
            ("TopicArn", Some(topic.arn().to_string())),
            ("TracingConfig", set("TracingConfig")),
        ];
        let entry = |(key, value): (&str, Option<String>)| {
            Some(Entry { key: key.to_owned(), value: value? })
        };
        let logged = topic.attributes.iter().filter(|(key, _)| feedback::is_one(key));
        let logged = logged.map(|(key, value)| Entry { key: key.clone(), value: value.clone() });
        Self { entry: all.into_iter().filter_map(entry).chain(logged).collect() }
    }
}

/// Sets one attribute; an empty value takes it back.
pub(super) fn set(
    attributes: &mut BTreeMap<String, String>,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    check(name, value)?;
    match value.is_empty() {
        true => drop(attributes.remove(name)),
        false => drop(attributes.insert(name.to_owned(), value.to_owned())),
    }
    Ok(())
}

fn check(name: &str, value: &str) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::InvalidParameter(format!("{name} Reason: {why}")));
    match name {
        document::ATTRIBUTE => document::check(value),
        DELIVERY_POLICY | DISPLAY_NAME | KMS_MASTER_KEY_ID | "SignatureVersion"
        | "TracingConfig"
            if value.len() > VALUE_BYTES_MAX =>
        {
            refuse("the value has more than 2048 bytes")
        }
        DELIVERY_POLICY => match value.is_empty() || is_object(value) {
            true => Ok(()),
            false => refuse("the value is no JSON object"),
        },
        DISPLAY_NAME => match value.chars().count() <= DISPLAY_NAME_CHARS_MAX {
            true => Ok(()),
            false => refuse("a display name has at most 100 characters"),
        },
        KMS_MASTER_KEY_ID => Ok(()),
        "SignatureVersion" => match value {
            "" | "1" | "2" => Ok(()),
            _ => refuse("write 1 or 2"),
        },
        "TracingConfig" => match value {
            "" | "PassThrough" | "Active" => Ok(()),
            _ => refuse("write PassThrough or Active"),
        },
        _ if feedback::is_one(name) => feedback::flaw(name, value).map_or(Ok(()), refuse),
        _ => Err(Error::InvalidParameter(format!(
            "AttributeName Reason: pugmark keeps no attribute `{}` of topics",
            name.chars().take(100).collect::<String>()
        ))),
    }
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_delivery_policy_is_one() {
        assert!(is_object(EFFECTIVE_DELIVERY_POLICY));
    }

    #[test]
    fn sets_what_may_be_set_and_takes_it_back() {
        let mut attributes = BTreeMap::new();
        for (name, value) in [
            ("DisplayName", "Pugs"),
            ("KmsMasterKeyId", "alias/x"),
            ("DeliveryPolicy", "{}"),
            ("SignatureVersion", "2"),
            ("TracingConfig", "Active"),
            ("HTTPSuccessFeedbackSampleRate", "0"),
        ] {
            set(&mut attributes, name, value).unwrap();
            assert_eq!(attributes[name], value);
        }
        set(&mut attributes, "DisplayName", "").unwrap();
        assert!(!attributes.contains_key("DisplayName"));
    }

    #[test]
    fn refuses_what_is_no_value_or_no_attribute() {
        let mut attributes = BTreeMap::new();
        for (name, value) in [
            ("DisplayName", "x".repeat(101)),
            ("DeliveryPolicy", "[]".to_owned()),
            ("KmsMasterKeyId", "x".repeat(2_049)),
            ("SignatureVersion", "3".to_owned()),
            ("TracingConfig", "on".to_owned()),
            ("Policy", "{}".to_owned()),
            ("Policy", String::new()),
            ("FifoTopic", "true".to_owned()),
            ("HTTPSuccessFeedbackRoleArn", "arn".to_owned()),
        ] {
            let error = set(&mut attributes, name, &value).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter(_)), "{name}");
        }
        assert!(attributes.is_empty());
    }
}
