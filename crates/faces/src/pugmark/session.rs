//! `Session`: who became whom, across accounts, and what each did.

use super::owner;
use super::prelude::*;
use engine::{SessionAsk, Session};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(SessionAsk);

/// The engine's own answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Output(Session);

/// Tells the tree of a session.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut ask) = input;
    ask.owner = owner::seen(snapshot.state(), caller, ask.owner)?;
    Ok(Output(snapshot.session(&ask)?))
}
