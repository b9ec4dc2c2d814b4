//! `PutBucketAcl`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html>

use super::code::Code;
use super::grants::Grants;
use super::named;
use super::prelude::*;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(flatten)]
    grants: Grants,
    #[serde(rename = "AccessControlPolicy")]
    policy: Option<serde_json::Value>,
}

/// Proposes nothing: only what holds anyway may be said.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = named::copy(state, &input.bucket_name)?;
    if input.policy.is_some() {
        return Err(Code::AccessControlListNotSupported.error());
    }
    input.grants.check(bucket.ownership)?;
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
