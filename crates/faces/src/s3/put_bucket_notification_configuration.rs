//! `PutBucketNotificationConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html>

use super::document;
use super::named;
use super::prelude::*;
use model::resource::Document;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "NotificationConfiguration")]
    configuration: serde_json::Value,
}

/// Proposes who is to be told. It is kept and shown.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    document::keep(&mut bucket, Document::Notification, &input.configuration)?;
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
