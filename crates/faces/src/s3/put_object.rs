//! `PutObject`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
//!
//! The body is on disk, checked and synced, before the object is proposed; where it is refused, the
//! body goes again.

use super::condition::Conditions;
use super::prelude::*;
use super::traits::{Settled, Traits};
use super::version;
use super::{key, named, object_headers};
use crate::upload::{Keeping, Staged};
use engine::Fresh;
use model::resource::{Bucket, Object};

/// What is to be put, besides its bytes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    key: String,
    #[serde(rename = "if-match")]
    if_match: Option<String>,
    #[serde(rename = "if-none-match")]
    if_none_match: Option<String>,
    #[serde(flatten)]
    traits: Traits,
}

/// How the bytes are kept.
pub fn keeping(state: &State, caller: &Caller, input: &Input) -> Result<Keeping, Error> {
    input.traits.keeping(state, caller, (&input.bucket_name, &input.key))
}

/// Proposes the object.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
    staged: Staged,
) -> Result<(Reply, Effect), Error> {
    let bucket = named::find(state, &input.bucket_name)?;
    key::check(&input.key)?;
    let settled = input.traits.settle(bucket, caller.at())?;
    let fresh = version::fresh(state, caller, bucket, &input.key)?;
    let conditions = Conditions {
        matches: input.if_match.as_deref(),
        none_matches: input.if_none_match.as_deref(),
        ..Conditions::default()
    };
    conditions.write(fresh.current.as_ref())?;
    let object = made(&fresh, bucket, input.key, settled, caller, staged);
    let reply = told(bucket, &object);
    Ok((reply, Effect { changes: fresh.put(object), ..Effect::default() }))
}

/// An object of staged bytes.
pub(super) fn made(
    fresh: &Fresh,
    bucket: &Bucket,
    key: String,
    settled: Settled,
    caller: &Caller,
    staged: Staged,
) -> Object {
    Object {
        bucket: bucket.name.clone(),
        key,
        version: fresh.version.clone(),
        order: fresh.order,
        marker: false,
        size: staged.size,
        modified: caller.at(),
        owner: bucket.account.clone(),
        headers: settled.headers,
        metadata: settled.metadata,
        tags: settled.tags,
        storage_class: settled.storage_class,
        checksum: staged.checksum(),
        etag: staged.etag,
        encryption: staged.encryption,
        parts: Vec::new(),
        lock: settled.lock,
        bodies: staged.body.into_iter().collect(),
    }
}

/// The answer to whoever put an object.
pub(super) fn told(bucket: &Bucket, object: &Object) -> Reply {
    let reply = Reply::empty(200).header("etag", object_headers::quoted(&object.etag));
    let reply = object_headers::version(reply, bucket, object);
    object_headers::summed(object_headers::encrypted(reply, &object.encryption), object)
}
