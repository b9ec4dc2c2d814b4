//! What CloudTrail Lake is told to keep: event data stores, channels, and what stands with them.

use crate::State;
use model::resource::{
    AdvancedEventSelector, BUILT_IN_STORE, BillingMode, Channel, ContextKeySelector,
    EventConfiguration, EventDataStore, Ingestion, MaxEventSize, ResourcePolicy, StoreStatus,
};
use model::{AccountId, Change, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

/// The name under which SQL knows the built-in store, besides its own.
const EVENTS: &str = "events";

/// The resources of CloudTrail Lake. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shelf {
    /// By id.
    stores: Arc<BTreeMap<String, EventDataStore>>,
    /// By id.
    channels: Arc<BTreeMap<String, Channel>>,
    /// By the channel's id.
    ingestions: Arc<BTreeMap<String, Ingestion>>,
    /// By the resource's ARN.
    policies: Arc<BTreeMap<String, ResourcePolicy>>,
    /// By the store's id.
    configurations: Arc<BTreeMap<String, EventConfiguration>>,
}

impl Shelf {
    /// All stores that were made, of every account. Two of these are the same where they share
    /// their memory.
    pub(crate) const fn stores(&self) -> &Arc<BTreeMap<String, EventDataStore>> {
        &self.stores
    }

    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::EventDataStorePut(store) => {
                Arc::make_mut(&mut self.stores).insert(store.id.clone(), store.clone());
            }
            Change::EventDataStoreRemoved { id } => self.remove_store(id),
            Change::ChannelPut(channel) => {
                Arc::make_mut(&mut self.channels).insert(channel.id.clone(), channel.clone());
            }
            Change::ChannelRemoved { id } => self.remove_channel(id),
            Change::ChannelUsed { id, ingestion } => {
                Arc::make_mut(&mut self.ingestions).insert(id.clone(), ingestion.clone());
            }
            Change::ResourcePolicyPut(policy) => {
                let resource = policy.resource.clone();
                Arc::make_mut(&mut self.policies).insert(resource, policy.clone());
            }
            Change::ResourcePolicyRemoved { resource } => {
                Arc::make_mut(&mut self.policies).remove(resource);
            }
            Change::EventConfigurationPut(configuration) => {
                let store = configuration.store.clone();
                Arc::make_mut(&mut self.configurations).insert(store, configuration.clone());
            }
            _ => {}
        }
    }

    fn remove_store(&mut self, id: &str) {
        if let Some(store) = Arc::make_mut(&mut self.stores).remove(id) {
            Arc::make_mut(&mut self.policies).remove(store.arn().as_str());
        }
        Arc::make_mut(&mut self.configurations).remove(id);
    }

    fn remove_channel(&mut self, id: &str) {
        if let Some(channel) = Arc::make_mut(&mut self.channels).remove(id) {
            Arc::make_mut(&mut self.policies).remove(channel.arn().as_str());
        }
        Arc::make_mut(&mut self.ingestions).remove(id);
    }
}

/// What can stand behind FROM in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is called: its id, its ARN and, where no other store of the account is called so,
    /// its name. To be compared without regard to case.
    pub names: Vec<String>,
    /// Whose records it has.
    pub owner: AccountId,
    /// Records that this store holds; `None` for all of the owner's.
    pub store: Option<String>,
    /// Records from this `eventTime` on; `None` for all.
    pub since: Option<Timestamp>,
    /// Where the store stands: one that is pending deletion must not be asked.
    pub status: StoreStatus,
}

impl Table {
    /// Whether a statement that says `name` means this table: one of its names in any case, or the
    /// ARN, in any region, of a store with one of them.
    pub fn answers_to(&self, name: &str) -> bool {
        let is = |text: &str| self.names.iter().any(|known| known.eq_ignore_ascii_case(text));
        let mut parts = name.splitn(6, ':').skip(4);
        let (account, resource) = (parts.next(), parts.next());
        let id = resource.and_then(|resource| resource.strip_prefix("eventdatastore/"));
        let is_owners = account == Some(self.owner.as_str()) && name.starts_with("arn:");
        is(name) || (self.store.is_none() && is_owners && id.is_some_and(is))
    }
}

impl State {
    /// An event data store that was made, by its id.
    pub fn event_data_store(&self, id: &str) -> Option<&EventDataStore> {
        self.shelf().stores.get(id)
    }

