//! `CreateEventDataStore`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html>
//!
//! The store takes records from the commit on that holds the record of this call.

use super::prelude::*;
use super::exception::Exception;
use super::settings;
use super::store::{self, StoreShape};
use super::tag::{self, Tag};
use super::time;
use model::resource::{AdvancedEventSelector, BillingMode, EventDataStore};

/// Most event data stores of an account in a region, whatever their status.
const STORES_MAX: usize = 10;

/// What is to be made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
    multi_region_enabled: Option<bool>,
    organization_enabled: Option<bool>,
    retention_period: Option<i64>,
    termination_protection_enabled: Option<bool>,
    tags_list: Option<Vec<Tag>>,
    kms_key_id: Option<String>,
    start_ingestion: Option<bool>,
    billing_mode: Option<BillingMode>,
}

/// Proposes the store.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<StoreShape>, Effect), Error> {
    let made = made(caller, input)?;
    store::check_name(state, caller, &made.name, &made.id)?;
    // The built-in store does not count.
    if store::all(state, caller).len() > STORES_MAX {
        return Err(Exception::EventDataStoreMaxLimitExceeded.says(format!(
            "there are {STORES_MAX} event data stores in this region, those pending deletion \
             included: delete one, and wait until it is gone"
        )));
    }
    let output = StoreShape::created(&made);
    let response_elements = time::recorded(&output);
    let effect = Effect::from(Change::EventDataStorePut(made));
    Ok((Answer { output, response_elements }, effect))
}

fn made(caller: &Caller, input: Input) -> Result<EventDataStore, Error> {
    settings::check_name(&input.name)?;
    settings::check_organization("OrganizationEnabled", input.organization_enabled)?;
    settings::check_key(input.kms_key_id.as_deref())?;
    let billing = input.billing_mode.unwrap_or(BillingMode::ExtendableRetentionPricing);
    let (selectors, compiled) = settings::selectors(input.advanced_event_selectors)?;
    let ingesting = input.start_ingestion.unwrap_or(true);
    if !ingesting && !compiled.categories().all(pattern::EventCategory::can_stop) {
        return Err(Exception::InvalidParameter.says(
            "`StartIngestion` is false, and a store of such events can never be started: leave \
             it out",
        ));
    }
    let mut tags = BTreeMap::new();
    tag::add(&mut tags, &input.tags_list.unwrap_or_default())?;
    Ok(EventDataStore {
        id: caller.fresh_id().to_owned(),
        name: input.name,
        account: caller.account().clone(),
        region: caller.region().to_owned(),
        selectors,
        multi_region: input.multi_region_enabled.unwrap_or(true),
        retention_days: settings::retention(input.retention_period, billing)?,
        billing,
        protected: input.termination_protection_enabled.unwrap_or(true),
        ingesting,
        deleted: None,
        created: caller.at(),
        updated: caller.at(),
        tags,
    })
}
