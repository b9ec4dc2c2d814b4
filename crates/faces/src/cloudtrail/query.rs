//! Queries as callers name and see them.

use super::arn;
use super::error::Error;
use super::exception::Exception;
use super::store::short;
use super::time::Moment;
use crate::door::Caller;
use crate::snapshot::Snapshot;
use engine::{RefusalKind, Scope, Table};
use model::resource::{Query, QueryStatus, StoreStatus};
use serde::Serialize;

/// The words for where a query stands.
pub(super) const STATUSES: [&str; 6] =
    ["QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED", "TIMED_OUT"];

/// A query of the caller's, and whether it still waits for a worker.
pub(super) fn find(snapshot: &Snapshot, caller: &Caller, id: &str) -> Result<(Query, bool), Error> {
    if !arn::is_id(id) {
        return Err(Exception::InvalidParameter.says(format!(
            "`{}` is no query's id: give the UUID that StartQuery answered",
            short(id)
        )));
    }
    let is_callers =
        |query: &Query| query.account == *caller.account() && query.region == caller.region();
    snapshot.query(id).filter(|(query, _)| is_callers(query)).ok_or_else(|| {
        Exception::QueryIdNotFound.says(format!(
            "there is no query `{id}` in this account and region: queries are kept for seven \
             days, and ListQueries shows them"
        ))
    })
}

/// AWS's word for where a query stands.
pub(super) const fn status(query: &Query, waits: bool) -> &'static str {
    match query.status {
        QueryStatus::Running if waits => "QUEUED",
        QueryStatus::Running => "RUNNING",
        QueryStatus::Finished => "FINISHED",
        QueryStatus::Failed(_) => "FAILED",
        QueryStatus::Cancelled => "CANCELLED",
        QueryStatus::TimedOut => "TIMED_OUT",
    }
}

/// What went wrong with a query, if anything did.
pub(super) fn message(query: &Query) -> Option<String> {
    match &query.status {
        QueryStatus::Failed(why) => Some(why.clone()),
        QueryStatus::TimedOut => {
            Some("the query took too long: narrow it down, by eventTime first of all".to_owned())
        }
        _ => None,
    }
}

/// The event data stores that a caller may ask, apart from those that are pending deletion.
pub(super) struct Stores {
    pub(super) open: Vec<Table>,
    closed: Vec<Table>,
}

impl Stores {
    pub(super) fn of(snapshot: &Snapshot, caller: &Caller) -> Self {
        let state = snapshot.state();
        let mut tables = state.tables(caller.account(), caller.at());
        let built_in = state.built_in_store(caller.account(), caller.region());
        for table in tables.iter_mut().filter(|table| table.store.is_none()) {
            table.names.push(built_in.arn().to_string());
        }
        let (closed, open) =
            tables.into_iter().partition(|table| table.status == StoreStatus::PendingDeletion);
        Self { open, closed }
    }

    pub(super) fn scopes(&self) -> Vec<Scope> {
        self.open.iter().cloned().map(Scope::from).collect()
    }

    /// The ARN of the store that stands at this place.
    pub(super) fn arn(&self, place: usize) -> String {
        let names = self.open.get(place).map(|table| table.names.as_slice());
        let arn = names.unwrap_or_default().iter().find(|name| name.starts_with("arn:"));
        arn.cloned().unwrap_or_default()
    }

    /// What AWS calls an error of the engine's.
    pub(super) fn refuse(&self, error: engine::Error) -> Error {
        let engine::Error::Query(refusal) = error else {
            return match error {
                engine::Error::TooManyQueries { .. } => {
                    Exception::MaxConcurrentQueries.says(error.to_string())
                }
                engine::Error::NoWorker => Exception::UnsupportedOperation.says(error.to_string()),
                error => error.into(),
            };
        };
        let exception = match &refusal.kind {
            RefusalKind::NoTable(name) if self.is_closed(name) => Exception::InactiveEventDataStore,
            RefusalKind::NoTable(_) => Exception::EventDataStoreNotFound,
            _ => Exception::InvalidQueryStatement,
        };
        exception.says(refusal.message)
    }

    fn is_closed(&self, name: &str) -> bool {
        let mut names = self.closed.iter().flat_map(|table| &table.names);
        names.any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// What a query took, as `DescribeQuery` tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statistics {
    events_matched: u64,
    events_scanned: u64,
    bytes_scanned: u64,
    execution_time_in_millis: i64,
    creation_time: Moment,
}

impl Statistics {
    pub(super) fn of(query: &Query, caller: &Caller) -> Self {
        let until = query.ended.unwrap_or_else(|| caller.at());
        Self {
            events_matched: query.matched,
            events_scanned: query.scanned,
            bytes_scanned: query.bytes,
            execution_time_in_millis: (until.0 - query.created.0).max(0),
            creation_time: Moment(query.created),
        }
    }
}
