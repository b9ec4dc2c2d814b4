//! The right edge of a tree: all that is needed to go on appending.

use crate::{Hash, node_hash};
use serde::{Deserialize, Serialize};

/// More leaves than any directory will hold; keeps arithmetic on a read size from overflowing.
const SIZE_MAX: u64 = 1 << 62;

/// The right edge of a Merkle tree: the roots of its perfect subtrees, largest first, one for
/// each bit set in the size. At most 62 hashes, however many leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Frontier {
    size: u64,
    // INVARIANT (one hash a bit): `hashes.len() == size.count_ones()`.
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf at the right: about one node hash, averaged over many.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            // INVARIANT (one hash a bit): there is a subtree for each trailing one.
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Adds leaves in order.
    pub fn append_all(&mut self, leaves: impl IntoIterator<Item = Hash>) {
        for leaf in leaves {
            self.append(leaf);
        }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The perfect subtrees, largest first: the number of the first leaf, how many leaves, and
    /// the root.
    pub fn subtrees(&self) -> impl Iterator<Item = (u64, u64, Hash)> + '_ {
        let sizes = (0..u64::BITS).rev().map(|bit| 1 << bit).filter(|size| self.size & size != 0);
        let mut first = 0;
        sizes.zip(&self.hashes).map(move |(size, hash)| {
            let start = first;
            first += size;
            (start, size, *hash)
        })
    }

    /// The tree's root; that of the empty tree is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.hashes.iter().rev();
        let Some(smallest) = subtrees.next() else {
            return Hash::of(&[]);
        };
        subtrees.fold(*smallest, |right, left| node_hash(left, &right))
    }
}

/// What was read as a frontier is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontierError {
    size: u64,
    hashes: usize,
}

impl std::fmt::Display for FrontierError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { size, hashes } = self;
        write!(f, "a tree of {size} leaves has no right edge of {hashes} hashes")
    }
}

impl std::error::Error for FrontierError {}

/// A frontier as it was written, not yet believed.
#[derive(Deserialize)]
struct Written {
    size: u64,
    hashes: Vec<Hash>,
}

impl TryFrom<Written> for Frontier {
    type Error = FrontierError;

    fn try_from(Written { size, hashes }: Written) -> Result<Self, FrontierError> {
        if size <= SIZE_MAX && hashes.len() == size.count_ones() as usize {
            return Ok(Self { size, hashes });
        }
        let hashes = hashes.len();
        Err(FrontierError { size, hashes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, §2.1, word for word.
    fn tree_hash(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [leaf] => *leaf,
            leaves => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&tree_hash(left), &tree_hash(right))
            }
        }
    }

    fn leaf(number: u64) -> Hash {
        Hash::of_leaf(&number.to_be_bytes())
    }

    fn frontier(size: u64) -> Frontier {
        let mut frontier = Frontier::new();
        frontier.append_all((0..size).map(leaf));
        frontier
    }

    #[test]
    fn has_the_root_of_the_definition_at_every_size() {
        let mut frontier = Frontier::new();
        let leaves: Vec<Hash> = (0..300).map(leaf).collect();
        for size in 0..300 {
            assert_eq!(frontier.size(), size as u64);
            assert_eq!(frontier.root(), tree_hash(&leaves[..size]), "{size}");
            frontier.append(leaves[size]);
        }
    }

    #[test]
    fn has_the_published_roots() {
        let leaves: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
                0x6e, 0x6f,
            ],
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::new();
        for (leaf, root) in leaves.into_iter().zip(roots) {
            frontier.append(Hash::of_leaf(leaf));
            assert_eq!(frontier.root().to_string(), root);
        }
    }

    #[test]
    fn goes_on_after_a_round_trip() {
        for size in [0, 1, 2, 3, 7, 8, 100, 255, 256] {
            let written = serde_json::to_string(&frontier(size)).unwrap();
            let mut read: Frontier = serde_json::from_str(&written).unwrap();
            assert_eq!(read, frontier(size));
            read.append(leaf(size));
            assert_eq!(read.root(), frontier(size + 1).root());
        }
    }

    #[test]
    fn refuses_an_edge_that_does_not_fit_its_size() {
        let hash = leaf(1);
        for (size, hashes) in [(0, 1), (3, 1), (4, 2), (1, 0)] {
            let hashes = vec![hash; hashes];
            let written = serde_json::json!({ "size": size, "hashes": hashes });
            let error = serde_json::from_value::<Frontier>(written).unwrap_err();
            assert!(error.to_string().contains("no right edge"), "{error}");
        }
        let huge = serde_json::json!({ "size": u64::MAX, "hashes": vec![hash; 64] });
        assert!(serde_json::from_value::<Frontier>(huge).is_err());
    }

    #[test]
    #[ignore = "a measurement: run with --release --run-ignored"]
    fn appends_131072_leaves_quickly() {
        let leaves: Vec<Hash> = (0..131_072).map(leaf).collect();
        #[allow(clippy::disallowed_methods, reason = "a duration is shown, nothing hangs on it")]
        let start = std::time::Instant::now();
        let mut frontier = Frontier::new();
        frontier.append_all(leaves);
        println!("131072 leaves: {:?}, root {}", start.elapsed(), frontier.root());
    }
}
