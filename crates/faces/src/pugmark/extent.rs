//! `Extent`: when the earliest and the latest record happened, the default range of questions.

use super::owner;
use super::prelude::*;
use model::{AccountId, Timestamp};

/// Of whose records; by default of all that the caller may see.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    owner: Option<AccountId>,
}

/// Both, or neither where there are no records. Milliseconds since 1970.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Timestamp>,
}

/// Says how far the records reach.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let owner = owner::seen(snapshot.state(), caller, input.owner)?;
    let (oldest, newest) = snapshot.extent(owner.as_ref()).unzip();
    Ok(Output { oldest, newest })
}
