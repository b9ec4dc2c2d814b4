//! `PutKeyPolicy`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>

use super::prelude::*;
use super::{key_policy, target, told};

/// Which policy for which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    policy_name: Option<String>,
    policy: String,
    bypass_policy_lockout_safety_check: Option<bool>,
}

/// Proposes the policy.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let mut key = target::find(state, caller, &input.key_id, "PutKeyPolicy")?.clone();
    key_policy::check_name(input.policy_name.as_deref())?;
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
    key_policy::check(state, caller, &input.policy, &key, bypass)?;
    key.policy = input.policy;
    Ok(told::changed(key))
}
