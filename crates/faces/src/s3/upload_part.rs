//! `UploadPart`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>

use super::object_headers::{checksum_header, encrypted, quoted};
use super::part::{self, Which};
use super::prelude::*;
use crate::upload::{Keeping, Staged};
use model::resource::{ChecksumAlgorithm, Upload, UploadPart};

/// Which part.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "partNumber")]
    part_number: String,
}

/// How the bytes are kept: as the upload says.
pub fn keeping(state: &State, caller: &Caller, input: &Input) -> Result<Keeping, Error> {
    input.which.keeping(state, caller)
}

/// Proposes the part. One of the same number is replaced.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
    staged: Staged,
) -> Result<(Reply, Effect), Error> {
    let (_, upload) = input.which.find(state)?;
    let number = part::number(&input.part_number)?;
    let made = made(&upload, number, caller, staged);
    let reply = encrypted(Reply::empty(200), &upload.encryption);
    let reply = reply.header("etag", quoted(&made.etag));
    let sum = made.checksum.as_ref();
    let reply = match sum {
        Some(sum) => reply.header(checksum_header(sum.algorithm), &*sum.value),
        None => reply,
    };
    Ok((reply, Effect::from(put(state, &upload, made)?)))
}

/// A part of staged bytes.
pub(super) fn made(upload: &Upload, number: u16, caller: &Caller, staged: Staged) -> UploadPart {
    UploadPart {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        upload: upload.id.clone(),
        number,
        size: staged.size,
        modified: caller.at(),
        checksum: match upload.checksum {
            Some((algorithm, _)) => staged.checksum_by(algorithm),
            None => staged.checksum_by(ChecksumAlgorithm::Crc64Nvme),
        },
        etag: staged.etag,
        body: staged.body,
    }
}

/// The step that puts a part.
pub(super) fn put(state: &State, upload: &Upload, part: UploadPart) -> Result<Change, Error> {
    let before = state.upload_parts(upload, part.number - 1, 1)?;
    let replaced = before.into_iter().filter(|it| it.number == part.number);
    let files = replaced.filter_map(|it| it.body?.file().map(str::to_owned));
    Ok(Change::UploadPartPut { dropped: files.collect(), part: Box::new(part) })
}
