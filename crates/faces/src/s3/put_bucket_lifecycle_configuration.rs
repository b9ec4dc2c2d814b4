//! `PutBucketLifecycleConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>

use super::document;
use super::transition_size;
use super::named;
use super::prelude::*;
use engine::Lifecycle;
use model::resource::Document;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "LifecycleConfiguration")]
    configuration: serde_json::Value,
    #[serde(rename = "x-amz-transition-default-minimum-object-size")]
    transition_size: Option<String>,
}

/// Proposes the rules. They are kept as they came and shown; what they ask to expire, the engine
/// takes away.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    Lifecycle::parse(&input.configuration)?;
    bucket.transition_size_varies = transition_size::read(input.transition_size.as_deref())?;
    document::keep(&mut bucket, Document::Lifecycle, &input.configuration)?;
    let reply = transition_size::tell(&bucket, Reply::empty(200));
    Ok((reply, Effect::from(Change::BucketPut(bucket))))
}
