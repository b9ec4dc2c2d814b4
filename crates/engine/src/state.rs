//! What is kept: the hot half in memory; the cold half, whatever there may be any number of, in
//! runs on disk. Changed only by the writer, only by replaying [`Change`]s; everybody else holds an
//! unmoving copy.

use crate::bucket_imports::BucketImports;
use crate::buckets::Buckets;
use crate::delivered::{self, DeliveredFile};
use crate::deliveries::Deliveries;
use crate::digest_keys::DigestKeys;
use crate::keys::Keys;
use crate::objects::steps;
use crate::outside::OutsideBuckets;
use crate::shelf::Shelf;
use crate::topics::Topics;
use crate::trails::Trails;
use model::resource::{AccessKey, Birth, Import, Query, User};
use model::{AccountId, Change, PartId, PartMeta, Seq};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ended imports remembered; older ones are in the log of records only.
const IMPORTS_MAX: usize = 100;

/// The user that the first start makes.
pub(crate) const ADMIN: &str = "admin";

/// All that is kept, as of one moment. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    birth: Option<Arc<Birth>>,
    users: Arc<BTreeMap<String, User>>,
    access_keys: Arc<BTreeMap<String, AccessKey>>,
    parts: Arc<BTreeMap<PartId, PartMeta>>,
    imports: Arc<BTreeMap<String, Import>>,
    #[serde(default)]
    queries: Arc<BTreeMap<String, Arc<Query>>>,
    shelf: Shelf,
    #[serde(default)]
    buckets: Buckets,
    #[serde(default)]
    bucket_imports: BucketImports,
    #[serde(default)]
    trails: Trails,
    #[serde(default)]
    cold: cold::Store,
    /// Above the order of every version that there ever was.
    #[serde(default)]
    next_order: u64,
    #[serde(default)]
    deliveries: Deliveries,
    #[serde(default)]
    digest_keys: DigestKeys,
    #[serde(default)]
    keys: Keys,
    #[serde(default)]
    topics: Topics,
    #[serde(default)]
    outside: OutsideBuckets,
    conflicts: u64,
    next_seq: Seq,
    sealed_to: Seq,
}

fn user_key(account: &AccountId, name: &str) -> String {
    format!("{account}/{name}")
}

impl State {
    /// How the directory began. `None` only before its first frame.
    pub fn birth(&self) -> Option<&Birth> {
        self.birth.as_deref()
    }

    /// A user of an account.
    pub fn user(&self, account: &AccountId, name: &str) -> Option<&User> {
        self.users.get(&user_key(account, name))
    }

    /// A long-lived key.
    pub fn access_key(&self, id: &str) -> Option<&AccessKey> {
        self.access_keys.get(id)
    }

    /// All long-lived keys, by id.
    pub fn access_keys(&self) -> impl Iterator<Item = &AccessKey> {
        self.access_keys.values()
    }

    /// The key that the first start made.
    pub(crate) fn admin_key(&self) -> Option<&AccessKey> {
        let account = &self.birth()?.account;
        let own = self.access_keys().filter(|key| key.user == ADMIN && key.account == *account);
        own.min_by_key(|key| key.created)
    }

    /// An import, as of its last commit.
    pub fn import(&self, id: &str) -> Option<&Import> {
        self.imports.get(id)
    }

    /// All imports remembered.
    pub fn imports(&self) -> impl Iterator<Item = &Import> {
        self.imports.values()
    }

    /// A query, as of its last commit.
    pub(crate) fn query(&self, id: &str) -> Option<&Query> {
        self.queries.get(id).map(|query| &**query)
    }

