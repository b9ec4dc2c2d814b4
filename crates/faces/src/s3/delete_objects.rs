//! `DeleteObjects`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
//!
//! Each key is allowed, deleted or refused for itself.

use super::code::Code;
use super::delete_object::{self, is_true};
use super::prelude::*;
use super::{key, named};
use crate::door::authorize;
use model::resource::Bucket;
use serde_json::Value;
use wire::Fault;

/// Most keys of one request; AWS's limit too.
const KEYS_MAX: usize = 1_000;

/// What is to be deleted.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "x-amz-bypass-governance-retention")]
    bypass: Option<String>,
    #[serde(rename = "Delete")]
    delete: Delete,
}

/// Keys, and how much is to be said of them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delete {
    object: Vec<Named>,
    #[serde(default)]
    quiet: bool,
}

/// A key, and perhaps a version of it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Named {
    key: String,
    version_id: Option<String>,
}

/// Proposes that all that may go is gone.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = named::find(state, &input.bucket_name)?;
    if input.delete.object.is_empty() || input.delete.object.len() > KEYS_MAX {
        return Err(Code::MalformedXML.error());
    }
    let bypass = is_true(input.bypass.as_deref());
    let (mut deleted, mut errors, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    // What comes twice is deleted once: each step is seen by the next.
    let mut after = state.clone();
    for named in &input.delete.object {
        match one(&after, caller, bucket, named, bypass) {
            Ok(done) => {
                deleted.push(shown(named, &done));
                after = after.after(&done.changes);
                changes.extend(done.changes);
            }
            Err(error) => errors.push(refused(named, error)),
        }
    }
    let deleted = Some(deleted).filter(|_| !input.delete.quiet);
    let reply = Reply::document("DeleteResult", &json!({ "Deleted": deleted, "Error": errors }));
    Ok((reply, Effect { changes, ..Effect::default() }))
}

fn one(
    state: &State,
    caller: &Caller,
    bucket: &Bucket,
    named: &Named,
    bypass: bool,
) -> Result<delete_object::Deleted, Error> {
    key::check(&named.key)?;
    let action = match named.version_id {
        Some(_) => "s3:DeleteObjectVersion",
        None => "s3:DeleteObject",
    };
    if !authorize::may_to_object(state, caller, bucket, action, &named.key) {
        return Err(Code::AccessDenied.error());
    }
    let version = named.version_id.as_deref();
    delete_object::delete(state, caller, bucket, &named.key, version, bypass)
}

fn shown(named: &Named, done: &delete_object::Deleted) -> Value {
    let marker = done.marker.then_some(true);
    json!({
        "Key": named.key,
        "VersionId": named.version_id,
        "DeleteMarker": marker,
        "DeleteMarkerVersionId": marker.and(done.version.as_deref()),
    })
}

fn refused(named: &Named, error: Error) -> Value {
    let fault = Fault::from(error);
    json!({
        "Key": named.key,
        "VersionId": named.version_id,
        "Code": fault.code,
        "Message": fault.message,
    })
}
