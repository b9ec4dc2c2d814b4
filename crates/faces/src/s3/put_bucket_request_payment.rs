//! `PutBucketRequestPayment`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html>

use super::code::Code;
use super::named;
use super::prelude::*;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "RequestPaymentConfiguration")]
    configuration: Configuration,
}

/// Who pays.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    payer: String,
}

/// Proposes who pays.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.requester_pays = match input.configuration.payer.as_str() {
        "Requester" => true,
        "BucketOwner" => false,
        _ => return Err(Code::MalformedXML.error()),
    };
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
