//! Which event data stores hold a record: decided once, when it comes in.

use crate::State;
use lake::Entry;
use model::resource::{EventDataStore, StoreStatus};
use model::{AccountId, Field};
use pattern::EventSelectors;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The stores' selectors, compiled; made anew only when a store was changed.
#[derive(Debug, Default)]
pub(crate) struct Memberships {
    /// What was compiled. Held, so that no other list can come to lie where it lies.
    of: Arc<BTreeMap<String, EventDataStore>>,
    /// The stores that take records, by their account, each list by id.
    members: HashMap<AccountId, Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    id: Box<str>,
    /// The only region it takes records of.
    region: Option<Box<str>>,
    selectors: EventSelectors,
}

impl Memberships {
    /// The ids of the stores that hold a record, ascending, joined by commas.
    pub(crate) fn of(&mut self, state: &State, entry: &Entry) -> Option<Arc<str>> {
        self.refresh(state);
        let members = self.members.get(&entry.record.owner)?;
        let mut ids = String::new();
        for member in members.iter().filter(|member| member.holds(entry)) {
            if !ids.is_empty() {
                ids.push(',');
            }
            ids.push_str(&member.id);
        }
        (!ids.is_empty()).then(|| ids.into())
    }

    fn refresh(&mut self, state: &State) {
        let stores = state.shelf().stores();
        if Arc::ptr_eq(&self.of, stores) {
            return;
        }
        self.members.clear();
        for store in stores.values().filter(|store| store.status() == StoreStatus::Enabled) {
            // What is kept was checked when it was given.
            if let Ok(selectors) = EventSelectors::compile(&store.selectors) {
                let region = (!store.multi_region).then(|| store.region.as_str().into());
                let member = Member { id: store.id.as_str().into(), region, selectors };
                self.members.entry(store.account.clone()).or_default().push(member);
            }
        }
        self.of = Arc::clone(stores);
    }
}

impl Member {
    fn holds(&self, entry: &Entry) -> bool {
        let view = entry.view();
        let at_home = self
            .region
            .as_deref()
            .is_none_or(|region| view.text(Field::AwsRegion).is_some_and(|found| found == region));
        at_home && self.selectors.matches(&view)
    }
}
