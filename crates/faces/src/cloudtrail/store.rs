//! Event data stores as callers name and see them.

use super::arn;
use super::error::Error;
use super::exception::Exception;
use super::tag::Tag;
use super::time::Moment;
use crate::door::Caller;
use engine::State;
use model::resource::{AdvancedEventSelector, BillingMode, EventDataStore, StoreStatus};
use pattern::EventCategory;
use serde::Serialize;
use std::borrow::Cow;

/// The word before the id in an ARN.
pub(super) const KIND: &str = "eventdatastore";

/// The store that a caller names by its ARN or by its id.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<Cow<'a, EventDataStore>, Error> {
    let id = id(caller, text)?;
    let built_in = state.built_in_store(caller.account(), caller.region());
    if built_in.id == id || built_in.name == id {
        return Ok(Cow::Owned(built_in));
    }
    let found = state.event_data_store(id).filter(|store| is_here(store, caller));
    found.map(Cow::Borrowed).ok_or_else(|| not_found(text))
}

/// As [`find`], but the built-in store, which nobody may change, is refused.
pub(super) fn find_made<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<&'a EventDataStore, Error> {
    match find(state, caller, text)? {
        Cow::Borrowed(store) => Ok(store),
        Cow::Owned(_) => Err(Exception::OperationNotPermitted.says(
            "the built-in event data store `pugmark` holds everything, always; make one of your \
             own",
        )),
    }
}

/// As [`find_made`], but one that is being deleted is refused.
pub(super) fn find_active<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<&'a EventDataStore, Error> {
    let store = find_made(state, caller, text)?;
    check_active(store)?;
    Ok(store)
}

/// Refuses a store that is being deleted.
pub(super) fn check_active(store: &EventDataStore) -> Result<(), Error> {
    match store.deleted {
        None => Ok(()),
        Some(_) => Err(Exception::InactiveEventDataStore.says(format!(
            "event data store `{}` is pending deletion: restore it first",
            store.name
        ))),
    }
}

/// All stores of a caller, the built-in one first, then by id.
pub(super) fn all(state: &State, caller: &Caller) -> Vec<EventDataStore> {
    let made = state.event_data_stores(caller.account());
    let made = made.filter(|store| is_here(store, caller)).cloned();
    let built_in = state.built_in_store(caller.account(), caller.region());
    [built_in].into_iter().chain(made).collect()
}

/// Refuses a name that another store of the region has.
pub(super) fn check_name(
    state: &State,
    caller: &Caller,
    name: &str,
    id: &str,
) -> Result<(), Error> {
    let is_taken = |store: &EventDataStore| store.name == name && store.id != id;
    match all(state, caller).iter().any(is_taken) {
        false => Ok(()),
        true => Err(Exception::EventDataStoreAlreadyExists
            .says(format!("an event data store `{name}` is there already: give another name"))),
    }
}

/// The categories that a store's selectors choose from.
pub(super) fn categories(store: &EventDataStore) -> Vec<EventCategory> {
    let fields = store.selectors.iter().flat_map(|selector| &selector.field_selectors);
    let categories = fields.filter(|field| field.field == "eventCategory");
    categories.flat_map(|field| &field.equals).filter_map(|it| EventCategory::parse(it)).collect()
}

fn is_here(store: &EventDataStore, caller: &Caller) -> bool {
    store.account == *caller.account()
        && store.region == caller.region()
        && !store.is_gone(caller.at())
}

fn id<'a>(caller: &Caller, text: &'a str) -> Result<&'a str, Error> {
    if arn::is_id(text) || text == model::resource::BUILT_IN_STORE {
        return Ok(text);
    }
    let arn = arn::parse(text).filter(|arn| arn.kind == KIND).ok_or_else(|| {
        Exception::EventDataStoreArnInvalid.says(format!(
            "`{}` names no event data store: give its ARN, or its id, the part behind the last `/`",
            short(text)
        ))
    })?;
    let is_callers = arn.account == caller.account().as_str() && arn.region == caller.region();
    is_callers.then_some(arn.id).ok_or_else(|| not_found(text))
}

fn not_found(text: &str) -> Error {
    Exception::EventDataStoreNotFound.says(format!(
        "there is no event data store `{}` in this account and region: ListEventDataStores shows \
         what there is",
        short(text)
    ))
}

/// As much of a stranger's text as a message needs.
pub(super) fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

/// An event data store as AWS tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StoreShape {
    event_data_store_arn: String,
    name: String,
    status: StoreStatus,
    advanced_event_selectors: Vec<AdvancedEventSelector>,
    multi_region_enabled: bool,
    organization_enabled: bool,
    retention_period: u32,
    termination_protection_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags_list: Option<Vec<Tag>>,
    created_timestamp: Moment,
    updated_timestamp: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<BillingMode>,
}

impl StoreShape {
    /// All of it but the tags.
    pub(super) fn of(store: &EventDataStore) -> Self {
        Self {
            event_data_store_arn: store.arn().to_string(),
            name: store.name.clone(),
            status: store.status(),
            advanced_event_selectors: store.selectors.clone(),
            multi_region_enabled: store.multi_region,
            organization_enabled: false,
            retention_period: store.retention_days,
            termination_protection_enabled: store.protected,
            tags_list: None,
            created_timestamp: Moment(store.created),
            updated_timestamp: Moment(store.updated),
            billing_mode: Some(store.billing),
        }
    }

    /// As the answer that makes a store tells it.
    pub(super) fn created(store: &EventDataStore) -> Self {
        let tags_list = Some(Tag::list(&store.tags));
        Self { status: StoreStatus::Created, tags_list, ..Self::of(store) }
    }

    /// As a list tells it: without what it costs.
    pub(super) fn listed(store: &EventDataStore) -> Self {
        Self { billing_mode: None, ..Self::of(store) }
    }
}
