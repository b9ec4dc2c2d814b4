//! `PutBucketPolicy`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
//!
//! The body is the document itself; it is kept byte for byte.

use super::bucket_policy;
use super::named;
use super::prelude::*;
use serde::Serializer;
use serde_json::Value;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename(deserialize = "Policy", serialize = "bucketPolicy"))]
    #[serde(serialize_with = "parsed")]
    policy: String,
}

/// Records tell the document, not its text.
fn parsed<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_str::<Value>(text) {
        Ok(document) => document.serialize(serializer),
        Err(_) => serializer.serialize_str(text),
    }
}

/// Proposes the policy, if it is one and lets in nobody who is kept out.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket_policy::check(&bucket, &input.policy)?;
    bucket.policy = Some(input.policy);
    Ok((Reply::empty(204), Effect::from(Change::BucketPut(bucket))))
}
