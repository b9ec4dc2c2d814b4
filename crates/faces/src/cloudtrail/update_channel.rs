//! `UpdateChannel`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateChannel.html>

use super::channel::{self, Destination};
use super::prelude::*;
use super::settings;

/// What is to be changed; what is left out stays.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    channel: String,
    destinations: Option<Vec<Destination>>,
    name: Option<String>,
}

/// The channel as it is now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    channel_arn: String,
    name: String,
    source: String,
    destinations: Vec<Destination>,
}

/// Proposes the channel as it shall be.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let mut changed = channel::find(state, caller, &input.channel)?.clone();
    if let Some(name) = input.name {
        settings::check_name(&name)?;
        channel::check_name(state, caller, &name, &changed.id)?;
        changed.name = name;
    }
    if let Some(destinations) = &input.destinations {
        changed.destinations = channel::destinations(state, caller, destinations)?;
    }
    let output = Output {
        channel_arn: changed.arn().to_string(),
        name: changed.name.clone(),
        source: changed.source.clone(),
        destinations: channel::told(&changed),
    };
    Ok((output, Effect::from(Change::ChannelPut(changed))))
}
