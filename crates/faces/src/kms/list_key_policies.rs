//! `ListKeyPolicies`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html>
//!
//! A key has one policy, `default`.

use super::prelude::*;
use super::{key_policy, target};

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// The names of its policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    policy_names: [&'static str; 1],
    truncated: bool,
}

/// Names the policies of a key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    target::find(snapshot.state(), caller, &input.key_id, "ListKeyPolicies")?;
    Ok(Output { policy_names: [key_policy::NAME], truncated: false })
}
