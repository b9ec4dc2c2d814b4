//! The tree's hash, SHA-256, and how two of them become one.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Before a leaf's bytes: so that no leaf can pass for a node (RFC 6962, §2.1).
const LEAF_PREFIX: &[u8] = &[0];
/// Before the two hashes of a node.
const NODE_PREFIX: u8 = 1;

/// A SHA-256 hash; 64 lower-case hex digits when shown or serialised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The plain SHA-256 of some bytes: of a file, not of a leaf or a node.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::of(&[bytes])
    }

    /// The hash of some pieces of bytes, taken as one.
    pub(crate) fn of(pieces: &[&[u8]]) -> Self {
        let mut hasher = Hasher::default();
        pieces.iter().for_each(|piece| hasher.update(piece));
        hasher.finish()
    }

    /// The hash of a leaf with these bytes.
    pub(crate) fn of_leaf(bytes: &[u8]) -> Self {
        Self::of(&[LEAF_PREFIX, bytes])
    }

    /// The hash as bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hex digits, lower case only, so that a hash has one spelling.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut digits = text.bytes();
        for byte in &mut bytes {
            *byte = digit(digits.next()?)? << 4 | digit(digits.next()?)?;
        }
        digits.next().is_none().then_some(Self(bytes))
    }
}

/// The plain SHA-256 of bytes that come piece by piece.
#[derive(Clone)]
pub struct Hasher(Context);

impl Default for Hasher {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all that was added.
    pub fn finish(self) -> Hash {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(self.0.finish().as_ref()) {
            *to = *from;
        }
        Hash(bytes)
    }
}

/// The hash of the node above two others (RFC 6962: SHA-256 of `0x01`, left, right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [NODE_PREFIX; 65];
    let (_, hashes) = bytes.split_at_mut(1);
    let both = left.0.iter().chain(&right.0);
    hashes.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
    Hash::of(&[&bytes])
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("a hash is 64 lower-case hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const EMPTY_LEAF: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

    #[test]
    fn hashes_nothing_and_the_empty_leaf_as_published() {
        assert_eq!(Hash::of(&[]).to_string(), EMPTY);
        assert_eq!(Hash::of_leaf(b"").to_string(), EMPTY_LEAF);
    }

    #[test]
    fn comes_back_from_json() {
        let hash = Hash::of(&[b"a", b"b"]);
        assert_eq!(hash, Hash::of(&[b"ab"]));
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
    }

    #[test]
    fn has_one_spelling() {
        for bad in ["", "00", &EMPTY.to_uppercase(), &format!("{EMPTY}0")] {
            assert_eq!(Hash::from_hex(bad), None, "{bad}");
        }
    }
}
