//! `ListParts`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>

use super::listing::{algorithm_name, most};
use super::object_headers::{kind_name, quoted};
use super::part::Which;
use super::prelude::*;
use super::{checksum, grants};
use model::format_millis;
use model::resource::UploadPart;
use serde_json::Value;

/// Of which upload, and which of its parts.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "part-number-marker")]
    marker: Option<String>,
    #[serde(rename = "max-parts")]
    max_parts: Option<String>,
}

/// Lists the parts by number.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let state = snapshot.state();
    let (_, upload) = input.which.find(state)?;
    let limit = most(input.max_parts.as_deref(), "max-parts")?;
    let marker = input.marker.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut parts = state.upload_parts(&upload, marker, limit + 1)?;
    let more = parts.len() > limit;
    parts.truncate(limit);
    let next = parts.last().filter(|_| more).map(|part| part.number);
    let (algorithm, kind) = upload.checksum.unzip();
    let output = json!({
        "Bucket": upload.bucket,
        "Key": upload.key,
        "UploadId": upload.id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": next,
        "MaxParts": limit,
        "IsTruncated": more,
        "ChecksumAlgorithm": algorithm.map(algorithm_name),
        "ChecksumType": kind.map(kind_name),
        "Part": parts.iter().map(shown).collect::<Vec<_>>(),
        "Initiator": { "ID": upload.initiator },
        "Owner": grants::owner(&upload.owner),
        "StorageClass": upload.storage_class,
    });
    Ok(Reply::document("ListPartsResult", &output))
}

fn shown(part: &UploadPart) -> Value {
    let mut shown = json!({
        "PartNumber": part.number,
        "LastModified": format_millis(part.modified),
        "ETag": quoted(&part.etag),
        "Size": part.size,
    });
    checksum::put_sum(&mut shown, part.checksum.as_ref());
    shown
}
