//! Imports from buckets as callers name and see them.

use super::arn;
use super::error::Error;
use super::exception::Exception;
use super::store::short;
use super::time::Moment;
use crate::door::Caller;
use engine::State;
use model::Arn;
use model::resource::{BucketImport, BucketImportStatus, ImportProgress};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The words for where an import stands.
pub(super) const STATUSES: [BucketImportStatus; 5] = [
    BucketImportStatus::Initializing,
    BucketImportStatus::InProgress,
    BucketImportStatus::Failed,
    BucketImportStatus::Stopped,
    BucketImportStatus::Completed,
];

/// Where the files of an import lie.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SourceShape {
    pub(super) s3: S3Source,
}

/// A bucket, or a folder in one.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct S3Source {
    pub(super) s3_location_uri: String,
    pub(super) s3_bucket_region: String,
    pub(super) s3_bucket_access_role_arn: String,
}

/// The import that a caller names by its id.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    id: &str,
) -> Result<&'a Arc<BucketImport>, Error> {
    if !arn::is_id(id) {
        return Err(Exception::InvalidParameter.says(format!(
            "`{}` is no import's id: give the UUID that StartImport answered",
            short(id)
        )));
    }
    state.bucket_import(id).filter(|import| is_callers(import, caller)).ok_or_else(|| {
        Exception::ImportNotFound.says(format!(
            "there is no import `{id}` in this account and region: ListImports shows them"
        ))
    })
}

/// The imports of a caller's account and region.
pub(super) fn all<'a>(
    state: &'a State,
    caller: &'a Caller,
) -> impl Iterator<Item = &'a Arc<BucketImport>> {
    state.bucket_imports(caller.account()).filter(|import| is_callers(import, caller))
}

fn is_callers(import: &BucketImport, caller: &Caller) -> bool {
    import.account == *caller.account() && import.region == caller.region()
}

/// The ARN of the event data store that an import goes into.
pub(super) fn destination(import: &BucketImport) -> Arn {
    Arn::event_data_store(&import.region, &import.account, &import.store)
}

/// An import as AWS tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportShape {
    import_id: String,
    destinations: [Arn; 1],
    import_source: SourceShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_event_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_event_time: Option<Moment>,
    import_status: BucketImportStatus,
    created_timestamp: Moment,
    updated_timestamp: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    import_statistics: Option<Statistics>,
}

/// How far an import is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statistics {
    prefixes_found: u64,
    prefixes_completed: u64,
    files_completed: u64,
    events_completed: u64,
    failed_entries: u64,
}

impl Statistics {
    const fn of(progress: &ImportProgress) -> Self {
        Self {
            prefixes_found: progress.prefixes_found,
            prefixes_completed: progress.prefixes_done,
            files_completed: progress.files,
            events_completed: progress.events,
            failed_entries: progress.failed,
        }
    }
}

impl ImportShape {
    /// All of it.
    pub(super) fn of(import: &BucketImport) -> Self {
        let statistics = Some(Statistics::of(&import.progress));
        Self { import_statistics: statistics, ..Self::started(import) }
    }

    /// As the answer that starts it tells it.
    pub(super) fn started(import: &BucketImport) -> Self {
        Self {
            import_id: import.id.clone(),
            destinations: [destination(import)],
            import_source: SourceShape {
                s3: S3Source {
                    s3_location_uri: import.source.uri.clone(),
                    s3_bucket_region: import.source.region.clone(),
                    s3_bucket_access_role_arn: import.source.role.clone(),
                },
            },
            start_event_time: import.start.map(Moment),
            end_event_time: import.end.map(Moment),
            import_status: import.status,
            created_timestamp: Moment(import.created),
            updated_timestamp: Moment(import.updated),
            import_statistics: None,
        }
    }
}
