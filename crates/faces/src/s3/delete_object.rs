//! `DeleteObject`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
//!
//! Without a version, in a bucket that keeps versions, it adds a marker and takes nothing away,
//! whatever is locked.

use super::prelude::*;
use super::version;
use super::{found, key, lock, named};
use crate::door::authorize;
use engine::Fresh;
use model::resource::{Bucket, Versioning};

/// What is to be deleted.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    key: String,
    #[serde(rename = "versionId")]
    version_id: Option<String>,
    #[serde(rename = "x-amz-bypass-governance-retention")]
    bypass: Option<String>,
}

/// What was deleted.
#[derive(Debug, Default)]
pub(super) struct Deleted {
    pub(super) changes: Vec<Change>,
    /// The version that is gone, or the marker's.
    pub(super) version: Option<String>,
    /// Whether a marker was added, or one was taken away.
    pub(super) marker: bool,
}

/// Proposes that a version is gone, or a marker.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = named::find(state, &input.bucket_name)?;
    key::check(&input.key)?;
    let bypass = is_true(input.bypass.as_deref());
    let deleted = delete(state, caller, bucket, &input.key, input.version_id.as_deref(), bypass)?;
    let reply = Reply::empty(204)
        .maybe("x-amz-version-id", deleted.version.filter(|_| bucket.versioning.is_some()))
        .maybe("x-amz-delete-marker", deleted.marker.then_some("true"));
    Ok((reply, Effect { changes: deleted.changes, ..Effect::default() }))
}

/// Whether a header says yes.
pub(super) fn is_true(header: Option<&str>) -> bool {
    header.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// The steps that delete a version of a key, or the key.
pub(super) fn delete(
    state: &State,
    caller: &Caller,
    bucket: &Bucket,
    key: &str,
    version: Option<&str>,
    bypass: bool,
) -> Result<Deleted, Error> {
    match (version, bucket.versioning) {
        (Some(version), _) => delete_version(state, caller, bucket, key, version, bypass),
        (None, None) => {
            let found = state.object(&bucket.name, key)?;
            let changes = found.iter().map(Fresh::removed).collect();
            Ok(Deleted { changes, ..Deleted::default() })
        }
        (None, Some(Versioning::Enabled | Versioning::Suspended)) => {
            let fresh = version::fresh(state, caller, bucket, key)?;
            let version = Some(fresh.version.clone());
            let changes = fresh.put(fresh.marker(bucket, key, caller.at()));
            Ok(Deleted { changes, version, marker: true })
        }
    }
}

fn delete_version(
    state: &State,
    caller: &Caller,
    bucket: &Bucket,
    key: &str,
    version: &str,
    bypass: bool,
) -> Result<Deleted, Error> {
    found::check_version(version)?;
    let Some(object) = state.object_version(&bucket.name, key, version)? else {
        return Ok(Deleted { version: Some(version.to_owned()), ..Deleted::default() });
    };
    let bypass = bypass
        && authorize::may_to_object(state, caller, bucket, "s3:BypassGovernanceRetention", key);
    if !lock::may_delete(&object, bypass, caller.at()) {
        return Err(lock::protected());
    }
    Ok(Deleted {
        changes: vec![Fresh::removed(&object)],
        version: Some(object.version),
        marker: object.marker,
    })
}
