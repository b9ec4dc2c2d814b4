//! `ListKeys`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html>

use super::paging::Paging;
use super::prelude::*;
use model::resource::KmsKey;

/// As many as one gets unasked.
const USUAL: usize = 100;

/// Which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    limit: Option<i64>,
    marker: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    keys: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

/// One key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    key_id: String,
    key_arn: String,
}

/// Lists the keys of the caller's account and region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let keys = snapshot.state().kms_keys(caller.account(), caller.region());
    let keys: Vec<&KmsKey> = keys.filter(|key| !key.is_gone(caller.at())).collect();
    let paging = Paging { limit: input.limit, marker: input.marker.as_deref(), usual: USUAL };
    let (page, next_marker) = paging.page(keys, |key| key.id.as_str())?;
    let item = |key: &&KmsKey| Item { key_id: key.id.clone(), key_arn: key.arn().to_string() };
    let truncated = next_marker.is_some();
    Ok(Output { keys: page.iter().map(item).collect(), next_marker, truncated })
}
