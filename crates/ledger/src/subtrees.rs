//! A tree put together from leaves that come in any order.

use crate::{Hash, node_hash};
use std::collections::HashMap;

/// The perfect subtrees of a tree whose leaves come in any order, joined as soon as they can be.
/// Holds as many hashes as there are gaps between what has come, and about 62 for each stretch.
#[derive(Clone, Debug, Default)]
pub struct Subtrees {
    /// By height above the leaves, and by number among those of that height.
    nodes: HashMap<(u32, u64), Hash>,
}

impl Subtrees {
    /// Takes leaf `number` in; each comes once.
    pub fn insert(&mut self, number: u64, leaf: Hash) {
        let (mut height, mut number, mut hash) = (0, number, leaf);
        while let Some(beside) = self.nodes.remove(&(height, number ^ 1)) {
            hash = match number & 1 {
                0 => node_hash(&hash, &beside),
                _ => node_hash(&beside, &hash),
            };
            (height, number) = (height + 1, number >> 1);
        }
        self.nodes.insert((height, number), hash);
    }

    /// The root of the subtree of `size` leaves, a power of two, that begins with leaf `first`, a
    /// multiple of it; `None` where a leaf of it has not come, or where it is part of a larger one.
    pub fn root(&self, first: u64, size: u64) -> Option<Hash> {
        let height = size.checked_ilog2()?;
        self.nodes.get(&(height, first >> height)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frontier;
    use proptest::prelude::*;

    fn leaf(number: u64) -> Hash {
        Hash::of_leaf(&number.to_be_bytes())
    }

    proptest! {
        #[test]
        fn has_the_subtrees_of_the_frontier_in_any_order(
            numbers in (1_u64..300).prop_flat_map(|size| {
                Just((0..size).collect::<Vec<u64>>()).prop_shuffle()
            })
        ) {
            let mut frontier = Frontier::new();
            frontier.append_all((0..numbers.len() as u64).map(leaf));
            let mut subtrees = Subtrees::default();
            for number in &numbers {
                subtrees.insert(*number, leaf(*number));
            }
            for (first, size, hash) in frontier.subtrees() {
                prop_assert_eq!(subtrees.root(first, size), Some(hash));
            }
        }
    }

    #[test]
    fn a_missing_leaf_leaves_its_subtree_without_a_root() {
        let mut frontier = Frontier::new();
        frontier.append_all((0..12).map(leaf));
        let mut subtrees = Subtrees::default();
        for number in (0..12).filter(|number| *number != 3) {
            subtrees.insert(number, leaf(number));
        }
        let whole: Vec<bool> = frontier
            .subtrees()
            .map(|(first, size, hash)| subtrees.root(first, size) == Some(hash))
            .collect();
        assert_eq!(whole, [false, true]);
        assert_eq!(frontier.subtrees().map(|(first, ..)| first).collect::<Vec<_>>(), [0, 8]);
    }

    #[test]
    fn another_leaf_gives_another_root() {
        let mut subtrees = Subtrees::default();
        let mut frontier = Frontier::new();
        frontier.append_all((0..4).map(leaf));
        for number in 0..4 {
            subtrees.insert(number, leaf(number + u64::from(number == 2)));
        }
        frontier.append_all((0..4).map(leaf));
        let root = subtrees.root(0, 4).unwrap();
        assert!(frontier.subtrees().all(|(.., hash)| hash != root));
    }
}
