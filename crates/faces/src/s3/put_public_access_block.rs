//! `PutPublicAccessBlock`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>

use super::named;
use super::prelude::*;
use model::resource::PublicAccess;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "PublicAccessBlockConfiguration")]
    configuration: PublicAccess,
}

/// Proposes what of the public is kept out.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.public_access = Some(input.configuration);
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
