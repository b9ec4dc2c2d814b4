//! A part that this process has open, and its place in the cache.

use crate::cache::PartCache;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers the parts opened by this process, so that cache keys are short.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// The number of an open part. When nobody has the part open any more, what was kept of it may go:
/// nothing asks for that number again.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) number: u64,
    pub(crate) cache: PartCache,
}

impl Opened {
    pub(crate) fn new(cache: &PartCache) -> Self {
        Self { number: OPENED.fetch_add(1, Ordering::Relaxed), cache: cache.clone() }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.cache.forget(self.number);
    }
}
