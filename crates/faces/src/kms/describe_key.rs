//! `DescribeKey`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html>

use super::metadata::KeyMetadata;
use super::prelude::*;
use super::target;

/// Which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
}

/// What is known of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_metadata: KeyMetadata,
}

/// Describes a key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let key = target::find(snapshot.state(), caller, &input.key_id, "DescribeKey")?;
    Ok(Output { key_metadata: KeyMetadata::from(key) })
}
