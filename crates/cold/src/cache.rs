//! Blocks that were read and may be asked for again, within a budget of bytes.

use crate::block::Block;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Blocks of all runs of a data directory. Copies are the same cache.
#[derive(Clone, Debug)]
pub struct BlockCache(Arc<Cache<Key, Arc<Block>, Weights>>);

/// A run, by number of opening, and the block's place in it.
type Key = (u64, usize);

/// Weighs blocks in bytes.
#[derive(Clone, Debug)]
struct Weights;

impl Weighter<Key, Arc<Block>> for Weights {
    fn weight(&self, _: &Key, block: &Arc<Block>) -> u64 {
        block.weight() as u64
    }
}

/// A number that no other opened run has.
pub(crate) fn next_serial() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl BlockCache {
    /// A cache that holds at most about `bytes`.
    pub fn new(bytes: u64) -> Self {
        Self(Arc::new(Cache::with_weighter((bytes / 16_384).max(64) as usize, bytes, Weights)))
    }

    /// Bytes held now.
    pub fn weight(&self) -> u64 {
        self.0.weight()
    }

    pub(crate) fn find(&self, key: Key) -> Option<Arc<Block>> {
        self.0.get(&key)
    }

    pub(crate) fn keep(&self, key: Key, block: Arc<Block>) {
        self.0.insert(key, block);
    }
}
