//! `Explain`: which values tell a selection from the rest of the records.

use super::owner;
use super::prelude::*;
use engine::{ExplainAsk, Explain};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(ExplainAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Explain);

/// Ranks what differs.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.search.owner = owner::seen(snapshot.state(), caller, ask.search.owner)?;
    if let Some(against) = &mut ask.against {
        against.owner = owner::seen(snapshot.state(), caller, against.owner.take())?;
    }
    Ok(Output(snapshot.explain(&ask)?))
}
