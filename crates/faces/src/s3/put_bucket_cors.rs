//! `PutBucketCors`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>

use super::document;
use super::named;
use super::prelude::*;
use model::resource::Document;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "CORSConfiguration")]
    configuration: serde_json::Value,
}

/// Proposes the rules. They are kept and shown; browsers are answered as without them.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    let needed = ["AllowedMethod", "AllowedOrigin"];
    document::check_rules(&input.configuration, "CORSRule", &needed)?;
    document::keep(&mut bucket, Document::Cors, &input.configuration)?;
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
