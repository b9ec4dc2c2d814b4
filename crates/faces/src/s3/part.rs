//! Parts of an object that is uploaded in parts.

use super::code::Code;
use super::error::Error;
use super::prelude::*;
use super::{encryption, key, named};
use crate::upload::Keeping;
use model::resource::{Bucket, Upload};
use std::sync::Arc;

/// The greatest number of a part.
pub(super) const NUMBER_MAX: u16 = 10_000;

/// Parts but the last have at least so many bytes.
pub(super) const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;

/// An object has at most so many bytes.
pub(super) const OBJECT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024 * 1024;

/// Which upload.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Which {
    #[serde(rename = "bucketName")]
    pub(super) bucket_name: String,
    pub(super) key: String,
    #[serde(rename = "uploadId")]
    pub(super) upload_id: String,
}

impl Which {
    /// The upload, and its bucket.
    pub(super) fn find<'a>(&self, state: &'a State) -> Result<(&'a Arc<Bucket>, Upload), Error> {
        let bucket = named::find(state, &self.bucket_name)?;
        let missing = || Code::NoSuchUpload.error().about("UploadId", &self.upload_id);
        // No id of ours holds anything else, and a place in State must not.
        let is_plain = self.upload_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain || key::check(&self.key).is_err() {
            return Err(missing());
        }
        let upload = state.upload(&bucket.name, &self.key, &self.upload_id)?;
        Ok((bucket, upload.ok_or_else(missing)?))
    }

    /// How the bytes of its parts are kept and summed. AWS asks who sends them for `kms:Decrypt`
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>).
    pub(super) fn keeping(&self, state: &State, caller: &Caller) -> Result<Keeping, Error> {
        let (_, Upload { bucket, key, encryption, checksum, .. }) = self.find(state)?;
        encryption::may(state, caller, "kms:Decrypt", (&bucket, &key), &encryption)?;
        let checksum = checksum.map(|(algorithm, _)| algorithm);
        Ok(Keeping { bucket, key, encryption, checksum })
    }
}

/// The number of a part.
pub(super) fn number(text: &str) -> Result<u16, Error> {
    let number = text.parse().ok().filter(|number| (1..=NUMBER_MAX).contains(number));
    number.ok_or_else(|| {
        Code::InvalidArgument
            .says(format!("Part number must be an integer between 1 and {NUMBER_MAX}, inclusive"))
    })
}
