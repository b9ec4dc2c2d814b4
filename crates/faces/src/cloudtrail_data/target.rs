//! Where events go: the channel that a request names, and the stores behind it.

use super::error::Error;
use crate::cloudtrail::arn;
use crate::door::Caller;
use engine::State;
use model::resource::Channel;
use model::{Arn, Timestamp};
use std::sync::Arc;

const KIND: &str = "channel";
const DAY_MS: i64 = 86_400_000;
/// An event may be this much ahead of the server's clock, in milliseconds.
const AHEAD_MS_MAX: i64 = 3_600_000;

/// A channel, ready to take events.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) channel: &'a Channel,
    pub(super) arn: Arn,
    /// The stores that hold what comes, as records name them.
    pub(super) stores: Arc<str>,
    /// Events before this are older than any of the stores keeps them.
    pub(super) oldest: Timestamp,
    /// Events after this have not happened yet.
    pub(super) newest: Timestamp,
}

impl<'a> Target<'a> {
    pub(super) fn find(state: &'a State, caller: &Caller, text: &str) -> Result<Self, Error> {
        let channel = channel(state, caller, text)?;
        let stores = state.destinations(channel).ok_or_else(|| {
            Error::ChannelUnsupportedSchema(format!(
                "no event data store behind channel `{}` takes events from outside: update the \
                 channel's destinations",
                channel.name
            ))
        })?;
        let kept = stores.split(',').filter_map(|id| state.event_data_store(id));
        let days = kept.map(|store| store.retention_days).max().unwrap_or(0);
        let now = caller.at().0;
        let oldest = Timestamp(now.saturating_sub(i64::from(days) * DAY_MS));
        let newest = Timestamp(now.saturating_add(AHEAD_MS_MAX));
        Ok(Self { channel, arn: channel.arn(), stores, oldest, newest })
    }
}

fn channel<'a>(state: &'a State, caller: &Caller, text: &str) -> Result<&'a Channel, Error> {
    let short: String = text.chars().take(300).collect();
    let id = match arn::parse(text) {
        Some(arn) if arn.kind == KIND && arn.account != caller.account().as_str() => {
            return Err(Error::ChannelInsufficientPermission(format!(
                "channel `{short}` is account {}'s: only its owner may put events through it",
                arn.account
            )));
        }
        Some(arn) if arn.kind == KIND && arn.region == caller.region() => Some(arn.id),
        Some(arn) if arn.kind == KIND => None,
        None if arn::is_id(text) => Some(text),
        _ => {
            return Err(Error::InvalidChannelArn(format!(
                "`{short}` names no channel: give its ARN, or its id, the part behind the last `/`"
            )));
        }
    };
    let found = id.and_then(|id| state.channel(id)).filter(|channel| {
        channel.account == *caller.account() && channel.region == caller.region()
    });
    found.ok_or_else(|| {
        Error::ChannelNotFound(format!("there is no channel `{short}` in this account and region"))
    })
}
