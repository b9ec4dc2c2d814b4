//! Which ids a part surely does not have: two bytes an id instead of the nineteen that ids and
//! their order take, so that a look-up by id in a lake of many parts opens the one that has it. A
//! Bloom filter in blocks of a cache line (Putze, Sanders and Singler, "Cache-, hash- and
//! space-efficient Bloom filters", 2007).

use crate::error::Corrupt;
use crate::path::Path;
use model::{Field, RecordId};
use xxhash_rust::xxh3::xxh3_128;

/// Parts with fewer rows have none: their ids are soon read.
pub(crate) const ROWS_MIN: usize = 1_024;
const BLOCK_BYTES: usize = 64;
const IDS_PER_BLOCK: usize = BLOCK_BYTES * 8 / BITS_PER_ID;
const BITS_PER_ID: usize = 16;
/// Bits that an id sets in its block.
const PROBES: u32 = 7;
/// Bits of the hash that name one of a block's 512 bits.
const PROBE_BITS: u32 = 9;
/// Said first: whether each row either has its id as `eventID` or none of these keys.
const SAYS_ALL: u8 = 1;

/// Keys under which an id may stand, in quotes: aggregated events spell it the other way.
pub(crate) const KEYS: [&str; 2] = ["\"eventID\"", "\"eventId\""];

/// Whether a filter that says all does so of what `path` leads to.
pub(crate) fn tells_of(path: &Path) -> bool {
    let is_key = |key: &str| KEYS.iter().any(|known| known.trim_matches('"') == key);
    path.first_field() == Some(Field::EventId) && path.last_keys().all(is_key)
}

/// A filter as it stands in a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdFilter<'a> {
    says_all: bool,
    blocks: &'a [[u8; BLOCK_BYTES]],
}

/// Where an id's bits are: its block among so many, and places in it.
fn places(id: RecordId, blocks: usize) -> (usize, impl Iterator<Item = (usize, u8)>) {
    let hash = xxh3_128(&id.0);
    let (high, low) = ((hash >> 64) as u64, hash as u64);
    let block = (u128::from(high) * blocks as u128) >> 64;
    let bit = move |probe: u32| (low >> (probe * PROBE_BITS)) as usize % (BLOCK_BYTES * 8);
    let place = move |probe| (bit(probe) / 8, 1u8 << (bit(probe) % 8));
    (block as usize, (0..PROBES).map(place))
}

/// The section for these ids, of which there are `count`.
pub(crate) fn encode(ids: impl Iterator<Item = RecordId>, count: usize, says_all: bool) -> Vec<u8> {
    let mut blocks = vec![[0u8; BLOCK_BYTES]; count.div_ceil(IDS_PER_BLOCK).max(1)];
    for id in ids {
        let (block, places) = places(id, blocks.len());
        let Some(block) = blocks.get_mut(block) else { continue };
        for (byte, bit) in places {
            block.get_mut(byte).into_iter().for_each(|byte| *byte |= bit);
        }
    }
    std::iter::once(u8::from(says_all)).chain(blocks.into_iter().flatten()).collect()
}

impl<'a> IdFilter<'a> {
    /// Reads a section.
    pub(crate) fn read(raw: &'a [u8]) -> Result<Self, Corrupt> {
        let corrupt = Corrupt("a filter of ids that is none");
        let (says_all, blocks) = raw.split_first().ok_or(corrupt)?;
        let (blocks, rest) = blocks.as_chunks();
        match *says_all <= SAYS_ALL && rest.is_empty() && !blocks.is_empty() {
            true => Ok(Self { says_all: *says_all == SAYS_ALL, blocks }),
            false => Err(corrupt),
        }
    }

    /// Whether each row either has its id as `eventID` or nothing like it.
    pub(crate) const fn says_all(self) -> bool {
        self.says_all
    }

    /// Whether the part may have the id; where it has it, always.
    pub(crate) fn may_have(self, id: RecordId) -> bool {
        let (block, mut places) = places(id, self.blocks.len());
        self.blocks.get(block).is_some_and(|block| {
            places.all(|(byte, bit)| block.get(byte).is_some_and(|byte| byte & bit != 0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u64) -> RecordId {
        RecordId(xxh3_128(&number.to_le_bytes()).to_be_bytes())
    }

    proptest! {
        #[test]
        fn what_is_there_is_found(ids in prop::collection::vec(any::<[u8; 16]>(), 0..500)) {
            let all = ids.iter().map(|id| RecordId(*id));
            let raw = encode(all.clone(), ids.len(), true);
            let filter = IdFilter::read(&raw).unwrap();
            prop_assert!(filter.says_all() && all.into_iter().all(|id| filter.may_have(id)));
        }

        #[test]
        fn strangers_bytes_are_read_or_refused(
            raw in prop::collection::vec(any::<u8>(), 0..300),
            asked: [u8; 16],
        ) {
            if let Ok(filter) = IdFilter::read(&raw) {
                filter.may_have(RecordId(asked));
            }
        }
    }

    #[test]
    fn few_others_seem_to_be_there() {
        let raw = encode((0..60_000).map(id), 60_000, false);
        assert_eq!(raw.len(), 1 + 60_000 * 2);
        let filter = IdFilter::read(&raw).unwrap();
        let wrong = (1_000_000..1_200_000).filter(|n| filter.may_have(id(*n))).count();
        assert!(wrong < 800 && !filter.says_all(), "{wrong} of 200,000");
    }
}
