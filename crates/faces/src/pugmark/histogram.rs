//! `Histogram`: how many records of a selection, and how they went, by time.

use super::owner;
use super::prelude::*;
use engine::{HistogramAsk, Histogram};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(HistogramAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Histogram);

/// Counts by time.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.search.owner = owner::seen(snapshot.state(), caller, ask.search.owner)?;
    Ok(Output(snapshot.histogram(&ask)?))
}
