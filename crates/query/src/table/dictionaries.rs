//! Dictionaries of parts as Arrow arrays, kept between statements.

use arrow::array::{Array, StringViewArray, StringViewBuilder};
use lake::{Coded, Path};
use model::PartId;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

type Key = (PartId, Path);

/// The distinct values of columns, each with NULL before the first, within a budget of bytes.
#[derive(Clone, Debug)]
pub struct Dictionaries(Arc<Cache<Key, Arc<StringViewArray>, Weights>>);

#[derive(Clone, Debug)]
struct Weights;

impl Weighter<Key, Arc<StringViewArray>> for Weights {
    fn weight(&self, _: &Key, array: &Arc<StringViewArray>) -> u64 {
        array.get_array_memory_size() as u64 + 256
    }
}

impl Dictionaries {
    /// Keeps at most about `bytes`.
    pub fn new(bytes: u64) -> Self {
        Self(Arc::new(Cache::with_weighter((bytes / 16_384).max(64) as usize, bytes, Weights)))
    }

    /// The values of a column by code; at code 0 there is NULL.
    pub(crate) fn of(&self, part: &PartId, path: &Path, coded: &Coded) -> Arc<StringViewArray> {
        let key = (part.clone(), path.clone());
        if let Some(found) = self.0.get(&key) {
            return found;
        }
        let mut values = StringViewBuilder::with_capacity(coded.len() + 1);
        for code in 0..=coded.len() as u32 {
            values.append_option(coded.text(code));
        }
        let values = Arc::new(values.finish());
        self.0.insert(key, Arc::clone(&values));
        values
    }
}
