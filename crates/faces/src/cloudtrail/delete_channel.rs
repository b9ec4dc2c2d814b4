//! `DeleteChannel`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteChannel.html>
//!
//! What came through it stays where it is.

use super::channel;
use super::prelude::*;

/// Which channel.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    channel: String,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes that the channel be gone, with its policy.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let id = channel::find(state, caller, &input.channel)?.id.clone();
    Ok((Output {}, Effect::from(Change::ChannelRemoved { id })))
}
