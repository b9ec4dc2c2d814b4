//! `ListBuckets`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>

use super::code::Code;
use super::grants;
use super::prelude::*;
use model::format_millis;

/// Most buckets of one answer.
const PAGE_MAX: usize = 10_000;

/// Which of one's own.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "prefix", default)]
    prefix: String,
    #[serde(rename = "bucket-region")]
    region: Option<String>,
    #[serde(rename = "max-buckets")]
    max: Option<usize>,
    #[serde(rename = "continuation-token")]
    token: Option<String>,
}

/// Lists the caller's buckets by name. A token is the name that the page before ended with.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Reply, Error> {
    let most = input.max.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&most) {
        return Err(Code::InvalidArgument.says(format!("max-buckets must be 1 to {PAGE_MAX}")));
    }
    let state = snapshot.state();
    let token = input.token.as_deref();
    let wanted = state.buckets(caller.account()).filter(|bucket| {
        bucket.name.starts_with(&input.prefix)
            && input.region.as_ref().is_none_or(|region| *region == bucket.region)
            && token.is_none_or(|token| *bucket.name > *token)
    });
    let mut found: Vec<_> = wanted.take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|bucket| bucket.name.clone());
    let shown = found.iter().map(|bucket| {
        json!({
            "Name": bucket.name,
            "CreationDate": format_millis(bucket.created),
            "BucketRegion": bucket.region,
        })
    });
    let output = json!({
        "Buckets": { "Bucket": shown.collect::<Vec<_>>() },
        "Owner": grants::owner(caller.account()),
        "ContinuationToken": next,
        "Prefix": Some(input.prefix).filter(|it| !it.is_empty()),
    });
    Ok(Reply::document("ListAllMyBucketsResult", &output))
}
