//! `GetTrailStatus`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html>
//!
//! Tells of the deliveries of records of the caller's region. Times before anything happened are
//! left out; the older members, which are texts, are empty then.

use super::prelude::*;
use super::time::Moment;
use super::trail;
use model::resource::{DeliveryStatus, Trail};
use model::{Timestamp, format_seconds};

/// Which trail.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
}

/// Where it stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    is_logging: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_delivery_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_notification_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_delivery_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_notification_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_logging_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_logging_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_cloud_watch_logs_delivery_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_cloud_watch_logs_delivery_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_digest_delivery_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_digest_delivery_error: Option<String>,
    latest_delivery_attempt_time: String,
    latest_notification_attempt_time: String,
    latest_notification_attempt_succeeded: String,
    latest_delivery_attempt_succeeded: String,
    time_logging_started: String,
    time_logging_stopped: String,
}

/// Tells where the trail stands.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let found = trail::find(snapshot.state(), caller, &input.name)?;
    Ok(told(found, snapshot.state().delivery_status(&found.id, caller.region())))
}

fn told(trail: &Trail, status: DeliveryStatus) -> Output {
    let DeliveryStatus { files, digests, notifications, log_group } = status;
    Output {
        is_logging: trail.logging,
        latest_delivery_error: files.error,
        latest_notification_error: notifications.error,
        latest_delivery_time: files.succeeded.map(Moment),
        latest_notification_time: notifications.succeeded.map(Moment),
        start_logging_time: trail.started.map(Moment),
        stop_logging_time: trail.stopped.map(Moment),
        latest_cloud_watch_logs_delivery_error: log_group.error,
        latest_cloud_watch_logs_delivery_time: log_group.succeeded.map(Moment),
        latest_digest_delivery_time: digests.succeeded.map(Moment),
        latest_digest_delivery_error: digests.error,
        latest_delivery_attempt_time: text(files.tried),
        latest_notification_attempt_time: text(notifications.tried),
        latest_notification_attempt_succeeded: text(notifications.succeeded),
        latest_delivery_attempt_succeeded: text(files.succeeded),
        time_logging_started: text(trail.started),
        time_logging_stopped: text(trail.stopped),
    }
}

fn text(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |time| format_seconds(time.seconds()))
}
