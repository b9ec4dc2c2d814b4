//! `GetObjectAttributes`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>

use super::found::Which;
use super::object_headers::{self, checksum_member};
use super::prelude::*;
use super::{checksum as sums, condition};
use model::resource::Object;
use serde_json::{Map, Value};

/// Which object, and what of it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "x-amz-object-attributes")]
    attributes: String,
}

/// Shows what is asked for.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let (bucket, object) = input.which.object(snapshot.state())?;
    let asked: Vec<&str> = input.attributes.split(',').map(str::trim).collect();
    let wants = |name: &str| asked.contains(&name);
    let output = json!({
        "ETag": wants("ETag").then_some(&object.etag),
        "Checksum": wants("Checksum").then(|| checksum(&object)).flatten(),
        "ObjectParts": wants("ObjectParts").then(|| parts(&object)).flatten(),
        "StorageClass": wants("StorageClass").then_some(&object.storage_class),
        "ObjectSize": wants("ObjectSize").then_some(object.size),
    });
    let reply = Reply::document("GetObjectAttributesResponse", &output);
    let reply = reply.header("last-modified", condition::last_modified(object.modified));
    Ok(object_headers::version(reply, bucket, &object))
}

fn checksum(object: &Object) -> Option<Value> {
    let mut shown = json!({});
    sums::put_sum_and_kind(&mut shown, Some(object.checksum.as_ref()?));
    Some(shown)
}

fn parts(object: &Object) -> Option<Value> {
    let count = object.parts.len();
    let part = |part: &model::resource::PartSize| {
        let mut members = Map::new();
        members.insert("PartNumber".to_owned(), part.number.into());
        members.insert("Size".to_owned(), part.size.into());
        if let Some((sum, value)) = object.checksum.as_ref().zip(part.checksum.as_ref()) {
            members.insert(checksum_member(sum.algorithm).to_owned(), value.clone().into());
        }
        Value::Object(members)
    };
    let parts: Vec<Value> = object.parts.iter().map(part).collect();
    (count > 0).then(
        || json!({ "PartsCount": count, "IsTruncated": false, "MaxParts": count, "Part": parts }),
    )
}
