//! Statements of a topic's policy that were made by `AddPermission`.

use super::error::Error;
use serde_json::{Value, json};

const ACTIONS: [&str; 8] = [
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
];
const LABEL_BYTES_MAX: usize = 80;

/// A statement that lets these accounts do this.
pub(super) fn statement(
    label: &str,
    accounts: &[String],
    actions: &[String],
    topic: &str,
) -> Result<Value, Error> {
    check_label(label)?;
    let is_account = |id: &String| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    let known = |name: &String| ACTIONS.contains(&name.as_str());
    if accounts.is_empty() || !accounts.iter().all(is_account) {
        return refuse("AWSAccountId Reason: give ids of accounts, of twelve digits");
    }
    if actions.is_empty() || !actions.iter().all(known) {
        return refuse(&format!("ActionName Reason: give one of {}", ACTIONS.join(", ")));
    }
    let principals: Vec<String> =
        accounts.iter().map(|id| format!("arn:aws:iam::{id}:root")).collect();
    let actions: Vec<String> = actions.iter().map(|name| format!("SNS:{name}")).collect();
    Ok(json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": { "AWS": principals },
        "Action": actions,
        "Resource": topic,
    }))
}

/// Whether a statement has this label.
pub(super) fn is_called(statement: &Value, label: &str) -> bool {
    statement.get("Sid").is_some_and(|sid| sid == label)
}

fn check_label(label: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
    match !label.is_empty() && label.len() <= LABEL_BYTES_MAX && label.bytes().all(plain) {
        true => Ok(()),
        false => refuse("Label Reason: give 1 to 80 letters, digits and `_-`").map(drop),
    }
}

fn refuse(why: &str) -> Result<Value, Error> {
    Err(Error::InvalidParameter(why.to_owned()))
}
