//! `CopyObject`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
//!
//! A copy has bytes of its own, under a key of its own.

use super::code::Code;
use super::copy_source::CopySource;
use super::object_headers::{encrypted, quoted, version as versioned};
use super::prelude::*;
use super::put_object::made;
use super::traits::{Settled, Traits};
use super::version;
use super::{checksum, key, named};
use crate::service::Source;
use crate::upload::{Keeping, Staged};
use model::format_millis;
use model::resource::{Bucket, Object};

/// Most bytes that one request copies; AWS's limit too.
const COPY_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// What is to be copied, and what is to be said of the copy.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    key: String,
    #[serde(rename = "x-amz-metadata-directive")]
    metadata_directive: Option<String>,
    #[serde(rename = "x-amz-tagging-directive")]
    tagging_directive: Option<String>,
    #[serde(rename = "x-amz-checksum-algorithm")]
    checksum_algorithm: Option<String>,
    #[serde(flatten)]
    source: CopySource,
    #[serde(flatten)]
    traits: Traits,
}

/// What is copied.
pub fn source(snapshot: &Snapshot, caller: &Caller, input: &Input) -> Result<Source, Error> {
    let object = input.source.find(snapshot.state(), caller)?;
    if object.size > COPY_BYTES_MAX {
        return Err(Code::InvalidRequest.says(format!(
            "The specified copy source is larger than the maximum allowable size for a copy \
             source: {COPY_BYTES_MAX}"
        )));
    }
    let asked = input.checksum_algorithm.as_deref().map(checksum::parse_algorithm);
    let own = object.checksum.as_ref().map(|sum| sum.algorithm);
    let algorithm = asked.transpose()?.or(own);
    Ok(Source { object, range: None, algorithm })
}

/// How the copy is kept.
pub fn keeping(state: &State, caller: &Caller, input: &Input) -> Result<Keeping, Error> {
    input.traits.keeping(state, caller, (&input.bucket_name, &input.key))
}

/// Proposes the copy.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
    mut staged: Staged,
) -> Result<(Reply, Effect), Error> {
    let bucket = named::find(state, &input.bucket_name)?;
    key::check(&input.key)?;
    let replaces = directive(input.metadata_directive.as_deref())?;
    let retags = directive(input.tagging_directive.as_deref())?;
    // Not what lies there now: the bytes are this one's.
    let from = staged.source.take().ok_or(engine::Error::Internal)?;
    // An old version may be copied back as it is.
    let is_same = from.bucket == input.bucket_name
        && from.key == input.key
        && !input.source.names_a_version();
    if is_same && !replaces && !input.traits.changes_more_than_words() {
        return Err(Code::InvalidRequest.says(
            "This copy request is illegal because it is trying to copy an object to itself \
             without changing the object's metadata, storage class, website redirect location or \
             encryption attributes.",
        ));
    }
    let mut settled = input.traits.settle(bucket, caller.at())?;
    inherit(&mut settled, &from, replaces, retags);
    let fresh = version::fresh(state, caller, bucket, &input.key)?;
    let object = made(&fresh, bucket, input.key, settled, caller, staged);
    let reply = told(bucket, &object, &from);
    Ok((reply, Effect { changes: fresh.put(object), ..Effect::default() }))
}

/// `COPY` or `REPLACE`.
fn directive(text: Option<&str>) -> Result<bool, Error> {
    match text {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(_) => Err(Code::InvalidArgument.says("Unknown metadata directive.")),
    }
}

/// What is not said anew is as it was.
fn inherit(settled: &mut Settled, from: &Object, replaces: bool, retags: bool) {
    if !replaces {
        let redirect = "x-amz-website-redirect-location";
        let own = settled.headers.remove(redirect);
        settled.headers.clone_from(&from.headers);
        settled.headers.remove(redirect);
        settled.headers.extend(own.map(|text| (redirect.to_owned(), text)));
        settled.metadata.clone_from(&from.metadata);
    }
    if !retags {
        settled.tags.clone_from(&from.tags);
    }
}

fn told(bucket: &Bucket, object: &Object, from: &Object) -> Reply {
    let mut output = json!({
        "ETag": quoted(&object.etag),
        "LastModified": format_millis(object.modified),
    });
    checksum::put_sum_and_kind(&mut output, object.checksum.as_ref());
    let reply = Reply::document("CopyObjectResult", &output);
    let source = Some(from.version.as_str()).filter(|it| *it != model::resource::NULL_VERSION);
    let reply = reply.maybe("x-amz-copy-source-version-id", source);
    versioned(encrypted(reply, &object.encryption), bucket, object)
}
