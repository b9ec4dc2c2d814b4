//! Any resource that tags and policies stand with.

use super::arn;
use super::error::Error;
use super::exception::Exception;
use super::store::short;
use super::{channel, store, trail};
use crate::door::Caller;
use engine::State;
use model::Change;
use model::resource::{Channel, EventDataStore, Trail};
use std::collections::BTreeMap;

/// An event data store, a channel or a trail of the caller's.
#[derive(Debug)]
pub(super) enum Resource<'a> {
    Store(&'a EventDataStore),
    Channel(&'a Channel),
    Trail(&'a Trail),
}

impl<'a> Resource<'a> {
    /// The resource of an ARN; `invalid` is what a text is called that is none.
    pub(super) fn find(
        state: &'a State,
        caller: &Caller,
        text: &str,
        invalid: Exception,
    ) -> Result<Self, Error> {
        let arn = arn::parse(text).ok_or_else(|| {
            let text = short(text);
            invalid.says(format!("`{text}` is no ARN of a resource of CloudTrail's"))
        })?;
        match arn.kind {
            store::KIND => store::find_made(state, caller, text).map(Self::Store),
            channel::KIND => channel::find(state, caller, text).map(Self::Channel),
            trail::KIND => {
                let found = trail::Named::parse(text)?.find(state, caller);
                found.map(Self::Trail).ok_or_else(|| {
                    let message = format!("there is no trail `{}` in this account", short(text));
                    Exception::ResourceNotFound.says(message)
                })
            }
            "dashboard" => Err(Exception::ResourceNotFound
                .says(format!("there is no `{}`: pugmark keeps no dashboards yet", short(text)))),
            kind => Err(Exception::ResourceTypeNotSupported.says(format!(
                "`{}` is no type of resource that this can be done to",
                short(kind)
            ))),
        }
    }

    /// Its ARN.
    pub(super) fn arn(&self) -> String {
        match self {
            Self::Store(store) => store.arn().to_string(),
            Self::Channel(channel) => channel.arn().to_string(),
            Self::Trail(trail) => trail.arn().to_string(),
        }
    }

    /// Its tags.
    pub(super) const fn tags(&self) -> &BTreeMap<String, String> {
        match self {
            Self::Store(store) => &store.tags,
            Self::Channel(channel) => &channel.tags,
            Self::Trail(trail) => &trail.tags,
        }
    }

    /// The change that gives it these tags.
    pub(super) fn tagged(&self, tags: BTreeMap<String, String>) -> Change {
        match self {
            Self::Store(store) => {
                Change::EventDataStorePut(EventDataStore { tags, ..(*store).clone() })
            }
            Self::Channel(channel) => Change::ChannelPut(Channel { tags, ..(*channel).clone() }),
            Self::Trail(trail) => Change::TrailPut(Trail { tags, ..(*trail).clone() }),
        }
    }

    /// Refuses a store that is being deleted.
    pub(super) fn check_active(&self) -> Result<(), Error> {
        match self {
            Self::Store(store) => store::check_active(store),
            Self::Channel(_) | Self::Trail(_) => Ok(()),
        }
    }

    /// Refuses a trail whose home is another region: it is only seen here.
    pub(super) fn check_home(&self, caller: &Caller) -> Result<(), Error> {
        match self {
            Self::Trail(trail) if trail.home_region != caller.region() => {
                Err(Exception::ResourceNotFound.says(format!(
                    "trail `{}` is not of {}: change its tags in its home region {}",
                    trail.name,
                    caller.region(),
                    trail.home_region
                )))
            }
            _ => Ok(()),
        }
    }
}
