//! `PutBucketVersioning`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>

use super::code::Code;
use super::named;
use super::prelude::*;
use model::resource::Versioning;

/// What is to be put.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "VersioningConfiguration")]
    configuration: Configuration,
}

/// Whether old versions stay.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    status: Option<Versioning>,
    mfa_delete: Option<String>,
}

/// Proposes that old versions stay, or no longer. Where objects can be locked they stay for good.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    let status = input.configuration.status;
    if input.configuration.mfa_delete.as_deref() == Some("Enabled") {
        return Err(Code::NotImplemented.says("MFA delete is not built"));
    }
    if bucket.object_lock.is_some() && status == Some(Versioning::Suspended) {
        return Err(Code::InvalidBucketState.says(
            "An Object Lock configuration is present on this bucket, so the versioning state \
             cannot be changed.",
        ));
    }
    bucket.versioning = Some(status.ok_or_else(|| Code::MalformedXML.error())?);
    Ok((Reply::empty(200), Effect::from(Change::BucketPut(bucket))))
}
