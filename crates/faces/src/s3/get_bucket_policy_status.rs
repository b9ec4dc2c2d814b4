//! `GetBucketPolicyStatus`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html>

use super::named::Named;
use super::prelude::*;
use super::bucket_policy;
use super::code::Code;

/// Which bucket.
pub type Input = Named;

/// Shows whether the policy lets the public in.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let document = bucket.policy.as_deref();
    let missing = || Code::NoSuchBucketPolicy.error().about("BucketName", &bucket.name);
    let is_public = bucket_policy::is_public(document.ok_or_else(missing)?);
    Ok(Reply::document("PolicyStatus", &json!({ "IsPublic": is_public })))
}
