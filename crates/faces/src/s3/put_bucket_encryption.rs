//! `PutBucketEncryption`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>

use super::encryption::Rules;
use super::named;
use super::prelude::*;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "ServerSideEncryptionConfiguration")]
    configuration: Rules,
}

/// Proposes how objects are encrypted unless a request says otherwise.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.encryption = input.configuration.into_setting()?;
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
