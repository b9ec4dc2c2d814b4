//! `ListImports`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImports.html>
//!
//! There are none before there are buckets; imports of paths are listed by `pugmark status`.

use super::list_token::Paging;
use super::prelude::*;
use super::store;

/// Which of them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    max_results: Option<i64>,
    destination: Option<String>,
    next_token: Option<String>,
}

/// None.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    imports: Vec<String>,
}

/// Lists none, where the question is sound.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    if let Some(destination) = &input.destination {
        store::find(snapshot.state(), caller, destination)?;
    }
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListImports", caller.account().as_str(), caller.region()],
    };
    let (imports, _) = paging.page(Vec::new(), String::as_str)?;
    Ok(Output { imports })
}
