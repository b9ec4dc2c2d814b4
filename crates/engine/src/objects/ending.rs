//! The end of versions and uploads: whether it may come, and the step that it is.

use model::resource::{LockMode, Object, Upload, UploadPart};
use model::{Change, Timestamp};

/// Whether a version may be deleted for good now. `bypass`: the caller may, and says so.
pub fn may_delete(object: &Object, bypass: bool, at: Timestamp) -> bool {
    if object.lock.legal_hold {
        return false;
    }
    let is_over = object.lock.until.is_none_or(|until| until <= at);
    match object.lock.mode {
        _ if is_over => true,
        None => true,
        Some(LockMode::Governance) => bypass,
        Some(LockMode::Compliance) => false,
    }
}

/// The step that ends an upload; the bytes of the parts for which `drops` holds are dropped.
pub fn upload_over(
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
