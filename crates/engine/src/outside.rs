//! Buckets of others, into which trails may deliver. Which there are is said by the configuration
//! and kept as State: so whoever replays the journal knows which files lie where nobody here can
//! look, and a handler knows without being told.

use crate::State;
use crate::archive::Archive;
use crate::engine::commit;
use crate::error::Error;
use crate::shared::Shared;
use model::resource::OutsideBucket;
use model::{Change, Effect};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What an engine is told of buckets of others.
#[derive(Clone, Debug)]
pub struct Outside {
    /// All of them; their names differ.
    pub buckets: Vec<OutsideBucket>,
    /// What puts files into them, by the bucket that [`model::resource::PlannedFile`] names.
    pub archive: Arc<dyn Archive>,
}

impl Outside {
    /// The archive and a bucket, for every bucket.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Arc<dyn Archive>, String)> {
        self.buckets.iter().map(|bucket| (Arc::clone(&self.archive), bucket.name.clone()))
    }
}

/// Buckets of others by name. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutsideBuckets {
    by_name: Arc<BTreeMap<String, OutsideBucket>>,
}

impl OutsideBuckets {
    /// These are all from now on.
    pub(crate) fn set(&mut self, buckets: &[OutsideBucket]) {
        let named = buckets.iter().map(|bucket| (bucket.name.clone(), bucket.clone()));
        self.by_name = Arc::new(named.collect());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OutsideBucket> {
        self.by_name.get(name)
    }

    /// Whether these are all.
    fn are(&self, buckets: &[OutsideBucket]) -> bool {
        let same = |bucket: &OutsideBucket| self.by_name.get(&bucket.name) == Some(bucket);
        buckets.len() == self.by_name.len() && buckets.iter().all(same)
    }
}

impl State {
    /// The bucket of others of this name.
    ///
    /// INVARIANT (one bucket a name): none of ours has the name: the start refuses where one has,
    /// and `CreateBucket` refuses to make one.
    pub fn outside_bucket(&self, name: &str) -> Option<&OutsideBucket> {
        self.outside_room().get(name)
    }
}

/// Makes State say what the engine was told, if it was told anything.
pub(crate) fn settle(shared: &Arc<Shared>, path: &Path) -> Result<(), Error> {
    let Some(told) = &shared.settings.outside else { return Ok(()) };
    let state = shared.state();
    if let Some(here) = told.buckets.iter().find(|bucket| state.bucket(&bucket.name).is_some()) {
        return Err(Error::BucketHere { name: here.name.clone(), path: path.to_owned() });
    }
    if state.outside_room().are(&told.buckets) {
        return Ok(());
    }
    let effect = Effect::from(Change::OutsideBucketsSet(told.buckets.clone()));
    commit(shared, move |_| ((), effect)).wait()?.into_inner();
    Ok(())
}
