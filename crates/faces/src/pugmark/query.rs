//! `Query`: SQL, answered in one go. What the command line's `sql` and the console ask.
//!
//! Whoever sees all owners sees them all in `events`.

use super::prelude::*;
use crate::limits::{PAGE_BYTES_MAX, QUERY_CHARS_MAX, QUERY_ROWS_MAX, QUERY_SECONDS_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use engine::{ColumnName, RowForm, Rows, Scope, Statement};
use crate::answer::JsonBody;
use model::resource::StoreStatus;
use serde_json::value::RawValue;
use std::time::Duration;

/// What to ask.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    statement: String,
    /// Most rows; what goes beyond is cut off.
    limit: Option<u64>,
    /// `json`; `arrow` for one stream of Arrow's in base64, `parquet` for one Parquet file in
    /// base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<RowForm>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    columns: Vec<Column>,
    /// Each row is a list of texts and nulls, in the order of the columns.
    rows: Box<RawValue>,
    /// The rows where they were asked for as Arrow: then `rows` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    arrow: Option<String>,
    /// The rows where they were asked for as Parquet: then `rows` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    parquet: Option<String>,
    /// How many rows there are.
    row_count: u64,
    /// There are more rows than these.
    cut: bool,
    events_scanned: u64,
    events_matched: u64,
    bytes_scanned: u64,
}

/// A column of the answer.
#[derive(Debug, Serialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Answers a statement.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<JsonBody, Error> {
    let form = input.format.unwrap_or_default();
    let statement = statement(hands, caller, input)?;
    let rows = hands.query_now(statement, Duration::from_secs(QUERY_SECONDS_MAX));
    Ok(JsonBody::of(&output(rows.map_err(refused)?, form)?)?)
}

fn statement(hands: &Hands, caller: &Caller, input: Input) -> Result<Statement, Error> {
    let chars = input.statement.chars().count();
    if chars > QUERY_CHARS_MAX {
        return Err(Error::Validation(format!(
            "`statement` has {chars} characters, more than {QUERY_CHARS_MAX}: shorten it"
        )));
    }
    let rows_max = input.limit.unwrap_or(QUERY_ROWS_MAX);
    if rows_max > QUERY_ROWS_MAX {
        return Err(Error::Validation(format!(
            "`limit` is {rows_max}: ask for at most {QUERY_ROWS_MAX} rows, or start the query \
             with StartQuery"
        )));
    }
    let form = input.format.unwrap_or_default();
    let bytes_max = match form {
        RowForm::Json => PAGE_BYTES_MAX as u64,
        // In base64 four bytes stand for three.
        RowForm::Arrow => PAGE_BYTES_MAX as u64 / 4 * 3,
        // What a file will take is known about, until it is whole.
        RowForm::Parquet => PAGE_BYTES_MAX as u64 / 2,
    };
    let (sql, tables) = (input.statement, scopes(hands, caller));
    Ok(Statement { sql, tables, rows_max, bytes_max, form })
}

/// The tables of the caller's account; for whoever sees all owners, `events` is of all of them.
fn scopes(hands: &Hands, caller: &Caller) -> Vec<Scope> {
    let state = hands.snapshot().state();
    let tables = state.tables(caller.account(), caller.at());
    let sees_all = caller.sees_all_owners(state);
    let open = tables.into_iter().filter(|it| it.status != StoreStatus::PendingDeletion);
    let mut scopes: Vec<Scope> = open.map(Scope::from).collect();
    for scope in scopes.iter_mut().filter(|scope| sees_all && scope.store.is_none()) {
        scope.owner = None;
    }
    scopes
}

fn refused(error: engine::Error) -> Error {
    match &error {
        engine::Error::Query(_)
        | engine::Error::QueryTimedOut { .. }
        | engine::Error::WorkerDied
        | engine::Error::NoWorker => Error::Validation(error.to_string()),
        _ => error.into(),
    }
}

fn output(rows: Rows, form: RowForm) -> Result<Output, Error> {
    let coded = |wanted: RowForm| (form == wanted).then(|| BASE64.encode(&rows.lines));
    let list = match form {
        RowForm::Json => list(&rows.lines),
        RowForm::Arrow | RowForm::Parquet => list(&[]),
    };
    let (arrow, parquet) = (coded(RowForm::Arrow), coded(RowForm::Parquet));
    let column = |ColumnName { name, kind }: ColumnName| Column { name, kind };
    Ok(Output {
        columns: rows.columns.into_iter().map(column).collect(),
        rows: list?,
        arrow,
        parquet,
        row_count: rows.count,
        cut: rows.scanned.cut,
        events_scanned: rows.scanned.records,
        events_matched: rows.scanned.matched,
        bytes_scanned: rows.scanned.bytes,
    })
}

/// The rows, each on its own line, as one list.
fn list(lines: &[u8]) -> Result<Box<RawValue>, engine::Error> {
    let mut list = Vec::with_capacity(lines.len() + 2);
    list.push(b'[');
    for (number, line) in lines.trim_ascii_end().split(|byte| *byte == b'\n').enumerate() {
        list.extend_from_slice(if number > 0 { b"," } else { b"" });
        list.extend_from_slice(line);
    }
    list.push(b']');
    let text = String::from_utf8(list).map_err(|_| engine::Error::Internal)?;
    RawValue::from_string(text).map_err(|_| engine::Error::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_a_list_and_nonsense_does_not() {
        for (lines, expected) in [
            ("", "[]"),
            ("[\"a\",null]\n", "[[\"a\",null]]"),
            ("[\"a\\n\"]\n[\"b\"]\n", "[[\"a\\n\"],[\"b\"]]"),
        ] {
            assert_eq!(list(lines.as_bytes()).unwrap().get(), expected);
        }
        for nonsense in ["[", "[]]\n", "[1]\n\n[2]\n", "\u{feff}"] {
            assert!(list(nonsense.as_bytes()).is_err(), "{nonsense}");
        }
    }
}
