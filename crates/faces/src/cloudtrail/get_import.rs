//! `GetImport`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetImport.html>
//!
//! The statistics are those of the last frame: an import never stands behind what they say.

use super::imports::{self, ImportShape};
use super::prelude::*;

/// Which import.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    import_id: String,
}

/// Finds it.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<ImportShape, Error> {
    imports::find(snapshot.state(), caller, &input.import_id).map(|it| ImportShape::of(it))
}
