//! `StopImport`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopImport.html>
//!
//! What was taken in stays. The files at hand are still read to their end, and counted.

use super::exception::Exception;
use super::imports::{self, ImportShape};
use super::prelude::*;
use super::time;
use crate::answer::Answer;
use model::resource::{BucketImport, BucketImportStatus};

/// Which import.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    import_id: String,
}

/// Proposes that it ends.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<ImportShape>, Effect), Error> {
    let import = imports::find(state, caller, &input.import_id)?;
    if !import.status.is_under_way() {
        return Err(Exception::InvalidParameter.says(format!(
            "import `{}` has ended: there is nothing to stop",
            import.id
        )));
    }
    let (status, updated) = (BucketImportStatus::Stopped, caller.at());
    let stopped = BucketImport { status, updated, ..(**import).clone() };
    let output = ImportShape::of(&stopped);
    let response_elements = time::recorded(&output);
    let effect = Effect::from(Change::BucketImportPut(Box::new(stopped)));
    Ok((Answer { output, response_elements }, effect))
}
