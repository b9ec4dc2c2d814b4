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
use std::sync::Arc;

/// Decoded sections and blocks of all parts.
#[derive(Debug, Clone)]
pub struct PartCache(Arc<Cache<CacheKey, Loaded, Weights>>);

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
        Self(Arc::new(Cache::with_weighter((bytes / 16_384).max(64) as usize, bytes, Weights)))
    }

    /// Bytes held now.
    pub fn weight(&self) -> u64 {
        self.0.weight()
    }

    pub(crate) fn find(&self, key: CacheKey) -> Option<Loaded> {
        self.0.get(&key)
    }

    pub(crate) fn keep(&self, key: CacheKey, loaded: Loaded) {
        self.0.insert(key, loaded);
    }
}
