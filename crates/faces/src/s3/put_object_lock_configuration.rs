//! `PutObjectLockConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html>

use super::code::Code;
use super::lock_rule::Configuration;
use super::named;
use super::prelude::*;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "ObjectLockConfiguration")]
    configuration: Configuration,
}

/// Proposes what new objects are locked with. It can be turned on later, but never off.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    if !bucket.is_versioned() {
        return Err(Code::InvalidBucketState.says(
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        ));
    }
    bucket.object_lock = Some(input.configuration.into_setting()?);
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
