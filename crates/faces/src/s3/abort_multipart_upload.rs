//! `AbortMultipartUpload`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>

use super::part::{NUMBER_MAX, Which};
use super::prelude::*;
use model::resource::{Upload, UploadPart};

/// Which upload.
pub type Input = Which;

/// Proposes that the upload is over and its parts are gone.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (_, upload) = input.find(state)?;
    let parts = state.upload_parts(&upload, 0, usize::from(NUMBER_MAX))?;
    Ok((Reply::empty(204), Effect::from(over(&upload, &parts, |_| true))))
}

/// The step that ends an upload; the bytes of the parts for which `drops` holds are dropped.
pub(super) fn over(
    upload: &Upload,
    parts: &[UploadPart],
    drops: impl Fn(&UploadPart) -> bool,
) -> Change {
    let dropped = parts.iter().filter(|part| drops(part));
    let dropped = dropped.filter_map(|part| part.body.as_ref()?.file().map(str::to_owned));
    Change::UploadRemoved {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        id: upload.id.clone(),
        parts: parts.iter().map(|part| part.number).collect(),
        dropped: dropped.collect(),
    }
}
