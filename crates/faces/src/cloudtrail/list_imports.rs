//! `ListImports`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImports.html>
//!
//! Imports from buckets, newest first. Imports of paths, which whoever owns the machine starts, are
//! not among them: `pugmark status` shows those.

use super::exception::Exception;
use super::imports::{self, STATUSES};
use super::list_token::Paging;
use super::prelude::*;
use super::store::{self, short};
use super::time::Moment;
use model::Arn;
use model::resource::{BucketImport, BucketImportStatus};
use std::sync::Arc;

/// Which of them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    max_results: Option<i64>,
    destination: Option<String>,
    import_status: Option<String>,
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    imports: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// An import in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    import_id: String,
    import_status: BucketImportStatus,
    destinations: [Arn; 1],
    created_timestamp: Moment,
    updated_timestamp: Moment,
}

/// Lists imports.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let state = snapshot.state();
    let store = input.destination.as_deref().map(|text| store::find(state, caller, text));
    let store = store.transpose()?.map(|store| store.id.clone());
    let status = input.import_status.as_deref().map(status).transpose()?;
    let is_asked = |import: &&Arc<BucketImport>| {
        store.as_ref().is_none_or(|store| import.store == *store)
            && status.is_none_or(|status| import.status == status)
    };
    let all = imports::all(state, caller).filter(is_asked);
    let mut found: Vec<(String, &Arc<BucketImport>)> = all.map(|it| (order(it), it)).collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListImports", caller.account().as_str(), caller.region()],
    };
    let (page, next_token) = paging.page(found, |(order, _)| order.as_str())?;
    Ok(Output { imports: page.into_iter().map(|(_, import)| item(import)).collect(), next_token })
}

/// Newest first.
fn order(import: &BucketImport) -> String {
    format!("{:020}/{}", i64::MAX - import.created.0, import.id)
}

fn item(import: &Arc<BucketImport>) -> Item {
    Item {
        import_id: import.id.clone(),
        import_status: import.status,
        destinations: [imports::destination(import)],
        created_timestamp: Moment(import.created),
        updated_timestamp: Moment(import.updated),
    }
}

fn status(text: &str) -> Result<BucketImportStatus, Error> {
    let word = serde_json::Value::from(text);
    let status = serde_json::from_value(word).ok().filter(|it| STATUSES.contains(it));
    status.ok_or_else(|| {
        Exception::InvalidParameter.says(format!(
            "`{}` is no status of an import: INITIALIZING, IN_PROGRESS, FAILED, STOPPED or \
             COMPLETED",
            short(text)
        ))
    })
}
