//! `ListObjectsV2`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>

use super::code::Code;
use super::listing::Asked;
use super::named;
use super::prelude::*;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Map;

/// Which keys.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(rename = "list-type")]
    list_type: String,
    #[serde(rename = "continuation-token")]
    token: Option<String>,
    #[serde(rename = "start-after")]
    start_after: Option<String>,
    #[serde(rename = "fetch-owner")]
    fetch_owner: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

/// Lists current objects in the order of their keys. A token says where the page before ended.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let state = snapshot.state();
    let bucket = named::find(state, &input.bucket_name)?;
    if input.list_type != "2" {
        return Err(Code::InvalidArgument.says("the only list type is 2"));
    }
    let encoding = input.asked.encoding()?;
    let after = match &input.token {
        Some(token) => read_token(token)?,
        None => input.start_after.clone().unwrap_or_default(),
    };
    let page = state.list_current(&input.asked.listing(bucket, &after)?)?;
    let with_owner = input.fetch_owner.as_deref() == Some("true");
    let mut out = Map::new();
    input.asked.echo(bucket, &mut out)?;
    let start_after = input.start_after.as_deref().map(|key| encoding.text(key));
    out.insert("StartAfter".to_owned(), start_after.into());
    out.insert("ContinuationToken".to_owned(), input.token.into());
    let next = page.next.as_deref().map(|next| BASE64_URL_SAFE_NO_PAD.encode(next));
    out.insert("IsTruncated".to_owned(), next.is_some().into());
    out.insert("NextContinuationToken".to_owned(), next.into());
    out.insert("KeyCount".to_owned(), (page.objects.len() + page.prefixes.len()).into());
    let objects = page.objects.iter().map(|object| encoding.object(object, with_owner));
    out.insert("Contents".to_owned(), objects.collect());
    out.insert("CommonPrefixes".to_owned(), encoding.prefixes(&page.prefixes).into());
    Ok(Reply::document("ListBucketResult", &out))
}

fn read_token(token: &str) -> Result<String, Error> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(|| Code::InvalidArgument.says("The continuation token provided is incorrect"))
}
