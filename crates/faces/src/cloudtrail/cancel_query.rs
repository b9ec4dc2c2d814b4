//! `CancelQuery`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CancelQuery.html>

use super::exception::Exception;
use super::prelude::*;
use super::query;

/// Which query.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: Option<String>,
    query_id: String,
}

/// What became of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    query_id: String,
    query_status: &'static str,
}

/// Ends a query under way.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<Output, Error> {
    if let Some(store) = &input.event_data_store {
        super::store::find(hands.snapshot().state(), caller, store)?;
    }
    let (query, waits) = query::find(hands.snapshot(), caller, &input.query_id)?;
    if !hands.cancel_query(&query.id) {
        return Err(Exception::InactiveQuery.says(format!(
            "query `{}` is {}: only a query under way can be cancelled",
            query.id,
            query::status(&query, waits)
        )));
    }
    Ok(Output { query_id: query.id, query_status: "CANCELLED" })
}
