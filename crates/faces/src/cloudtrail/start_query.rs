//! `StartQuery`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html>
//!
//! Answers when the statement is known to be sound; its rows come later.

use super::exception::Exception;
use super::prelude::*;
use super::query::Stores;
use super::destination;
use crate::limits::QUERY_CHARS_MAX;
use engine::{QueryRequest, RowForm, Statement};

/// What to ask.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    query_statement: Option<String>,
    delivery_s3_uri: Option<String>,
    query_alias: Option<String>,
    query_parameters: Option<Vec<String>>,
}

/// How to ask for its rows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    query_id: String,
}

/// Checks the statement and starts it.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<Output, Error> {
    let delivery = input.delivery_s3_uri.clone();
    let sql = statement(input)?;
    let stores = Stores::of(hands.snapshot(), caller);
    let tables = stores.scopes();
    let statement =
        Statement {
            sql: sql.clone(),
            tables: tables.clone(),
            rows_max: 0,
            bytes_max: 0,
            form: RowForm::Json,
        };
    let named = hands.check_query(statement).map_err(|error| stores.refuse(error))?;
    let first = named.and_then(|places| places.first().copied());
    let store = stores.arn(first.unwrap_or(0));
    if let Some(uri) = &delivery {
        destination::check_results(hands.snapshot().state(), caller, &store, uri)?;
    }
    let request = QueryRequest {
        account: caller.account().clone(),
        region: caller.region().to_owned(),
        statement: sql,
        store,
        tables,
        delivery,
    };
    let query_id = hands.start_query(request).map_err(|error| stores.refuse(error))?;
    Ok(Output { query_id })
}

fn statement(input: Input) -> Result<String, Error> {
    if input.query_alias.is_some() || input.query_parameters.is_some() {
        return Err(Exception::UnsupportedOperation.says(
            "`QueryAlias` and `QueryParameters` belong to dashboards, which pugmark does not \
             have: give `QueryStatement` with the values in it",
        ));
    }
    let sql = input.query_statement.unwrap_or_default();
    match sql.chars().count() {
        0 => Err(Exception::InvalidParameter.says("`QueryStatement` is missing: give a SELECT")),
        1..=QUERY_CHARS_MAX => Ok(sql),
        chars => Err(Exception::InvalidQueryStatement.says(format!(
            "`QueryStatement` has {chars} characters, more than {QUERY_CHARS_MAX}: shorten it"
        ))),
    }
}
