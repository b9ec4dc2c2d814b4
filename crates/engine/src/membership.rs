//! Which event data stores and trails hold a record: decided once, when it comes in.

use crate::State;
use lake::Entry;
use model::resource::{EventDataStore, StoreStatus, Trail};
use model::{AccountId, Change, Field, RecordView, Tree, json};
use pattern::EventSelectors;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Where records of services without a region say that they happened.
const GLOBAL_REGION: &str = "us-east-1";

/// Services without a region.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>
const GLOBAL_SOURCES: [&str; 3] =
    ["cloudfront.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com"];

/// Who puts the files of trails into buckets.
const OURSELVES: &str = "cloudtrail.amazonaws.com";

/// The selectors of stores and trails, compiled; made anew only when one of them was changed.
#[derive(Debug, Default)]
pub(crate) struct Memberships {
    /// What was compiled. Held, so that no other list can come to lie where it lies.
    stores: Arc<BTreeMap<String, EventDataStore>>,
    trails: Arc<BTreeMap<String, Trail>>,
    /// Those that take records, by their account, each list by id.
    members: HashMap<AccountId, Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    id: Box<str>,
    /// The only region it takes records of.
    region: Option<Box<str>>,
    selectors: EventSelectors,
    /// What trails ask besides.
    trail: Option<OfTrail>,
}

#[derive(Debug)]
struct OfTrail {
    include_global: bool,
    bucket: Box<str>,
}

impl Memberships {
    /// The ids of the stores and trails that hold a record, ascending, joined by commas.
    pub(crate) fn of(&mut self, state: &State, entry: &Entry) -> Option<Arc<str>> {
        self.refresh(state);
        let members = self.members.get(&entry.record.owner)?;
        joined(members.iter().filter(|member| member.holds(entry)).map(|member| &*member.id))
    }

    /// As [`Memberships::of`], for the record of a call that changes trails: it is also in those
    /// that would have held it before. Whoever stops a trail, or narrows it, is seen in it.
    pub(crate) fn of_change(
        &mut self,
        before: &State,
        after: &State,
        entry: &Entry,
    ) -> Option<Arc<str>> {
        self.refresh(before);
        let members = self.members.get(&entry.record.owner).into_iter().flatten();
        let held = members.filter(|member| member.trail.is_some() && member.holds(entry));
        let held: Vec<Box<str>> = held.map(|member| member.id.clone()).collect();
        let now = self.of(after, entry);
        let mut ids: Vec<&str> = now.iter().flat_map(|ids| ids.split(',')).collect();
        ids.extend(held.iter().map(|id| &**id));
        ids.sort_unstable();
        ids.dedup();
        joined(ids.into_iter())
    }

    fn refresh(&mut self, state: &State) {
        let (stores, trails) = (state.shelf().stores(), state.trail_room().all());
        if Arc::ptr_eq(&self.stores, stores) && Arc::ptr_eq(&self.trails, trails) {
            return;
        }
        self.members.clear();
        for store in stores.values().filter(|store| store.status() == StoreStatus::Enabled) {
            self.add(&store.account, Member::of_store(store));
        }
        for trail in trails.values().filter(|trail| trail.logging) {
            self.add(&trail.account, Member::of_trail(trail));
        }
        self.members.values_mut().for_each(|members| members.sort_by(|a, b| a.id.cmp(&b.id)));
        (self.stores, self.trails) = (Arc::clone(stores), Arc::clone(trails));
    }

    fn add(&mut self, account: &AccountId, member: Option<Member>) {
        if let Some(member) = member {
            self.members.entry(account.clone()).or_default().push(member);
        }
    }
}

/// Whether a change may decide about its own record.
pub(crate) const fn is_of_trail(change: &Change) -> bool {
    matches!(change, Change::TrailPut(_) | Change::TrailRemoved { .. })
}

fn joined<'a>(ids: impl Iterator<Item = &'a str>) -> Option<Arc<str>> {
    let mut text = String::new();
    for id in ids {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(id);
    }
    (!text.is_empty()).then(|| text.into())
}

impl Member {
    /// What is kept was checked when it was given; what does not compile holds nothing.
    fn of_store(store: &EventDataStore) -> Option<Self> {
        Some(Self {
            id: store.id.as_str().into(),
            region: (!store.multi_region).then(|| store.region.as_str().into()),
            selectors: EventSelectors::compile(&store.selectors).ok()?,
            trail: None,
        })
    }

    fn of_trail(trail: &Trail) -> Option<Self> {
        Some(Self {
            id: trail.id.as_str().into(),
            region: (!trail.multi_region).then(|| trail.home_region.as_str().into()),
            selectors: EventSelectors::compile_for_trail(&trail.selectors).ok()?,
            trail: Some(OfTrail {
                include_global: trail.include_global,
                bucket: trail.bucket.as_str().into(),
            }),
        })
    }

    fn holds(&self, entry: &Entry) -> bool {
        let view = entry.view();
        let at_home =
            self.region.as_deref().is_none_or(|region| is(&view, Field::AwsRegion, region));
        at_home
            && self.trail.as_ref().is_none_or(|trail| trail.holds(&view))
            && self.selectors.matches(&view)
    }
}

impl OfTrail {
    fn holds(&self, view: &RecordView<'_>) -> bool {
        (self.include_global || !is_global(view)) && !self.is_own_delivery(view)
    }

    /// Whether a record tells that the trail's own bucket got a file: one that came into that file
    /// would call for the next.
    fn is_own_delivery(&self, view: &RecordView<'_>) -> bool {
        is(view, Field::InvokedBy, OURSELVES)
            && is(view, Field::EventSource, "s3.amazonaws.com")
            && is(view, Field::EventName, "PutObject")
            && bucket(view).is_some_and(|bucket| bucket == *self.bucket)
    }
}

/// Whether a record is of a service without a region. Such a service also has endpoints in
/// regions; their records name those.
fn is_global(view: &RecordView<'_>) -> bool {
    is(view, Field::AwsRegion, GLOBAL_REGION)
        && GLOBAL_SOURCES.iter().any(|source| is(view, Field::EventSource, source))
}

fn is(view: &RecordView<'_>, field: Field, expected: &str) -> bool {
    view.text(field).is_some_and(|found| found == expected)
}

fn bucket<'a>(view: &RecordView<'a>) -> Option<std::borrow::Cow<'a, str>> {
    json::member(view.tree(Tree::RequestParameters)?, "bucketName").and_then(json::text)
}
