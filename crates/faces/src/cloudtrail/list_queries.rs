//! `ListQueries`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListQueries.html>
//!
//! The queries of the last seven days that name the event data store first, newest first.

use super::exception::Exception;
use super::list_token::Paging;
use super::prelude::*;
use super::query::{self, STATUSES};
use super::store;
use super::time::Moment;
use super::window::When;
use model::Timestamp;
use model::resource::Query;

/// Which of them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    start_time: Option<When>,
    end_time: Option<When>,
    query_status: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    queries: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A query in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    query_id: String,
    query_status: &'static str,
    creation_time: Moment,
}

/// Lists queries.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let arn = store::find(snapshot.state(), caller, &input.event_data_store)?.arn().to_string();
    check_status(&input)?;
    let (start, end) = times(&input)?;
    let asked = |query: &&Query| {
        let after = start.is_none_or(|start| query.created >= start);
        let before = end.is_none_or(|end| query.created <= end);
        query.account == *caller.account() && query.store == arn && after && before
    };
    let known = snapshot.state().queries().filter(asked);
    let mut found: Vec<(String, Listed)> = known
        .filter_map(|query| snapshot.query(&query.id))
        .map(|(query, waits)| (order(&query), listed(query, waits)))
        .filter(|(_, it)| input.query_status.as_deref().is_none_or(|word| it.query_status == word))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let paging = Paging {
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        list: ["ListQueries", caller.account().as_str(), &arn],
    };
    let (page, next_token) = paging.page(found, |(order, _)| order.as_str())?;
    Ok(Output { queries: page.into_iter().map(|(_, it)| it).collect(), next_token })
}

/// Ascends from the newest on.
fn order(query: &Query) -> String {
    format!("{:020}/{}", i64::MAX - query.created.0, query.id)
}

fn listed(query: Query, waits: bool) -> Listed {
    let query_status = query::status(&query, waits);
    Listed { query_status, creation_time: Moment(query.created), query_id: query.id }
}

fn check_status(input: &Input) -> Result<(), Error> {
    match input.query_status.as_deref() {
        Some(word) if !STATUSES.contains(&word) => {
            let message = format!("`{}` is none of {}", store::short(word), STATUSES.join(", "));
            Err(Exception::InvalidQueryStatus.says(message))
        }
        _ => Ok(()),
    }
}

fn times(input: &Input) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
    let read = |when: Option<When>| when.map(When::time).transpose();
    let (start, end) = (read(input.start_time)?, read(input.end_time)?);
    match start.zip(end) {
        Some((start, end)) if start > end => {
            Err(Exception::InvalidDateRange.says("`StartTime` is behind `EndTime`: exchange them"))
        }
        _ => Ok((start, end)),
    }
}
