//! Policies of keys: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>.

use super::error::Error;
use crate::door::Caller;
use engine::State;
use model::AccountId;
use model::resource::KmsKey;
use policy::{Kind, Policy};
use serde_json::json;

/// The one policy that a key has.
pub(super) const NAME: &str = "default";
/// Longest policy, in bytes.
const BYTES_MAX: usize = 32_768;

/// What a key begins with: its account rules it, by policies of identities.
pub(super) fn usual(account: &AccountId) -> String {
    let root = format!("arn:aws:iam::{account}:root");
    let policy = json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": { "AWS": root },
            "Action": "kms:*",
            "Resource": "*",
        }],
    });
    format!("{policy:#}")
}

/// Refuses what is no policy for the key, and what would keep its writer from ever changing it
/// again, unless they say that they know.
pub(super) fn check(
    state: &State,
    caller: &Caller,
    text: &str,
    key: &KmsKey,
    bypass: bool,
) -> Result<(), Error> {
    let policy = Policy::parse_within(text, Kind::Resource, BYTES_MAX)
        .map_err(|malformed| Error::MalformedPolicyDocument(malformed.to_string()))?;
    let verdict = caller.asking(state).weigh_key("kms:PutKeyPolicy", key, &policy);
    match bypass || verdict.is_allowed() {
        true => Ok(()),
        false => Err(Error::MalformedPolicyDocument(
            "The new key policy will not allow you to update the key policy in the future."
                .to_owned(),
        )),
    }
}

/// Refuses the name of any other policy.
pub(super) fn check_name(name: Option<&str>) -> Result<(), Error> {
    match name.is_none_or(|name| name == NAME) {
        true => Ok(()),
        false => {
            Err(Error::NotFound("No such policy exists: a key has `default` alone".to_owned()))
        }
    }
}
