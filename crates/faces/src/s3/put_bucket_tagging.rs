//! `PutBucketTagging`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>

use super::named;
use super::prelude::*;
use super::tag_set::Tagging;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "Tagging")]
    tagging: Tagging,
}

/// Proposes these tags and no others.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.tags = input.tagging.tag_set.into_map()?;
    Ok((Reply::empty(204), Effect::from(Change::BucketPut(bucket))))
}
