//! `GetChannel`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetChannel.html>

use super::channel::{self, Destination};
use super::prelude::*;
use super::time::Moment;
use model::resource::Ingestion;

/// Which channel.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    channel: String,
}

/// What it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    channel_arn: String,
    name: String,
    source: String,
    destinations: Vec<Destination>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ingestion_status: Option<IngestionStatus>,
}

/// What it was last asked to take in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IngestionStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_ingestion_success_time: Option<Moment>,
    #[serde(rename = "LatestIngestionSuccessEventID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_ingestion_success_event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_ingestion_error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_ingestion_attempt_time: Option<Moment>,
    #[serde(rename = "LatestIngestionAttemptEventID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_ingestion_attempt_event_id: Option<String>,
}

/// Tells what the channel is.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let found = channel::find(snapshot.state(), caller, &input.channel)?;
    Ok(Output {
        channel_arn: found.arn().to_string(),
        name: found.name.clone(),
        source: found.source.clone(),
        destinations: channel::told(found),
        ingestion_status: snapshot.state().ingestion(&found.id).map(status),
    })
}

fn status(ingestion: &Ingestion) -> IngestionStatus {
    IngestionStatus {
        latest_ingestion_success_time: ingestion.succeeded.map(Moment),
        latest_ingestion_success_event_id: ingestion.succeeded_event.clone(),
        latest_ingestion_error_code: ingestion.error.clone(),
        latest_ingestion_attempt_time: ingestion.tried.map(Moment),
        latest_ingestion_attempt_event_id: ingestion.tried_event.clone(),
    }
}
