//! `GetKeyRotationStatus`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>

use super::prelude::*;
use super::target;
use crate::date::Moment;

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// Whether and when it turns.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_rotation_enabled: bool,
    key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation_period_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_rotation_date: Option<Moment>,
}

/// Tells how a key turns.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let action = "GetKeyRotationStatus";
    let key = target::find_lasting(snapshot.state(), caller, &input.key_id, action)?;
    let rotation = key.rotation;
    Ok(Output {
        key_rotation_enabled: rotation.since.is_some(),
        key_id: key.arn().to_string(),
        rotation_period_in_days: rotation.since.map(|_| rotation.period_days),
        next_rotation_date: rotation.next(caller.at()).map(Moment),
    })
}
