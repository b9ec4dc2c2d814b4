//! `ListImportFailures`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImportFailures.html>
//!
//! The files that an import could not take in, in the order of their keys. Those that succeeded
//! when they were tried again stay in the list and say so.

use super::imports;
use super::list_token::Paging;
use super::prelude::*;
use super::time::Moment;
use engine::ImportLocation;
use model::resource::{BucketImport, FailureStatus, ImportFailure};

/// Of which import.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    import_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    failures: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A file that failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    location: String,
    status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    error_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    error_message: String,
    last_updated_time: Moment,
}

/// Lists failures.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let state = snapshot.state();
    let import = imports::find(state, caller, &input.import_id)?;
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListImportFailures", caller.account().as_str(), &import.id],
    };
    // Failures are never taken off the list, and those that come are behind all others: a place
    // in it means the same file for as long as the import is not started again.
    let (from, limit) = paging.from()?;
    let mut found = state.import_failures_from(&import.id, from, limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_token = more.then(|| paging.behind(from + limit));
    let failures = found.into_iter().map(|failure| item(import, failure)).collect();
    Ok(Output { failures, next_token })
}

fn item(import: &BucketImport, failure: ImportFailure) -> Item {
    let bucket = ImportLocation::parse(&import.source.uri).map(|it| it.bucket);
    Item {
        location: format!("s3://{}/{}", bucket.unwrap_or_default(), failure.key),
        status: status(import, &failure),
        error_type: failure.kind,
        error_message: failure.message,
        last_updated_time: Moment(failure.updated),
    }
}

/// AWS's word for where a file stands.
fn status(import: &BucketImport, failure: &ImportFailure) -> &'static str {
    let waits = |tried_to: &String| failure.key > *tried_to;
    let retried_to = import.progress.retried_to.as_ref().filter(|_| import.status.is_under_way());
    match failure.status {
        FailureStatus::Succeeded => "SUCCEEDED",
        FailureStatus::Failed if retried_to.is_some_and(waits) => "RETRY",
        FailureStatus::Failed => "FAILED",
    }
}
