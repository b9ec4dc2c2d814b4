//! `DescribeQuery`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeQuery.html>

use super::exception::Exception;
use super::prelude::*;
use super::query::{self, Statistics};
use model::resource::QueryDeliveryStatus;

/// Which query.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: Option<String>,
    query_id: Option<String>,
    query_alias: Option<String>,
}

/// Where it stands and what it took.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    query_id: String,
    query_string: String,
    query_status: &'static str,
    query_statistics: Statistics,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_s3_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_status: Option<QueryDeliveryStatus>,
}

/// Tells where a query stands.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    if let Some(store) = &input.event_data_store {
        super::store::find(snapshot.state(), caller, store)?;
    }
    let id = match (&input.query_id, &input.query_alias) {
        (Some(id), None) => id,
        (_, Some(_)) => {
            return Err(Exception::UnsupportedOperation.says(
                "`QueryAlias` belongs to dashboards, which pugmark does not have: give `QueryId`",
            ));
        }
        (None, None) => return Err(Exception::InvalidParameter.says("`QueryId` is missing")),
    };
    let (query, waits) = query::find(snapshot, caller, id)?;
    Ok(Output {
        query_status: query::status(&query, waits),
        query_statistics: Statistics::of(&query, caller),
        error_message: query::message(&query),
        delivery_status: query.delivery.as_ref().map(|delivery| delivery.status),
        delivery_s3_uri: query.delivery.map(|delivery| delivery.uri),
        query_id: query.id,
        query_string: query.statement,
    })
}