    /// All queries remembered.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.queries.values().map(|query| &**query)
    }

    /// The manifest.
    pub fn parts(&self) -> impl Iterator<Item = &PartMeta> {
        self.parts.values()
    }

    /// A live part.
    pub fn part(&self, id: &PartId) -> Option<&PartMeta> {
        self.parts.get(id)
    }

    /// Records that came with the id of another and other bytes.
    pub const fn conflicts(&self) -> u64 {
        self.conflicts
    }

    /// The number of the next record.
    pub const fn next_seq(&self) -> Seq {
        self.next_seq
    }

    /// Records below this number are in parts (or gone by retention), not in the tail.
    pub const fn sealed_to(&self) -> Seq {
        self.sealed_to
    }

    /// What CloudTrail Lake is told to keep.
    pub(crate) const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub(crate) const fn rooms_of_buckets(&self) -> &Buckets {
        &self.buckets
    }

    pub(crate) const fn rooms_of_bucket_imports(&self) -> &BucketImports {
        &self.bucket_imports
    }

    /// The trails, and what their deliveries came to.
    pub(crate) const fn trail_room(&self) -> &Trails {
        &self.trails
    }

    /// The cold half.
    pub(crate) const fn cold(&self) -> &cold::Store {
        &self.cold
    }

    /// The cold half, for what does not change what it holds.
    pub(crate) const fn cold_mut(&mut self) -> &mut cold::Store {
        &mut self.cold
    }

    /// All but the cold half.
    pub(crate) fn hot(&self) -> Self {
        Self { cold: cold::Store::default(), ..self.clone() }
    }

    /// The order that the next version of an object gets.
    pub const fn next_order(&self) -> u64 {
        self.next_order
    }

    /// State as it would be after a step; for handlers whose later steps must see their earlier
    /// ones. It goes nowhere.
    #[must_use]
    pub fn after(&self, changes: &[Change]) -> Self {
        let mut after = self.clone();
        changes.iter().for_each(|change| after.apply(change));
        after
    }

    /// How far deliveries have got.
    pub(crate) const fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// The keys that sign digests.
    pub(crate) const fn digest_key_room(&self) -> &DigestKeys {
        &self.digest_keys
    }

    /// What KMS is told to keep.
    pub(crate) const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// What SNS is told to keep.
    pub(crate) const fn topic_room(&self) -> &Topics {
        &self.topics
    }

    /// The buckets of others.
    pub(crate) const fn outside_room(&self) -> &OutsideBuckets {
        &self.outside
    }

    pub(crate) fn advance(&mut self, to: Seq) {
        self.next_seq = to;
        self.deliveries.advance(to);
    }

    /// Takes one step.
    pub(crate) fn apply(&mut self, change: &Change) {
        self.note_delivered(change);
        self.deliveries.apply(change, self.next_seq);
        match change {
            Change::Born(birth) => self.birth = Some(Arc::new(birth.clone())),
            Change::UserPut(user) => {
                let key = user_key(&user.account, &user.name);
                Arc::make_mut(&mut self.users).insert(key, user.clone());
            }
            Change::AccessKeyPut(key) => {
                Arc::make_mut(&mut self.access_keys).insert(key.id.clone(), key.clone());
            }
            Change::PartsReplaced { added, removed, sealed_to } => {
                let parts = Arc::make_mut(&mut self.parts);
                removed.iter().for_each(|id| drop(parts.remove(id)));
                // A name stands for content: what came again, to the last byte, is there already.
                for part in added {
                    parts.entry(part.id.clone()).or_insert_with(|| part.clone());
                }
                self.sealed_to = sealed_to.map_or(self.sealed_to, Seq);
            }
            Change::ImportPut(import) => self.put_import(import),
            Change::QueryPut(query) => self.put_query(query),
            Change::QueriesForgotten(ids) => {
                let queries = Arc::make_mut(&mut self.queries);
                ids.iter().for_each(|id| drop(queries.remove(id)));
            }
            Change::Reset => self.reset(),
            Change::ConflictFound { count } => self.conflicts += count,
            Change::EventDataStorePut(_)
            | Change::EventDataStoreRemoved { .. }
            | Change::ChannelPut(_)
            | Change::ChannelRemoved { .. }
            | Change::ChannelUsed { .. }
            | Change::ResourcePolicyPut(_)
            | Change::ResourcePolicyRemoved { .. }
            | Change::EventConfigurationPut(_) => self.shelf.apply(change),
            Change::BucketPut(_) | Change::BucketRemoved { .. } => self.buckets.apply(change),
            Change::BucketImportPut(_)
            | Change::BucketImportAdvanced { .. }
            | Change::BucketImportForgotten { .. } => {
                self.bucket_imports.apply(&mut self.cold, change);
            }
            Change::TrailPut(_)
            | Change::TrailRemoved { .. }
            | Change::DeliveryStatusPut { .. } => self.trails.apply(change),
            Change::ObjectPut(object) => {
                self.next_order = self.next_order.max(object.order.saturating_add(1));
                steps::apply(&mut self.cold, change);
            }
            Change::ObjectRemoved { .. }
            | Change::ObjectExpired(_)
            | Change::UploadPut(_)
            | Change::UploadPartPut { .. }
            | Change::UploadRemoved { .. } => steps::apply(&mut self.cold, change),
            Change::DigestKeyPut(_) => self.digest_keys.apply(change),
            Change::LedgerAdvanced { .. }
            | Change::DeliveryPlanned { .. }
            | Change::Delivered { .. }
            | Change::DeliveryDropped { .. } => {}
            Change::KmsKeyPut(_)
            | Change::KmsKeyRemoved { .. }
            | Change::KmsAliasPut(_)
            | Change::KmsAliasRemoved { .. } => self.keys.apply(change),
            Change::TopicPut(_) | Change::TopicRemoved { .. } => self.topics.apply(change),
            Change::OutsideBucketsSet(buckets) => self.outside.set(buckets),
        }
    }

    /// A plan that is gone was confirmed before.
    fn note_delivered(&mut self, change: &Change) {
        let (trail, number, at) = match change {
            Change::Delivered { trail, number, at } => (trail, number, Some(*at)),
            Change::DeliveryDropped { trail, number } => (trail, number, None),
            _ => return,
        };
        let course = self.deliveries.course(trail).map(Arc::clone);
        let Some(course) = course else { return };
        let Some(file) = course.planned.get(number) else { return };
        match at {
            Some(at) => {
                let outside = self.outside.get(&file.bucket).is_some();
                let trail = course.trail.arn().to_string();
                let noted = DeliveredFile { trail, file: (**file).clone(), at, outside };
                delivered::note(&mut self.cold, &course.trail.id, &noted);
            }
            None => delivered::note_given_up(&mut self.cold, &course.trail, file),
        }
    }

    fn reset(&mut self) {
        self.parts = Arc::default();
        self.imports = Arc::default();
        self.queries = Arc::default();
        self.shelf = Shelf::default();
        self.buckets = Buckets::default();
        self.bucket_imports = BucketImports::default();
        self.trails = Trails::default();
        self.cold = cold::Store::default();
        self.deliveries = Deliveries::default();
        self.keys = Keys::default();
        self.topics = Topics::default();
        self.conflicts = 0;
        self.sealed_to = self.next_seq;
        if let Some(birth) = &mut self.birth {
            Arc::make_mut(birth).generation += 1;
        }
    }

    fn put_query(&mut self, query: &Query) {
        let query = Arc::new(query.clone());
        Arc::make_mut(&mut self.queries).insert(query.id.clone(), query);
    }

    fn put_import(&mut self, import: &Import) {
        let imports = Arc::make_mut(&mut self.imports);
        imports.insert(import.id.clone(), import.clone());
        while imports.len() > IMPORTS_MAX {
            let ended = imports.values().filter(|import| import.ended.is_some());
            let oldest = ended.min_by_key(|import| import.ended).map(|import| import.id.clone());
            let Some(oldest) = oldest else { return };
            imports.remove(&oldest);
        }
    }
}
