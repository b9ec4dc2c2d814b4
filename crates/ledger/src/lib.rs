//! What was recorded can be proved: every record is a leaf of one Merkle tree, hashed as RFC 6962
//! says (<https://www.rfc-editor.org/rfc/rfc6962#section-2.1>).
//!
//! Nothing here touches a disk or fails, save for reading a [`Hash`] or a [`Frontier`] that
//! somebody wrote.

pub mod digest;
mod frontier;
mod hash;
mod leaf;
mod subtrees;

pub use frontier::{Frontier, FrontierError};
pub use hash::{Hash, Hasher, node_hash};
pub use leaf::{LeafInput, Salter, leaf_hash, payload_hash};
pub use subtrees::Subtrees;
