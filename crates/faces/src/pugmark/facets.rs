//! `Facets`: the most frequent values of a selection, and how many there are.

use super::owner;
use super::prelude::*;
use engine::{FacetsAsk, Facets};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(FacetsAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Facets);

/// Counts by value.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.search.owner = owner::seen(snapshot.state(), caller, ask.search.owner)?;
    Ok(Output(snapshot.facets(&ask)?))
}
