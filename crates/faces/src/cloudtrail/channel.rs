//! Channels as callers name and see them.

use super::arn;
use super::error::Error;
use super::exception::Exception;
use super::store::{self, short};
use crate::door::Caller;
use engine::State;
use model::resource::{Channel, EventDataStore};
use pattern::EventCategory;
use serde::{Deserialize, Serialize};

/// The word before the id in an ARN.
pub(super) const KIND: &str = "channel";

/// The only type of destination that a client may ask for.
const STORE: &str = "EVENT_DATA_STORE";
const DESTINATIONS_MAX: usize = 200;

/// Where events go.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Destination {
    #[serde(rename = "Type")]
    kind: String,
    location: String,
}

/// The channel that a caller names by its ARN or by its id.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<&'a Channel, Error> {
    let not_found = || {
        Exception::ChannelNotFound.says(format!(
            "there is no channel `{}` in this account and region: ListChannels shows what there is",
            short(text)
        ))
    };
    let id = match arn::parse(text) {
        Some(arn) if arn.kind == KIND => {
            let is_callers =
                arn.account == caller.account().as_str() && arn.region == caller.region();
            is_callers.then_some(arn.id).ok_or_else(not_found)?
        }
        None if arn::is_id(text) => text,
        _ => {
            return Err(Exception::ChannelArnInvalid.says(format!(
                "`{}` names no channel: give its ARN, or its id, the part behind the last `/`",
                short(text)
            )));
        }
    };
    state.channel(id).filter(|channel| is_here(channel, caller)).ok_or_else(not_found)
}

/// The channels of a caller, by id.
pub(super) fn all<'a>(state: &'a State, caller: &'a Caller) -> impl Iterator<Item = &'a Channel> {
    state.channels(caller.account()).filter(|channel| is_here(channel, caller))
}

fn is_here(channel: &Channel, caller: &Caller) -> bool {
    channel.account == *caller.account() && channel.region == caller.region()
}

/// Refuses a name that another channel of the region has.
pub(super) fn check_name(
    state: &State,
    caller: &Caller,
    name: &str,
    id: &str,
) -> Result<(), Error> {
    match all(state, caller).any(|channel| channel.name == name && channel.id != id) {
        false => Ok(()),
        true => Err(Exception::ChannelAlreadyExists
            .says(format!("a channel `{name}` is there already: give another name"))),
    }
}

/// The ids of the stores that destinations name.
pub(super) fn destinations(
    state: &State,
    caller: &Caller,
    asked: &[Destination],
) -> Result<Vec<String>, Error> {
    if asked.is_empty() || asked.len() > DESTINATIONS_MAX {
        return Err(Exception::InvalidParameter.says(format!(
            "`Destinations` has {} items: give 1 to {DESTINATIONS_MAX}",
            asked.len()
        )));
    }
    let mut ids = Vec::with_capacity(asked.len());
    for destination in asked {
        let store = destination_store(state, caller, destination)?;
        if !ids.contains(&store.id) {
            ids.push(store.id.clone());
        }
    }
    Ok(ids)
}

fn destination_store<'a>(
    state: &'a State,
    caller: &Caller,
    destination: &Destination,
) -> Result<&'a EventDataStore, Error> {
    if destination.kind != STORE {
        return Err(Exception::InvalidParameter.says(format!(
            "`{}` is no type of destination for a channel: give {STORE}",
            short(&destination.kind)
        )));
    }
    let found = store::find_active(state, caller, &destination.location)?;
    match store::categories(found).as_slice() {
        [EventCategory::ActivityAuditLog, ..] => Ok(found),
        _ => Err(Exception::InvalidEventDataStoreCategory.says(format!(
            "event data store `{}` does not hold events from outside: make one whose selector \
             has eventCategory Equals ActivityAuditLog",
            found.name
        ))),
    }
}

/// The destinations of a channel as AWS tells them.
pub(super) fn told(channel: &Channel) -> Vec<Destination> {
    let told = |id: &String| Destination {
        kind: STORE.to_owned(),
        location: model::Arn::event_data_store(&channel.region, &channel.account, id).to_string(),
    };
    channel.destinations.iter().map(told).collect()
}
