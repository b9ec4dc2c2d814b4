//! Where an id stands in ascending order. Ids are mostly random: a guess by value lands near, and
//! each look at another place is a look at memory that no cache holds.

/// Guesses before the rest is halved: ids need not be random.
const GUESSES: usize = 8;

/// What a place is guessed by: the first eight bytes.
fn key(id: &[u8]) -> u64 {
    id.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// The first of `len` places whose id is not below `id`; `id_at` ascends.
pub(crate) fn first_not_below<'a>(
    id: &[u8],
    len: usize,
    id_at: impl Fn(usize) -> &'a [u8],
) -> usize {
    let wanted = key(id);
    let (mut low, mut high) = (0, len);
    let (mut least, mut most) = (0, u64::MAX);
    let mut looks = 0;
    while low < high {
        let middle = match looks < GUESSES {
            true => low + share(high - low, wanted.saturating_sub(least), most - least),
            false => low + (high - low) / 2,
        };
        looks += 1;
        let there = id_at(middle);
        if there < id {
            (low, least) = (middle + 1, key(there));
        } else {
            (high, most) = (middle, key(there));
        }
    }
    low
}

/// `part` of `whole`, as a share of `count` things, below `count`.
fn share(count: usize, part: u64, whole: u64) -> usize {
    let place = u128::from(part) * count as u128 / u128::from(whole.max(1));
    usize::try_from(place).unwrap_or(usize::MAX).min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    proptest! {
        #[test]
        fn finds_what_halving_finds(
            mut ids in prop::collection::vec(prop::array::uniform16(0u8..4), 0..200),
            wild in prop::collection::vec(any::<[u8; 16]>(), 0..200),
            asked in prop::array::uniform16(0u8..4),
        ) {
            ids.extend(wild.iter().copied());
            ids.sort_unstable();
            for id in ids.iter().chain([&asked, &[0; 16], &[255; 16]]) {
                let found = first_not_below(id, ids.len(), |place| &ids[place]);
                prop_assert_eq!(found, ids.partition_point(|known| known < id));
            }
        }
    }

    #[test]
    fn looks_at_few_places_where_ids_are_random() {
        let mut state = 7u128;
        let mut next = || {
            state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            (state ^ (state >> 64)).to_be_bytes()
        };
        let mut ids: Vec<[u8; 16]> = (0..65_536).map(|_| next()).collect();
        ids.sort_unstable();
        let looks = Cell::new(0);
        for id in ids.iter().step_by(64) {
            let at = |place: usize| {
                looks.set(looks.get() + 1);
                &ids[place][..]
            };
            first_not_below(id, ids.len(), at);
        }
        // Halving takes sixteen.
        assert!(looks.get() < 8 * 1_024, "{}", looks.get());
    }
}
