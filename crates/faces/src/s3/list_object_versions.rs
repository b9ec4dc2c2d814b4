//! `ListObjectVersions`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>

use super::code::Code;
use super::grants;
use super::listing::{Asked, Encoding};
use super::named;
use super::prelude::*;
use model::format_millis;
use model::resource::Object;
use serde_json::{Map, Value};

/// Which versions.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "key-marker")]
    key_marker: Option<String>,
    #[serde(rename = "version-id-marker")]
    version_marker: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

/// Lists all versions and delete markers, by key, newest first.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let state = snapshot.state();
    let bucket = named::find(state, &input.bucket_name)?;
    let encoding = input.asked.encoding()?;
    let version_marker = input.version_marker.as_deref().filter(|it| !it.is_empty());
    if version_marker.is_some() && input.key_marker.is_none() {
        return Err(Code::InvalidArgument
            .says("A version-id marker cannot be specified without a key marker."));
    }
    let key_marker = input.key_marker.clone().unwrap_or_default();
    let listing = input.asked.listing(bucket, &key_marker)?;
    let page = state.list_versions(&listing, version_marker)?;
    let mut out = Map::new();
    input.asked.echo(bucket, &mut out)?;
    out.insert("KeyMarker".to_owned(), encoding.text(&key_marker).into());
    out.insert("VersionIdMarker".to_owned(), version_marker.unwrap_or_default().into());
    out.insert("IsTruncated".to_owned(), page.next.is_some().into());
    let (key, version) = page.next.unzip();
    out.insert("NextKeyMarker".to_owned(), key.map(|key| encoding.text(&key)).into());
    out.insert("NextVersionIdMarker".to_owned(), version.flatten().into());
    let told = |wanted: bool| -> Value {
        let of_kind = page.versions.iter().filter(|(object, _)| object.marker == wanted);
        of_kind.map(|(object, is_current)| shown(encoding, object, *is_current)).collect()
    };
    out.insert("Version".to_owned(), told(false));
    out.insert("DeleteMarker".to_owned(), told(true));
    out.insert("CommonPrefixes".to_owned(), encoding.prefixes(&page.prefixes).into());
    Ok(Reply::document("ListVersionsResult", &out))
}

fn shown(encoding: Encoding, object: &Object, is_current: bool) -> Value {
    let mut shown = match object.marker {
        false => encoding.object(object, true),
        true => json!({
            "Key": encoding.text(&object.key),
            "LastModified": format_millis(object.modified),
            "Owner": grants::owner(&object.owner),
        }),
    };
    if let Some(members) = shown.as_object_mut() {
        members.insert("VersionId".to_owned(), object.version.clone().into());
        members.insert("IsLatest".to_owned(), is_current.into());
    }
    shown
}
