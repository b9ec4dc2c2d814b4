//! `ListObjects`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
//!
//! The first version, with a marker; `validate-logs` of the AWS CLI needs it.

use super::listing::Asked;
use super::named;
use super::prelude::*;
use serde_json::Map;

/// Which keys.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    marker: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

/// Lists current objects in the order of their keys.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let state = snapshot.state();
    let bucket = named::find(state, &input.bucket_name)?;
    let encoding = input.asked.encoding()?;
    let marker = input.marker.unwrap_or_default();
    let page = state.list_current(&input.asked.listing(bucket, &marker)?)?;
    let mut out = Map::new();
    input.asked.echo(bucket, &mut out)?;
    let next = page.next.as_deref().map(|next| encoding.text(next));
    // Without a delimiter clients take the last key for the next marker.
    let next = next.filter(|_| input.asked.delimiter.is_some());
    out.insert("Marker".to_owned(), encoding.text(&marker).into());
    out.insert("NextMarker".to_owned(), next.into());
    out.insert("IsTruncated".to_owned(), page.next.is_some().into());
    let objects = page.objects.iter().map(|object| encoding.object(object, true));
    out.insert("Contents".to_owned(), objects.collect());
    out.insert("CommonPrefixes".to_owned(), encoding.prefixes(&page.prefixes).into());
    Ok(Reply::document("ListBucketResult", &out))
}
