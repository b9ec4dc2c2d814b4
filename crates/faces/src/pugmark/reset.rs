//! `Reset`: empties everything, for tests. Only a directory born under `--dev` can be emptied, and
//! the first record of its new life is this call.

use super::prelude::*;

/// Nothing.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {}

/// Nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Forgets everything.
pub fn handle(hands: &Hands, _caller: &Caller, _input: Input) -> Result<Output, Error> {
    if !hands.snapshot().dev() {
        let message = "only a server started with `--dev` can be emptied: import into a new data \
            directory instead";
        return Err(Error::AccessDenied(message.to_owned()));
    }
    hands.reset()?;
    Ok(Output {})
}
