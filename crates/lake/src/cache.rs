//! What was read of parts and may be asked for again, within a budget of bytes.

use crate::bits::Packed;
use crate::block::Block;
use crate::counted::Counted;
use crate::dictionary::Dictionary;
use crate::error::Corrupt;
use crate::facet::Facet;
use crate::link::Links;
use crate::names::Names;
use crate::postings::Postings;
use crate::shape::Shape;
use crate::spot::Located;
use crate::uses::Uses;
use crate::{column, format};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Decoded sections and blocks of all parts.
#[derive(Debug, Clone)]
pub struct PartCache(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    all: Cache<CacheKey, Loaded, Weights>,
    /// Parts that are closed, of which something may still be here.
    closed: Mutex<HashSet<u64>>,
}

/// Closed parts that are cleared away together: it takes a look at all that is kept.
const CLOSED_MAX: usize = 16;

/// Part (by number of opening) and section, block, list of links, path (by hash), facet, or uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CacheKey {
    Section(u64, format::SectionKey),
    Block(u64, u32),
    Links(u64),
    Path(u64, u64),
    Counted(u64, Facet),
    Uses(u64),
}

impl CacheKey {
    const fn part(&self) -> u64 {
        match self {
            Self::Section(part, _)
            | Self::Block(part, _)
            | Self::Links(part)
            | Self::Path(part, _)
            | Self::Counted(part, _)
            | Self::Uses(part) => *part,
        }
    }
}

/// A section or block, decoded.
#[derive(Clone, Debug)]
pub(crate) enum Loaded {
    Codes(Arc<Packed>),
    Values(Arc<Dictionary>),
    Shapes(Arc<Shapes>),
    Postings(Arc<Postings>),
    Names(Arc<Names>),
    Bytes(Arc<Vec<u8>>),
    Block(Arc<Block>),
    Links(Arc<Links>),
    Located(Arc<Located>),
    Counted(Arc<Counted>),
    Uses(Arc<Uses>),
}

/// The shapes of a part, by code.
#[derive(Debug)]
pub(crate) struct Shapes(Vec<Shape>);

impl Shapes {
    pub(crate) fn of(&self, code: u32) -> Option<&Shape> {
        self.0.get((code as usize).checked_sub(1)?)
    }

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }
}

/// A form that sections are decoded to.
pub(crate) trait Decoded: Sized {
    fn decode(raw: Vec<u8>) -> Result<Self, Corrupt>;
    fn wrap(this: Arc<Self>) -> Loaded;
    fn unwrap(loaded: Loaded) -> Option<Arc<Self>>;
}

macro_rules! decoded {
    ($type:ty, $variant:ident, $decode:expr) => {
        impl Decoded for $type {
            fn decode(raw: Vec<u8>) -> Result<Self, Corrupt> {
                $decode(raw)
            }
            fn wrap(this: Arc<Self>) -> Loaded {
                Loaded::$variant(this)
            }
            fn unwrap(loaded: Loaded) -> Option<Arc<Self>> {
                match loaded {
                    Loaded::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    };
}

decoded!(Dictionary, Values, |raw: Vec<u8>| Dictionary::decode(&raw));
decoded!(Postings, Postings, Postings::decode);
decoded!(Names, Names, |raw: Vec<u8>| Names::decode(&raw));
decoded!(Vec<u8>, Bytes, Ok);
decoded!(Packed, Codes, |raw: Vec<u8>| column::decode(&raw));
decoded!(Block, Block, |_| Err(Corrupt("blocks are no sections")));
decoded!(Links, Links, |_| Err(Corrupt("links are no section")));
decoded!(Located, Located, |_| Err(Corrupt("paths are no sections")));
decoded!(Counted, Counted, |_| Err(Corrupt("counts are no sections")));
decoded!(Uses, Uses, |_| Err(Corrupt("uses are no section")));
decoded!(Shapes, Shapes, |raw: Vec<u8>| {
    let dictionary = Dictionary::decode(&raw)?;
    dictionary.iter().map(|(_, text)| Shape::parse(text)).collect::<Result<_, _>>().map(Shapes)
});

impl Loaded {
    fn weight(&self) -> usize {
        64 + match self {
            Self::Codes(packed) => packed.weight(),
            Self::Values(dictionary) => dictionary.weight(),
            Self::Shapes(shapes) => shapes.0.iter().map(Shape::weight).sum(),
            Self::Postings(postings) => postings.weight(),
            Self::Names(names) => names.weight(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Block(block) => block.weight(),
            Self::Links(links) => links.weight(),
            Self::Located(located) => located.weight(),
            Self::Counted(counted) => counted.weight(),
            Self::Uses(uses) => uses.weight(),
        }
    }
}

/// Weighs entries in bytes.
#[derive(Clone, Debug)]
struct Weights;

impl Weighter<CacheKey, Loaded> for Weights {
    fn weight(&self, _: &CacheKey, loaded: &Loaded) -> u64 {
        loaded.weight() as u64
    }
}

impl PartCache {
    /// A cache that holds at most about `bytes`.
    pub fn new(bytes: u64) -> Self {
        // Sections weigh some ten kilobytes on average.
        let all = Cache::with_weighter((bytes / 16_384).max(64) as usize, bytes, Weights);
        Self(Arc::new(Kept { all, closed: Mutex::default() }))
    }

    /// Bytes held now.
    pub fn weight(&self) -> u64 {
        self.0.all.weight()
    }

    pub(crate) fn find(&self, key: CacheKey) -> Option<Loaded> {
        self.0.all.get(&key)
    }

    pub(crate) fn keep(&self, key: CacheKey, loaded: Loaded) {
        self.0.all.insert(key, loaded);
    }

    /// Lets go of what is kept of a part that is closed: now, or with the next ones.
    pub(crate) fn forget(&self, part: u64) {
        let mut closed = self.0.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.insert(part);
        if closed.len() >= CLOSED_MAX {
            let closed = std::mem::take(&mut *closed);
            self.0.all.retain(|key, _| !closed.contains(&key.part()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_closed_parts_goes() {
        let cache = PartCache::new(1 << 20);
        let keep = |part| cache.keep(CacheKey::Links(part), Loaded::Bytes(Arc::new(vec![0; 100])));
        (0..100).for_each(keep);
        let all = cache.weight();
        (0..CLOSED_MAX as u64 - 1).for_each(|part| cache.forget(part));
        assert_eq!(cache.weight(), all, "a few are not worth the look at all");
        cache.forget(CLOSED_MAX as u64);
        assert_eq!(cache.weight(), all / 100 * (100 - CLOSED_MAX as u64));
        assert!(cache.find(CacheKey::Links(0)).is_none());
        assert!(cache.find(CacheKey::Links(CLOSED_MAX as u64 - 1)).is_some());
    }
}
