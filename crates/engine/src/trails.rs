//! The trails of all accounts, and what their deliveries came to.

use crate::State;
use model::resource::{DeliveryStatus, Trail};
use model::{AccountId, Arn, Change};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most trails that may be seen in one region of an account: those made there, and those of other
/// regions that take records of all.
pub const TRAILS_MAX: usize = 5;

/// Trails. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trails {
    /// By ARN.
    trails: Arc<BTreeMap<String, Trail>>,
    /// By the trail's id, then by region.
    deliveries: Arc<BTreeMap<String, BTreeMap<String, DeliveryStatus>>>,
}

impl Trails {
    /// All trails, by ARN. Two of these are the same where they share their memory.
    pub(crate) const fn all(&self) -> &Arc<BTreeMap<String, Trail>> {
        &self.trails
    }

    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::TrailPut(trail) => {
                Arc::make_mut(&mut self.trails).insert(trail.arn().to_string(), trail.clone());
            }
            Change::TrailRemoved { arn } => self.remove(arn),
            Change::DeliveryStatusPut { trail, region, status } => {
                self.put_delivery(trail, region, status);
            }
            _ => {}
        }
    }

    /// What comes after the trail is gone is forgotten with it.
    fn put_delivery(&mut self, trail: &str, region: &str, status: &DeliveryStatus) {
        if self.trails.values().any(|it| it.id == trail) {
            let deliveries = Arc::make_mut(&mut self.deliveries);
            let regions = deliveries.entry(trail.to_owned()).or_default();
            regions.insert(region.to_owned(), status.clone());
        }
    }

    fn remove(&mut self, arn: &str) {
        if let Some(trail) = Arc::make_mut(&mut self.trails).remove(arn) {
            Arc::make_mut(&mut self.deliveries).remove(&trail.id);
        }
    }
}

/// A region that would see more trails of the account than may be, if this one were made or
/// changed so.
pub fn full_region(state: &State, trail: &Trail) -> Option<String> {
    let others = || state.trails().filter(|it| it.account == trail.account && it.id != trail.id);
    let mut regions: Vec<&str> = vec![&trail.home_region];
    if trail.multi_region {
        regions.extend(others().map(|it| it.home_region.as_str()));
    }
    let is_full = |region: &&str| others().filter(|it| it.is_seen_in(region)).count() >= TRAILS_MAX;
    regions.into_iter().find(is_full).map(str::to_owned)
}

impl State {
    /// Every trail of every account, by ARN.
    pub fn trails(&self) -> impl Iterator<Item = &Trail> {
        self.trail_room().trails.values()
    }

    /// The trail of an ARN.
    pub fn trail(&self, arn: &str) -> Option<&Trail> {
        self.trail_room().trails.get(arn)
    }

    /// The trail that records name so.
    pub fn trail_by_id(&self, id: &str) -> Option<&Trail> {
        self.trails().find(|trail| trail.id == id)
    }

    /// The trail of this name that was made in a region.
    pub fn trail_at_home(&self, account: &AccountId, region: &str, name: &str) -> Option<&Trail> {
        self.trail(Arn::trail(region, account, name).as_str())
    }

    /// The trails of an account that are seen in a region, by ARN: those made there and, as
    /// shadows, those of other regions that take records of all.
    pub fn trails_seen<'a>(
        &'a self,
        account: &'a AccountId,
        region: &'a str,
    ) -> impl Iterator<Item = &'a Trail> {
        self.trails().filter(move |trail| trail.account == *account && trail.is_seen_in(region))
    }

    /// What the deliveries of a trail's records of one region came to; nothing at first.
    pub fn delivery_status(&self, trail: &str, region: &str) -> DeliveryStatus {
        let regions = self.trail_room().deliveries.get(trail);
        regions.and_then(|regions| regions.get(region)).cloned().unwrap_or_default()
    }
}
