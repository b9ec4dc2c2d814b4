//! `PutResourcePolicy`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutResourcePolicy.html>
//!
//! The document is kept byte for byte. It is asked whenever somebody puts events through a channel.

use super::exception::Exception;
use super::policy_document;
use super::prelude::*;
use super::resource::Resource;
use model::resource::ResourcePolicy;

/// Which policy for what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: String,
    resource_policy: String,
}

/// The policy that stands now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    resource_arn: String,
    resource_policy: String,
}

/// Proposes the policy.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let invalid = Exception::ResourceArnNotValid;
    let resource = super::policies::find(state, caller, &input.resource_arn, invalid)?;
    Resource::check_active(&resource)?;
    let arn = resource.arn();
    policy_document::check(&input.resource_policy, &arn)?;
    let policy = ResourcePolicy {
        account: caller.account().clone(),
        resource: arn.clone(),
        document: input.resource_policy.clone(),
    };
    let output = Output { resource_arn: arn, resource_policy: input.resource_policy };
    Ok((output, Effect::from(Change::ResourcePolicyPut(policy))))
}
