//! `Entity`: what is known of a principal, key, address or resource: what is usual, what is new.

use super::owner;
use super::prelude::*;
use engine::{EntityAsk, Entity};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(EntityAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Entity);

/// Tells what is known of one.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.owner = owner::seen(snapshot.state(), caller, ask.owner)?;
    Ok(Output(snapshot.entity(&ask)?))
}
