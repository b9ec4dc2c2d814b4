//! `StartImport`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartImport.html>
//!
//! AWS imports from a bucket. There are none yet: whoever owns the machine imports paths with
//! `pugmark import`.

use super::exception::Exception;
use super::prelude::*;
use super::store;

/// What is to be imported.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    destinations: Option<Vec<String>>,
    import_source: Option<serde_json::Value>,
    import_id: Option<String>,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Refuses, once the destination is known to be one.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    if let Some(id) = &input.import_id {
        return Err(super::imports::not_found(id));
    }
    for destination in input.destinations.iter().flatten() {
        store::find_active(state, caller, destination)?;
    }
    Err(Exception::UnsupportedOperation.says(
        "StartImport reads from a bucket, and pugmark has none yet: import the files where the \
         server runs, with `pugmark import PATH`",
    ))
}
