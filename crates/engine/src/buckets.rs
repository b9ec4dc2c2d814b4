//! The buckets of all accounts: their names are unique among them all.

use crate::State;
use model::resource::Bucket;
use model::{AccountId, Change};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Buckets by name. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Buckets {
    by_name: Arc<BTreeMap<String, Arc<Bucket>>>,
}

impl Buckets {
    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::BucketPut(bucket) => {
                let bucket = Arc::new((**bucket).clone());
                Arc::make_mut(&mut self.by_name).insert(bucket.name.clone(), bucket);
            }
            Change::BucketRemoved { name } => {
                Arc::make_mut(&mut self.by_name).remove(name);
            }
            _ => {}
        }
    }
}

impl State {
    /// The bucket of this name, whoever owns it.
    pub fn bucket(&self, name: &str) -> Option<&Arc<Bucket>> {
        self.rooms_of_buckets().by_name.get(name)
    }

    /// All buckets from a name on, by name.
    pub(crate) fn buckets_from<'a>(
        &'a self,
        from: &str,
    ) -> impl Iterator<Item = &'a Arc<Bucket>> + use<'a> {
        let from = (Bound::Included(from), Bound::Unbounded);
        self.rooms_of_buckets().by_name.range::<str, _>(from).map(|(_, bucket)| bucket)
    }

    /// An account's buckets, by name.
    pub fn buckets<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Arc<Bucket>> {
        self.rooms_of_buckets().by_name.values().filter(move |it| it.account == *account)
    }
}
