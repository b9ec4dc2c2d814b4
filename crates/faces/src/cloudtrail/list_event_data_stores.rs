//! `ListEventDataStores`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html>
//!
//! The built-in store comes first.

use super::list_token::Paging;
use super::prelude::*;
use super::store::{self, StoreShape};

/// Which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    event_data_stores: Vec<StoreShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Lists the stores of the caller's account and region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let mut stores = store::all(snapshot.state(), caller);
    stores.sort_by(|one, other| one.id.cmp(&other.id));
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListEventDataStores", caller.account().as_str(), caller.region()],
    };
    let (page, next_token) = paging.page(stores, |store| store.id.as_str())?;
    Ok(Output { event_data_stores: page.iter().map(StoreShape::listed).collect(), next_token })
}
