//! `CreateChannel`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateChannel.html>
//!
//! A partner may have one channel in a region; `Custom` as many as there may be.

use super::channel::{self, Destination};
use super::exception::Exception;
use super::prelude::*;
use super::tag::{self, Tag};
use super::{settings, source};
use model::resource::Channel;

/// Most channels of an account in a region.
const CHANNELS_MAX: usize = 25;

/// What is to be made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
    source: String,
    destinations: Vec<Destination>,
    tags: Option<Vec<Tag>>,
}

/// What was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    channel_arn: String,
    name: String,
    source: String,
    destinations: Vec<Destination>,
    tags: Vec<Tag>,
}

/// Proposes the channel.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    settings::check_name(&input.name)?;
    source::check(&input.source)?;
    channel::check_name(state, caller, &input.name, "")?;
    check_room(state, caller, &input.source)?;
    let mut tags = BTreeMap::new();
    tag::add(&mut tags, &input.tags.unwrap_or_default())?;
    let made = Channel {
        id: caller.fresh_id().to_owned(),
        name: input.name,
        account: caller.account().clone(),
        region: caller.region().to_owned(),
        source: input.source,
        destinations: channel::destinations(state, caller, &input.destinations)?,
        tags,
    };
    let output = Output {
        channel_arn: made.arn().to_string(),
        name: made.name.clone(),
        source: made.source.clone(),
        destinations: channel::told(&made),
        tags: Tag::list(&made.tags),
    };
    Ok((output, Effect::from(Change::ChannelPut(made))))
}

fn check_room(state: &State, caller: &Caller, source: &str) -> Result<(), Error> {
    if channel::all(state, caller).count() >= CHANNELS_MAX {
        return Err(Exception::ChannelMaxLimitExceeded.says(format!(
            "there are {CHANNELS_MAX} channels in this region: delete one first"
        )));
    }
    let of_source = channel::all(state, caller).find(|channel| channel.source == source);
    match of_source.filter(|_| source != source::CUSTOM) {
        None => Ok(()),
        Some(channel) => Err(Exception::ChannelAlreadyExists.says(format!(
            "channel `{}` takes the events of `{source}` already: update it instead",
            channel.name
        ))),
    }
}