    /// The event data stores that an account made, by id.
    pub fn event_data_stores<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> impl Iterator<Item = &'a EventDataStore> {
        self.shelf().stores.values().filter(move |store| store.account == *account)
    }

    /// The store that every account has in every region, as old as the directory. It holds every
    /// record of the account, for ever.
    pub fn built_in_store(&self, account: &AccountId, region: &str) -> EventDataStore {
        let born = self.birth().map_or(Timestamp(0), |birth| birth.at);
        EventDataStore {
            id: EventDataStore::built_in_id(account),
            name: BUILT_IN_STORE.to_owned(),
            account: account.clone(),
            region: region.to_owned(),
            selectors: everything(),
            multi_region: true,
            retention_days: BillingMode::ExtendableRetentionPricing.days_max(),
            billing: BillingMode::ExtendableRetentionPricing,
            protected: true,
            ingesting: true,
            deleted: None,
            created: born,
            updated: born,
            tags: BTreeMap::new(),
        }
    }

    /// A channel, by its id.
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.shelf().channels.get(id)
    }

    /// The channels of an account, by id.
    pub fn channels<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Channel> {
        self.shelf().channels.values().filter(move |channel| channel.account == *account)
    }

    /// What a channel was last asked to take in.
    pub fn ingestion(&self, channel: &str) -> Option<&Ingestion> {
        self.shelf().ingestions.get(channel)
    }

    /// The policy that stands with a resource.
    pub fn resource_policy(&self, resource: &str) -> Option<&ResourcePolicy> {
        self.shelf().policies.get(resource)
    }

    /// What records carry for an event data store, if it was ever said.
    pub fn event_configuration(&self, store: &str) -> Option<&EventConfiguration> {
        self.shelf().configurations.get(store)
    }

    /// The stores that hold what comes through a channel, as a record names them.
    pub fn destinations(&self, channel: &Channel) -> Option<Arc<str>> {
        let takes = |id: &&String| {
            let status = self.event_data_store(id).map(EventDataStore::status);
            status == Some(StoreStatus::Enabled)
        };
        let mut ids: Vec<&str> =
            channel.destinations.iter().filter(takes).map(String::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        (!ids.is_empty()).then(|| ids.join(",").into())
    }

    /// How large records of an account may be: what the stores that take records say, the largest
    /// of it; `None` where none says anything.
    pub fn max_event_size(&self, account: &AccountId) -> Option<MaxEventSize> {
        let sizes = self.configurations(account).map(|it| it.max_event_size);
        sizes.reduce(|one, other| match (one, other) {
            (MaxEventSize::Standard, MaxEventSize::Standard) => MaxEventSize::Standard,
            _ => MaxEventSize::Large,
        })
    }

    /// The context that records of an account carry: what any store that takes records asks for.
    pub fn context_keys<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> impl Iterator<Item = &'a ContextKeySelector> {
        self.configurations(account).flat_map(|it| &it.context)
    }

    fn configurations<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> impl Iterator<Item = &'a EventConfiguration> {
        let takes = |id: &str| self.event_data_store(id).is_none_or(|store| store.ingesting);
        let all = self.shelf().configurations.values();
        all.filter(move |it| it.account == *account && takes(&it.store))
    }

    /// What an account may ask, as of `now`: the built-in store first, which is called `events`,
    /// `pugmark`, by its id, and by its ARN in any region ([`Table::answers_to`]).
    pub fn tables(&self, account: &AccountId, now: Timestamp) -> Vec<Table> {
        let own: Vec<&EventDataStore> =
            self.event_data_stores(account).filter(|store| !store.is_gone(now)).collect();
        let mut tables = vec![built_in_table(account)];
        tables.extend(own.iter().map(|store| {
            let named = |other: &&&EventDataStore| other.name.eq_ignore_ascii_case(&store.name);
            let is_alone = own.iter().filter(named).count() == 1 && !is_taken(&store.name);
            table(store, is_alone, now)
        }));
        tables
    }
}

/// Whether a name means the built-in store.
fn is_taken(name: &str) -> bool {
    [EVENTS, BUILT_IN_STORE].iter().any(|taken| taken.eq_ignore_ascii_case(name))
}

fn built_in_table(account: &AccountId) -> Table {
    let id = EventDataStore::built_in_id(account);
    Table {
        names: vec![EVENTS.to_owned(), BUILT_IN_STORE.to_owned(), id],
        owner: account.clone(),
        store: None,
        since: None,
        status: StoreStatus::Enabled,
    }
}

fn table(store: &EventDataStore, by_name: bool, now: Timestamp) -> Table {
    let mut names = vec![store.id.clone(), store.arn().to_string()];
    names.extend(by_name.then(|| store.name.clone()));
    let kept_ms = i64::from(store.retention_days) * DAY_MS;
    Table {
        names,
        owner: store.account.clone(),
        store: Some(store.id.clone()),
        since: Some(Timestamp(now.0.saturating_sub(kept_ms))),
        status: store.status(),
    }
}

/// What the built-in store shows as its selectors: AWS has no word for "everything".
fn everything() -> Vec<AdvancedEventSelector> {
    ["Management", "Data", "NetworkActivity", "Insight", "ActivityAuditLog"]
        .map(|category| AdvancedEventSelector::of_category("Everything", category))
        .to_vec()
}
