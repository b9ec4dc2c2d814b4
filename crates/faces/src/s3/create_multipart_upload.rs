//! `CreateMultipartUpload`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>

use super::code::Code;
use super::listing::algorithm_name;
use super::object_headers::{encrypted, kind_name};
use super::prelude::*;
use super::traits::Traits;
use super::{checksum, key, named};
use model::resource::{ChecksumAlgorithm, ChecksumKind, Upload};

/// What the object will carry.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    key: String,
    #[serde(rename = "x-amz-checksum-algorithm")]
    checksum_algorithm: Option<String>,
    #[serde(rename = "x-amz-checksum-type")]
    checksum_type: Option<String>,
    #[serde(flatten)]
    traits: Traits,
}

/// Proposes the upload.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = named::find(state, &input.bucket_name)?;
    key::check(&input.key)?;
    let checksum = checksum_of(&input)?;
    let encryption = input.traits.encryption(state, caller, bucket, &input.key)?;
    let settled = input.traits.settle(bucket, caller.at())?;
    let upload = Upload {
        bucket: bucket.name.clone(),
        key: input.key,
        id: id(caller),
        initiated: caller.at(),
        owner: bucket.account.clone(),
        initiator: caller.identity().arn.to_string(),
        headers: settled.headers,
        metadata: settled.metadata,
        tags: settled.tags,
        storage_class: settled.storage_class,
        checksum,
        encryption,
        lock: settled.lock,
    };
    let output = json!({ "Bucket": upload.bucket, "Key": upload.key, "UploadId": upload.id });
    let reply =
        encrypted(Reply::document("InitiateMultipartUploadResult", &output), &upload.encryption);
    let (algorithm, kind) = checksum.unzip();
    let reply = reply
        .maybe("x-amz-checksum-algorithm", algorithm.map(algorithm_name))
        .maybe("x-amz-checksum-type", kind.map(kind_name));
    Ok((reply, Effect::from(Change::UploadPut(Box::new(upload)))))
}

/// Ids of one key are listed in the order of the milliseconds in which they were made.
fn id(caller: &Caller) -> String {
    let salt: String = caller.fresh_id().chars().filter(|c| *c != '-').collect();
    format!("{:016x}{salt}", caller.at().0)
}

/// CRC-64 is of all bytes, the SHAs of the parts' checksums; of the others either.
fn checksum_of(input: &Input) -> Result<Option<(ChecksumAlgorithm, ChecksumKind)>, Error> {
    let Some(name) = input.checksum_algorithm.as_deref() else {
        return Ok(None);
    };
    let algorithm = checksum::parse_algorithm(name)?;
    let asked = match input.checksum_type.as_deref() {
        None => None,
        Some("FULL_OBJECT") => Some(ChecksumKind::FullObject),
        Some("COMPOSITE") => Some(ChecksumKind::Composite),
        Some(_) => {
            let words = "Value for x-amz-checksum-type header is invalid.";
            return Err(Code::InvalidRequest.says(words));
        }
    };
    let kind = match (algorithm, asked) {
        (ChecksumAlgorithm::Crc64Nvme, None | Some(ChecksumKind::FullObject)) => {
            ChecksumKind::FullObject
        }
        (
            ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256,
            None | Some(ChecksumKind::Composite),
        ) => ChecksumKind::Composite,
        (ChecksumAlgorithm::Crc32 | ChecksumAlgorithm::Crc32c, asked) => {
            asked.unwrap_or(ChecksumKind::Composite)
        }
        _ => {
            return Err(Code::InvalidRequest.says(format!(
                "The {} checksum type cannot be used with the {name} checksum algorithm.",
                input.checksum_type.as_deref().unwrap_or_default()
            )));
        }
    };
    Ok(Some((algorithm, kind)))
}
