//! `UpdateEventDataStore`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html>
//!
//! What a store holds already stays as it was decided when it came in.

use super::exception::Exception;
use super::prelude::*;
use super::settings;
use super::store::{self, StoreShape};
use super::time;
use model::resource::{AdvancedEventSelector, BillingMode, EventDataStore};
use pattern::EventSelectors;

/// What is to be changed; what is left out stays.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    event_data_store: String,
    name: Option<String>,
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
    multi_region_enabled: Option<bool>,
    organization_enabled: Option<bool>,
    retention_period: Option<i64>,
    termination_protection_enabled: Option<bool>,
    kms_key_id: Option<String>,
    billing_mode: Option<BillingMode>,
}

/// Proposes the store as it shall be.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<StoreShape>, Effect), Error> {
    let mut changed = store::find_active(state, caller, &input.event_data_store)?.clone();
    settings::check_organization("OrganizationEnabled", input.organization_enabled)?;
    settings::check_key(input.kms_key_id.as_deref())?;
    if let Some(name) = &input.name {
        settings::check_name(name)?;
        store::check_name(state, caller, name, &changed.id)?;
        changed.name.clone_from(name);
    }
    bill(&mut changed, input.billing_mode, input.retention_period)?;
    if let Some(selectors) = input.advanced_event_selectors {
        choose(&mut changed, selectors)?;
    }
    changed.multi_region = input.multi_region_enabled.unwrap_or(changed.multi_region);
    changed.protected = input.termination_protection_enabled.unwrap_or(changed.protected);
    changed.updated = caller.at();
    let output = StoreShape::of(&changed);
    let response_elements = time::recorded(&output);
    let effect = Effect::from(Change::EventDataStorePut(changed));
    Ok((Answer { output, response_elements }, effect))
}

fn bill(
    store: &mut EventDataStore,
    billing: Option<BillingMode>,
    days: Option<i64>,
) -> Result<(), Error> {
    let billing = billing.unwrap_or(store.billing);
    if (store.billing, billing)
        == (BillingMode::ExtendableRetentionPricing, BillingMode::FixedRetentionPricing)
    {
        return Err(Exception::InvalidParameter.says(
            "`BillingMode` cannot go from EXTENDABLE_RETENTION_PRICING to \
             FIXED_RETENTION_PRICING: make another event data store",
        ));
    }
    let days = days.unwrap_or_else(|| store.retention_days.into());
    store.retention_days = settings::retention(Some(days), billing)?;
    store.billing = billing;
    Ok(())
}

fn choose(
    store: &mut EventDataStore,
    selectors: Vec<AdvancedEventSelector>,
) -> Result<(), Error> {
    let (selectors, compiled) = settings::selectors(Some(selectors))?;
    let before = EventSelectors::compile(&store.selectors).ok();
    if before.is_some_and(|before| settings::kind(&before) != settings::kind(&compiled)) {
        return Err(Exception::InvalidEventSelectors.says(
            "an event data store stays with the kind of events that it was made for: make \
             another one for these",
        ));
    }
    store.selectors = selectors;
    Ok(())
}
