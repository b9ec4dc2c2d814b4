//! `DeleteResourcePolicy`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteResourcePolicy.html>

use super::policies;
use super::prelude::*;

/// Of what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes that the resource have no policy.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let resource = policies::policy(state, caller, &input.resource_arn)?.resource.clone();
    Ok((Output {}, Effect::from(Change::ResourcePolicyRemoved { resource })))
}
