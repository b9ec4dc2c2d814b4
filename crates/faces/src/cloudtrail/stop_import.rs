//! `StopImport`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopImport.html>
//!
//! There are no imports into event data stores before there are buckets.

use super::imports;
use super::prelude::*;

/// Which import.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    import_id: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Says that there is none.
pub fn handle(_: &State, _: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    Err(imports::not_found(&input.import_id))
}
