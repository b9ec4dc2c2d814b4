//! Where events go: the channel that a request names, and the stores behind it.

use super::error::Error;
use crate::cloudtrail::arn;
use crate::door::Caller;
use engine::State;
use model::resource::Channel;
use model::{Arn, Timestamp};
use policy::{Kind, Policy, Verdict};
use std::sync::Arc;

const ACTION: &str = "cloudtrail-data:PutAuditEvents";
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
    /// The channel that `text` names, if its owner's policy lets the caller put events through it.
    pub(super) fn find(
        state: &'a State,
        caller: &Caller,
        text: &str,
        external_id: Option<&str>,
    ) -> Result<Self, Error> {
        let channel = channel(state, caller, text)?;
        check_policy(state, caller, channel, external_id)?;
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
    let (id, owner) = match arn::parse(text) {
        Some(arn) if arn.kind == KIND && arn.region == caller.region() => {
            (Some(arn.id), arn.account)
        }
        Some(arn) if arn.kind == KIND => (None, arn.account),
        None if arn::is_id(text) => (Some(text), caller.account().as_str()),
        _ => {
            return Err(Error::InvalidChannelArn(format!(
                "`{short}` names no channel: give its ARN, or its id, the part behind the last `/`"
            )));
        }
    };
    let found = id
        .and_then(|id| state.channel(id))
        .filter(|channel| channel.account.as_str() == owner && channel.region == caller.region());
    found.ok_or_else(|| match owner == caller.account().as_str() {
        true => Error::ChannelNotFound(format!(
            "there is no channel `{short}` in this account and region"
        )),
        false => not_let_in(caller, &short, owner),
    })
}

/// Its owner may use a channel unless the policy says no; others may where it says yes. Whether a
/// channel of another account exists is not told to whom it does not let in.
fn check_policy(
    state: &State,
    caller: &Caller,
    channel: &Channel,
    external_id: Option<&str>,
) -> Result<(), Error> {
    let arn = channel.arn();
    // What was kept before policies were read as strictly as now lets nobody in.
    let policy = state
        .resource_policy(arn.as_str())
        .and_then(|kept| Policy::parse(&kept.document, Kind::Resource).ok());
    let mut asking = caller.asking(state);
    if let Some(id) = external_id {
        asking = asking.with("cloudtrail", "ExternalId", id);
    }
    match asking.weigh(ACTION, arn.as_str(), &channel.account, policy.as_ref()) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(_) => Err(not_let_in(caller, arn.as_str(), channel.account.as_str())),
    }
}

fn not_let_in(caller: &Caller, channel: &str, owner: &str) -> Error {
    let arn = &caller.identity().arn;
    Error::ChannelInsufficientPermission(format!(
        "the policy of channel `{channel}` of account {owner} does not let {arn} put events \
         through it: its owner can change that with cloudtrail:PutResourcePolicy"
    ))
}
