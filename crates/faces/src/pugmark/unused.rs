//! `Unused`: identities, keys, permissions and resources that nothing touched since a time.

use super::owner;
use super::prelude::*;
use engine::{UnusedAsk, Unused};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(UnusedAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Unused);

/// Lists what nobody uses.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.owner = owner::seen(snapshot.state(), caller, ask.owner)?;
    Ok(Output(snapshot.unused(&ask)?))
}
