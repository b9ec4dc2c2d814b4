//! Policies of buckets, checked when they are put.

use super::code::Code;
use super::error::Error;
use model::resource::Bucket;
use policy::{Kind, Policy};

/// Longest policy, in bytes.
const POLICY_BYTES_MAX: usize = 20 * 1024;

/// Checks a policy that is to be put with a bucket.
pub(super) fn check(bucket: &Bucket, document: &str) -> Result<(), Error> {
    if document.len() > POLICY_BYTES_MAX {
        let message = format!(
            "The policy must not exceed the allowed policy document size of {POLICY_BYTES_MAX} \
             bytes"
        );
        return Err(Code::InvalidPolicyDocument.says(message));
    }
    let parsed = Policy::parse(document, Kind::Resource)
        .map_err(|error| Code::MalformedPolicy.says(error.to_string()))?;
    if !speaks_of(&parsed, bucket) {
        return Err(Code::MalformedPolicy.says("Policy has invalid resource"));
    }
    if bucket.public_access().block_public_policy && parsed.is_public() {
        return Err(Code::AccessDenied.says(
            "the policy lets the public in, and the bucket's public access block forbids it \
             (BlockPublicPolicy): narrow the principals, or change the block first",
        ));
    }
    Ok(())
}

/// Whether every resource of a policy is the bucket or in it.
fn speaks_of(policy: &Policy, bucket: &Bucket) -> bool {
    let arn = bucket.arn();
    let inside = format!("{arn}/");
    policy.resources().all(|resource| resource == arn.as_str() || resource.starts_with(&inside))
}

/// Whether a policy that was put lets the public in.
pub(super) fn is_public(document: &str) -> bool {
    Policy::parse(document, Kind::Resource).is_ok_and(|policy| policy.is_public())
}
