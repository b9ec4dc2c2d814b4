//! A record as a leaf of the tree.

use crate::Hash;
use ring::hmac;
use std::fmt;

/// Version of the leaf's bytes; the first of them. Leaves of other versions may follow in the
/// same tree: the byte keeps them apart.
const VERSION: u8 = 1;

/// Keeps salts apart from anything else that may ever be made with the same key.
const SALT_LABEL: &[u8] = b"pugmark leaf salt 1";

/// What a leaf says of its record. The payload stands here only by its salted hash, so that an
/// erased record leaves nothing that could be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafInput<'a> {
    /// The account the record belongs to.
    pub owner: &'a str,
    /// The running number of the record among those of its owner, from 0.
    pub owner_number: u64,
    /// The record's id: unique together with the owner.
    pub id: [u8; 16],
    /// When it happened, in milliseconds since 1970 UTC.
    pub event_time_ms: i64,
    /// When it came in, in milliseconds since 1970 UTC.
    pub ingested_ms: i64,
    /// The number that stands for how it came in.
    pub origin: u8,
    /// Length of the record, in bytes.
    pub len: u64,
    /// [`payload_hash`] of the record.
    pub payload: &'a Hash,
}

impl LeafInput<'_> {
    /// The bytes that are hashed, without RFC 6962's prefix. All integers little-endian:
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 1 | version, 1 |
    /// | 8 | length of owner |
    /// | that many | owner |
    /// | 8 | owner number |
    /// | 16 | id |
    /// | 8, 8 | event time, time of entry |
    /// | 1 | origin |
    /// | 8 | length of the record |
    /// | 32 | salted hash of the record |
    ///
    /// INVARIANT (one leaf, one meaning): the only member without a fixed length is preceded by
    /// its length, so two different inputs never have the same bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let owner_len = self.owner.len() as u64;
        let mut bytes = Vec::with_capacity(90 + self.owner.len());
        bytes.push(VERSION);
        bytes.extend(owner_len.to_le_bytes());
        bytes.extend(self.owner.as_bytes());
        bytes.extend(self.owner_number.to_le_bytes());
        bytes.extend(self.id);
        bytes.extend(self.event_time_ms.to_le_bytes());
        bytes.extend(self.ingested_ms.to_le_bytes());
        bytes.push(self.origin);
        bytes.extend(self.len.to_le_bytes());
        bytes.extend(self.payload.0);
        bytes
    }
}

/// The hash of a record's leaf (RFC 6962: SHA-256 of `0x00` and [`LeafInput::bytes`]).
pub fn leaf_hash(input: &LeafInput<'_>) -> Hash {
    Hash::of_leaf(&input.bytes())
}

/// The hash of a record under its salt: SHA-256 of both. Without the salt nobody can test a
/// guess of what the record was.
pub fn payload_hash(salt: &[u8; 16], bytes: &[u8]) -> Hash {
    Hash::of(&[salt, bytes])
}

/// Makes the salts of records: the first half of HMAC-SHA-256 under the owner's key of a label,
/// the record's id and its length in bytes. They need no place on disk, and are gone with the key.
#[derive(Clone)]
pub struct Salter(hmac::Key);

impl fmt::Debug for Salter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salter")
    }
}

impl Salter {
    /// Salts under `key`.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The salt of the record with this id and length in bytes.
    pub fn salt(&self, id: &[u8; 16], len: u64) -> [u8; 16] {
        const LABEL: usize = SALT_LABEL.len();
        let mut message = [0; LABEL + 24];
        let parts = SALT_LABEL.iter().chain(id).copied().chain(len.to_le_bytes());
        message.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        let mut salt = [0; 16];
        let tag = hmac::sign(&self.0, &message);
        salt.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        salt
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Parts = (String, u64, [u8; 16], i64, i64, u8, u64, [u8; 32]);

    fn bytes(parts: &Parts) -> Vec<u8> {
        let (owner, owner_number, id, event_time_ms, ingested_ms, origin, len, payload) = parts;
        let input = LeafInput {
            owner,
            owner_number: *owner_number,
            id: *id,
            event_time_ms: *event_time_ms,
            ingested_ms: *ingested_ms,
            origin: *origin,
            len: *len,
            payload: &Hash(*payload),
        };
        input.bytes()
    }

    /// Reads the bytes again: where that gives back the input, no two inputs share bytes.
    fn parts(bytes: &[u8]) -> Option<Parts> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let mut take = |len: usize| {
            let (taken, after) = rest.split_at_checked(len)?;
            rest = after;
            Some(taken)
        };
        let len = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let owner = String::from_utf8(take(len as usize)?.to_vec()).ok()?;
        let number = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let id = take(16)?.try_into().ok()?;
        let event_time = i64::from_le_bytes(take(8)?.try_into().ok()?);
        let ingested = i64::from_le_bytes(take(8)?.try_into().ok()?);
        let origin = *take(1)?.first()?;
        let length = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let payload = take(32)?.try_into().ok()?;
        rest.is_empty()
            .then_some((owner, number, id, event_time, ingested, origin, length, payload))
    }

    proptest! {
        #[test]
        fn no_two_inputs_share_their_bytes(input: Parts) {
            prop_assert_eq!(parts(&bytes(&input)), Some(input));
        }

        #[test]
        fn a_salt_hangs_on_key_id_and_length(key: [u8; 32], id: [u8; 16], len: u32) {
            let len = u64::from(len);
            let one = Salter::new(&key).salt(&id, len);
            prop_assert_eq!(one, Salter::new(&key).salt(&id, len));
            prop_assert_ne!(one, Salter::new(&key).salt(&id, len + 1));
            prop_assert_ne!(one, Salter::new(&key.map(|byte| !byte)).salt(&id, len));
            prop_assert_ne!(one, Salter::new(&key).salt(&id.map(|byte| !byte), len));
        }
    }

    #[test]
    fn a_leaf_of_version_1_keeps_its_hash() {
        let payload = payload_hash(&[7; 16], b"{\"eventName\":\"CreateTrail\"}");
        let input = LeafInput {
            owner: "123456789012",
            owner_number: 41,
            id: [3; 16],
            event_time_ms: 1_700_000_000_000,
            ingested_ms: 1_700_000_000_250,
            origin: 1,
            len: 27,
            payload: &payload,
        };
        let frozen = "9779c3126a27678a184cf29d06e04556a0a0cee309046dee2dcb538c63951b09";
        assert_eq!(leaf_hash(&input).to_string(), frozen);
        let salt = u128::from_be_bytes(Salter::new(&[9; 32]).salt(&[3; 16], 27));
        assert_eq!(format!("{salt:032x}"), "814d422817abc7164b4f35d66d10af2f");
    }
}
