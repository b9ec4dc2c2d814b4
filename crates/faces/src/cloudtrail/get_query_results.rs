//! `GetQueryResults`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html>
//!
//! Rows are lists of single pairs, column to text. NULL is an empty text: AWS's shape has no room
//! for anything else.

use super::list_token::RESULTS_MAX;
use super::prelude::*;
use super::{query, row_token};
use model::resource::{Query, QueryStatus};

/// Which rows.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: Option<String>,
    query_id: String,
    next_token: Option<String>,
    max_query_results: Option<i64>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    query_status: &'static str,
    query_statistics: Counts,
    query_result_rows: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

type Row = Vec<BTreeMap<String, String>>;

/// How much there is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Counts {
    results_count: usize,
    total_results_count: u64,
    bytes_scanned: u64,
}

/// Gives one page of an answer; none while the query runs.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    if let Some(store) = &input.event_data_store {
        super::store::find(snapshot.state(), caller, store)?;
    }
    let (query, waits) = query::find(snapshot, caller, &input.query_id)?;
    let limit = limit(input.max_query_results)?;
    let from = input.next_token.map(|token| row_token::read(&token, &query.id)).transpose()?;
    let page = match query.status {
        QueryStatus::Finished => snapshot.query_rows(&query.id, from, limit)?,
        _ => engine::RowPage::default(),
    };
    let rows: Vec<Row> = page.rows.into_iter().map(|row| named(&query, row)).collect();
    Ok(Output {
        query_status: query::status(&query, waits),
        query_statistics: Counts {
            results_count: rows.len(),
            total_results_count: query.rows,
            bytes_scanned: query.bytes,
        },
        query_result_rows: rows,
        next_token: page.next.map(|place| row_token::write(place, &query.id)),
        error_message: query::message(&query),
    })
}

fn named(query: &Query, row: Vec<Option<String>>) -> Row {
    let pair = |(name, value): (&String, Option<String>)| {
        BTreeMap::from([(name.clone(), value.unwrap_or_default())])
    };
    query.columns.iter().zip(row).map(pair).collect()
}

fn limit(asked: Option<i64>) -> Result<usize, Error> {
    let Some(asked) = asked else {
        return Ok(RESULTS_MAX);
    };
    let limit = usize::try_from(asked).ok().filter(|limit| (1..=RESULTS_MAX).contains(limit));
    limit.ok_or(Error::InvalidMaxResults { asked, most: RESULTS_MAX })
}
