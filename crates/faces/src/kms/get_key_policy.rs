//! `GetKeyPolicy`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html>

use super::prelude::*;
use super::{key_policy, target};

/// Which policy of which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    policy_name: Option<String>,
}

/// The policy, byte for byte.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    policy: String,
    policy_name: &'static str,
}

/// Gives the policy of a key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let key = target::find(snapshot.state(), caller, &input.key_id, "GetKeyPolicy")?;
    key_policy::check_name(input.policy_name.as_deref())?;
    Ok(Output { policy: key.policy.clone(), policy_name: key_policy::NAME })
}
