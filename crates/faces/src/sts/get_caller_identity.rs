//! `GetCallerIdentity`:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
//!
//! Needs no permission: whoever holds a key may ask whose it is.

use super::prelude::*;

/// Nothing.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {}

/// The caller, as AWS names them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    user_id: String,
    account: String,
    arn: String,
}

/// Says who asks.
pub fn handle(_snapshot: &Snapshot, caller: &Caller, _input: Input) -> Result<Output, Error> {
    let identity = caller.identity();
    Ok(Output {
        user_id: identity.principal_id.clone(),
        account: identity.account_id.to_string(),
        arn: identity.arn.to_string(),
    })
}
