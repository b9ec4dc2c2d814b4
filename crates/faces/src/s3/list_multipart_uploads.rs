//! `ListMultipartUploads`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>

use super::listing::{Asked, algorithm_name, most};
use super::object_headers::kind_name;
use super::prelude::*;
use super::{grants, named};
use engine::Listing;
use model::format_millis;
use model::resource::Upload;
use serde_json::{Map, Value};

/// Which uploads.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "key-marker")]
    key_marker: Option<String>,
    #[serde(rename = "upload-id-marker")]
    id_marker: Option<String>,
    #[serde(rename = "max-uploads")]
    max_uploads: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

/// Lists what is under way, by key.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let state = snapshot.state();
    let bucket = named::find(state, &input.bucket_name)?;
    let encoding = input.asked.encoding()?;
    let limit = most(input.max_uploads.as_deref(), "max-uploads")?;
    let key_marker = input.key_marker.clone().unwrap_or_default();
    let listing = Listing { limit, ..input.asked.listing(bucket, &key_marker)? };
    let id_marker = input.id_marker.as_deref();
    let id_marker = id_marker.filter(|id| !id.is_empty() && !key_marker.is_empty());
    let page = state.uploads(&listing, id_marker)?;
    let mut out = Map::new();
    input.asked.echo(bucket, &mut out)?;
    out.remove("Name");
    out.remove("MaxKeys");
    out.insert("Bucket".to_owned(), bucket.name.clone().into());
    out.insert("KeyMarker".to_owned(), encoding.text(&key_marker).into());
    out.insert("UploadIdMarker".to_owned(), id_marker.unwrap_or_default().into());
    out.insert("MaxUploads".to_owned(), limit.into());
    out.insert("IsTruncated".to_owned(), page.next.is_some().into());
    let (key, id) = page.next.unzip();
    out.insert("NextKeyMarker".to_owned(), key.map(|key| encoding.text(&key)).into());
    out.insert("NextUploadIdMarker".to_owned(), id.flatten().into());
    let shown = page.uploads.iter().map(|it| shown(it, encoding.text(&it.key)));
    out.insert("Upload".to_owned(), shown.collect());
    out.insert("CommonPrefixes".to_owned(), encoding.prefixes(&page.prefixes).into());
    Ok(Reply::document("ListMultipartUploadsResult", &out))
}

fn shown(upload: &Upload, key: String) -> Value {
    let (algorithm, kind) = upload.checksum.unzip();
    json!({
        "Key": key,
        "UploadId": upload.id,
        "Initiated": format_millis(upload.initiated),
        "ChecksumAlgorithm": algorithm.map(algorithm_name),
        "ChecksumType": kind.map(kind_name),
        "Initiator": { "ID": upload.initiator },
        "Owner": grants::owner(&upload.owner),
        "StorageClass": upload.storage_class,
    })
}
