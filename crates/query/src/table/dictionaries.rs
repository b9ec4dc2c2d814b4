//! Dictionaries of parts as Arrow arrays, and how often each value occurs, kept between
//! statements.

use crate::table::lexicon::Lexicon;
use arrow::array::{Array, StringViewArray, StringViewBuilder};
use lake::{Coded, Part, Path};
use model::PartId;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

type Key = (PartId, Path);

/// The distinct values of columns, each with NULL before the first, within a budget of bytes.
#[derive(Clone, Debug)]
pub struct Dictionaries {
    values: Arc<Cache<Key, Arc<StringViewArray>, Weights>>,
    counts: Arc<Cache<Key, Arc<[u32]>, Weights>>,
    numbers: Arc<Cache<Key, Arc<[u32]>, Weights>>,
    lexicon: Arc<Lexicon>,
}

/// The share of the budget that counts may take; numbers and the lexicon may take as much each.
const COUNTS_SHARE: u64 = 8;

/// What the codes of a column stand for.
#[derive(Clone, Debug)]
pub(crate) enum Words {
    /// For values with these numbers in the lexicon.
    Numbered(Arc<[u32]>),
    /// For these values.
    Spelled(Arc<StringViewArray>),
}

#[derive(Clone, Debug)]
struct Weights;

impl Weighter<Key, Arc<StringViewArray>> for Weights {
    fn weight(&self, _: &Key, array: &Arc<StringViewArray>) -> u64 {
        array.get_array_memory_size() as u64 + 256
    }
}

impl Weighter<Key, Arc<[u32]>> for Weights {
    fn weight(&self, _: &Key, counts: &Arc<[u32]>) -> u64 {
        counts.len() as u64 * 4 + 256
    }
}

impl Dictionaries {
    /// Keeps at most about `bytes`.
    pub fn new(bytes: u64) -> Self {
        let items = (bytes / 16_384).max(64) as usize;
        let counts = bytes / COUNTS_SHARE;
        Self {
            values: Arc::new(Cache::with_weighter(items, bytes - 3 * counts, Weights)),
            counts: Arc::new(Cache::with_weighter(items, counts, Weights)),
            numbers: Arc::new(Cache::with_weighter(items, counts, Weights)),
            lexicon: Arc::new(Lexicon::new(counts as usize)),
        }
    }

    /// The values of numbers.
    pub(crate) fn texts(&self, numbers: &[u32]) -> Vec<Option<Arc<str>>> {
        self.lexicon.texts(numbers)
    }

    /// The numbers of those texts that have one.
    pub(crate) fn known<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<Option<u32>> {
        self.lexicon.known(texts)
    }

    /// What the codes of a column stand for: numbers, where there is room for all its values.
    pub(crate) fn words(&self, part: &PartId, path: &Path, coded: &Coded) -> Words {
        let key = (part.clone(), path.clone());
        if let Some(found) = self.numbers.get(&key) {
            return Words::Numbered(found);
        }
        let Some(numbers) = self.lexicon.of(coded) else {
            return Words::Spelled(self.of(part, path, coded));
        };
        self.numbers.insert(key, Arc::clone(&numbers));
        Words::Numbered(numbers)
    }

    /// How many of all rows of a part have each code.
    pub(crate) fn counts(&self, part: &Part, path: &Path, coded: &Coded) -> Arc<[u32]> {
        let key = (part.meta.id.clone(), path.clone());
        if let Some(found) = self.counts.get(&key) {
            return found;
        }
        let mut counts = vec![0u32; coded.len() + 1];
        for row in 0..part.rows() {
            counts.get_mut(coded.at(row) as usize).into_iter().for_each(|count| *count += 1);
        }
        let counts: Arc<[u32]> = counts.into();
        self.counts.insert(key, Arc::clone(&counts));
        counts
    }

    /// The values of a column by code; at code 0 there is NULL.
    pub(crate) fn of(&self, part: &PartId, path: &Path, coded: &Coded) -> Arc<StringViewArray> {
        let key = (part.clone(), path.clone());
        if let Some(found) = self.values.get(&key) {
            return found;
        }
        let mut values = StringViewBuilder::with_capacity(coded.len() + 1);
        for code in 0..=coded.len() as u32 {
            values.append_option(coded.text(code));
        }
        let values = Arc::new(values.finish());
        self.values.insert(key, Arc::clone(&values));
        values
    }
}
