//! `PutBucketOwnershipControls`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html>

use super::code::Code;
use super::named;
use super::prelude::*;
use model::resource::Ownership;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "OwnershipControls")]
    controls: Controls,
}

/// Exactly one rule.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Controls {
    rule: Vec<Rule>,
}

/// Who owns.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    object_ownership: Ownership,
}

/// Proposes who owns what others put.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    match input.controls.rule.as_slice() {
        [rule] => bucket.ownership = Some(rule.object_ownership),
        _ => return Err(Code::MalformedXML.error()),
    }
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
