//! What records carry for an event data store, as AWS tells it.

use super::error::Error;
use super::exception::Exception;
use super::{store, trail};
use crate::door::Caller;
use engine::State;
use model::resource::{ContextKeySelector, EventConfiguration, EventDataStore, MaxEventSize};
use serde::Serialize;
use std::borrow::Cow;

/// The store that a request names, which must not name a trail.
pub(super) fn target<'a>(
    state: &'a State,
    caller: &Caller,
    name: Option<&str>,
    text: Option<&str>,
) -> Result<Cow<'a, EventDataStore>, Error> {
    match (name, text) {
        (None, Some(text)) => store::find(state, caller, text),
        (Some(name), None) => {
            let found = trail::find(state, caller, name)?;
            Err(Exception::UnsupportedOperation.says(format!(
                "pugmark does not implement event configuration of trails yet, and `{}` is one",
                found.name
            )))
        }
        _ => Err(Exception::InvalidParameterCombination
            .says("give either `EventDataStore` or `TrailName`")),
    }
}

/// A configuration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfigurationShape {
    event_data_store_arn: String,
    max_event_size: MaxEventSize,
    context_key_selectors: Vec<ContextKeySelector>,
}

impl ConfigurationShape {
    /// What was said of a store; AWS's defaults where nothing was.
    pub(super) fn of(store: &EventDataStore, said: Option<&EventConfiguration>) -> Self {
        Self {
            event_data_store_arn: store.arn().to_string(),
            max_event_size: said.map_or(MaxEventSize::Standard, |said| said.max_event_size),
            context_key_selectors: said.map(|said| said.context.clone()).unwrap_or_default(),
        }
    }
}
