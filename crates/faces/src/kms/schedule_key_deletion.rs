//! `ScheduleKeyDeletion`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html>
//!
//! When the waiting time is over, the key is gone, and so is all that it encrypted.

use super::prelude::*;
use super::{target, told};
use crate::date::Moment;
use model::Timestamp;

const DAY_MS: i64 = 86_400_000;
const WINDOW_DAYS: std::ops::RangeInclusive<i64> = 7..=30;
const WINDOW_DAYS_USUAL: i64 = 30;

/// Which key, and when.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    pending_window_in_days: Option<i64>,
}

/// When it will be gone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_id: String,
    deletion_date: Moment,
    key_state: &'static str,
    pending_window_in_days: i64,
}

/// Proposes that the key goes.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<Output>, Effect), Error> {
    let action = "ScheduleKeyDeletion";
    let mut key = target::find_lasting(state, caller, &input.key_id, action)?.clone();
    let days = input.pending_window_in_days.unwrap_or(WINDOW_DAYS_USUAL);
    if !WINDOW_DAYS.contains(&days) {
        let message = format!("`PendingWindowInDays` is {days}: ask for 7 to 30");
        return Err(Error::Validation(message));
    }
    let deletion = Timestamp(caller.at().0.saturating_add(days * DAY_MS));
    key.deletion = Some(deletion);
    let output = Output {
        key_id: key.arn().to_string(),
        deletion_date: Moment(deletion),
        key_state: "PendingDeletion",
        pending_window_in_days: days,
    };
    Ok((told::with_times(output), Effect::from(Change::KmsKeyPut(key))))
}
