//! `GetResourcePolicy`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetResourcePolicy.html>

use super::policies;
use super::prelude::*;

/// Of what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
}

/// The policy, byte for byte as it was given.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    resource_arn: String,
    resource_policy: String,
}

/// Tells the policy of a resource.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let policy = policies::policy(snapshot.state(), caller, &input.resource_arn)?;
    Ok(Output {
        resource_arn: policy.resource.clone(),
        resource_policy: policy.document.clone(),
    })
}
