//! The ring: all data keys of a directory, sealed under the root key.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `PUGMARKY` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | 0 |
//! | 16 | 16 | the ring's random id |
//! | 32 | 8 | id of the root key |
//! | 40 | 16 | salt, random for each writing |
//! | 56 | 4 | 0 |
//! | 60 | 4 | CRC-32C of bytes 0 to 59 |
//! | 64 | | the keys as JSON, AES-256-GCM, and its tag |

use crate::cipher::NONCE_BYTES;
use crate::error::Error;
use crate::key::{KEY_BYTES, Key};
use crate::name::KeyName;
use crate::random::Random;
use crate::root::RootKey;
use model::hex;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// Most keys of a ring.
pub(crate) const KEYS_MAX: usize = 1 << 18;

const MAGIC: &[u8; 8] = b"PUGMARKY";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 64;
const CRC_AT: usize = 60;

/// The salt is new each time, and so is the key: no nonce is used twice.
const NONCE: [u8; NONCE_BYTES] = [0; NONCE_BYTES];

/// All keys of a directory.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) id: [u8; 16],
    /// Files of the directory may be in the clear: it is being encrypted.
    pub(crate) is_partial: bool,
    /// Segments of the journal that begin before this frame are in the clear.
    pub(crate) clear_frames: u64,
    pub(crate) keys: Vec<Entry>,
    /// The id that the next key gets. No id is given twice.
    pub(crate) next: u32,
}

/// A key of a ring.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: u32,
    pub(crate) name: Option<KeyName>,
    pub(crate) key: Key,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    partial: bool,
    clear_frames: u64,
    next: u32,
    keys: Vec<StoredKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: u32,
    name: KeyName,
    key: String,
}

impl Drop for StoredKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Ring {
    /// A ring without keys.
    pub(crate) const fn new(id: [u8; 16], is_partial: bool) -> Self {
        let clear_frames = if is_partial { u64::MAX } else { 0 };
        Self { id, is_partial, clear_frames, keys: Vec::new(), next: 1 }
    }

    pub(crate) fn find(&self, id: u32) -> Option<&Key> {
        self.keys.iter().find(|entry| entry.id == id).map(|entry| &entry.key)
    }

    pub(crate) fn named(&self, name: &KeyName) -> Option<&Entry> {
        // The newest keys are asked for most.
        self.keys.iter().rev().find(|entry| entry.name.as_ref() == Some(name))
    }

    /// Adds a new key.
    pub(crate) fn add(&mut self, name: KeyName, random: &Random) -> Result<Entry, Error> {
        if self.keys.len() >= KEYS_MAX {
            return Err(Error::Full { limit: KEYS_MAX });
        }
        let entry = Entry { id: self.next, name: Some(name), key: Key::new(random.bytes()) };
        self.next += 1;
        self.keys.push(entry.clone());
        Ok(entry)
    }

    /// The file's bytes.
    pub(crate) fn seal(&self, root: &RootKey, random: &Random) -> Option<Vec<u8>> {
        let salt: [u8; 16] = random.bytes();
        let mut bytes = self.head(root, &salt);
        let text = Zeroizing::new(serde_json::to_vec(&self.stored()).ok()?);
        bytes.reserve(text.len() + KEY_BYTES);
        bytes.extend_from_slice(&text);
        let head = bytes.get(..HEADER_BYTES)?.to_vec();
        root.ring(&salt).cipher()?.seal(NONCE, &head, &mut bytes, HEADER_BYTES)?;
        Some(bytes)
    }

    fn head(&self, root: &RootKey, salt: &[u8; 16]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.id);
        bytes.extend(root.id());
        bytes.extend(salt);
        bytes.extend([0; 4]);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    fn stored(&self) -> Stored {
        let named = |entry: &Entry| {
            let key = hex(entry.key.expose());
            entry.name.clone().map(|name| StoredKey { id: entry.id, name, key })
        };
        Stored {
            partial: self.is_partial,
            clear_frames: self.clear_frames,
            next: self.next,
            keys: self.keys.iter().filter_map(named).collect(),
        }
    }

    /// Reads what [`Ring::seal`] gave.
    pub(crate) fn open(bytes: &[u8], root: &RootKey) -> Result<Self, Error> {
        let damaged = |what| Error::Damaged { what };
        let head = damaged("its head is not what was written");
        let Some((covered, rest)) = bytes.split_at_checked(CRC_AT) else { return Err(head) };
        let Some((sum, sealed)) = rest.split_first_chunk() else { return Err(head) };
        if *sum != crc32c::crc32c(covered).to_le_bytes() {
            return Err(head);
        }
        let (id, root_id, salt) = fields(covered)?;
        if root_id != root.id() {
            let (expected, found) = (hex(&root_id), hex(&root.id()));
            return Err(Error::WrongKey { expected, found });
        }
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let bound = bytes.get(..HEADER_BYTES).unwrap_or_default();
        let cipher = root.ring(&salt).cipher();
        let clear = cipher.as_ref().and_then(|cipher| cipher.open(NONCE, bound, &mut sealed));
        let clear = clear.ok_or(damaged("its keys are not what was written"))?;
        let stored: Stored =
            serde_json::from_slice(clear).map_err(|_| damaged("its keys make no sense"))?;
        Self::of(id, stored).ok_or(damaged("a key makes no sense"))
    }

    fn of(id: [u8; 16], stored: Stored) -> Option<Self> {
        let entry = |stored: &StoredKey| {
            let key = RootKey::parse(stored.key.as_bytes())?.into_key();
            Some(Entry { id: stored.id, name: Some(stored.name.clone()), key })
        };
        let keys = stored.keys.iter().map(entry).collect::<Option<Vec<_>>>()?;
        let Stored { partial: is_partial, clear_frames, next, .. } = stored;
        Some(Self { id, is_partial, clear_frames, keys, next })
    }
}

type Fields = ([u8; 16], [u8; 8], [u8; 16]);

fn fields(covered: &[u8]) -> Result<Fields, Error> {
    let version = covered.strip_prefix(MAGIC).and_then(<[u8]>::split_first_chunk);
    let Some((version, rest)) = version else {
        return Err(Error::Damaged { what: "it is no key ring" });
    };
    match u32::from_le_bytes(*version) {
        VERSION => {}
        version => return Err(Error::Newer { version }),
    }
    let read = || {
        let (_, rest) = rest.split_first_chunk::<4>()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (root, rest) = rest.split_first_chunk()?;
        Some((*id, *root, *rest.first_chunk()?))
    };
    read().ok_or(Error::Damaged { what: "its head is too short" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::tests::counting;
    use model::AccountId;

    fn ring() -> (Ring, RootKey, Random) {
        let random = counting();
        let mut ring = Ring::new([5; 16], false);
        ring.add(KeyName::Directory, &random).unwrap();
        let owner = AccountId::parse("111111111111").unwrap();
        ring.add(KeyName::Owner { owner, month: 24_310 }, &random).unwrap();
        (ring, RootKey::make(&random), random)
    }

    #[test]
    fn comes_back_under_its_root_key_and_tells_another() {
        let (ring, root, random) = ring();
        let bytes = ring.seal(&root, &random).unwrap();
        let back = Ring::open(&bytes, &root).unwrap();
        assert_eq!((back.id, back.next, back.keys.len()), ([5; 16], 3, 2));
        assert_eq!(back.find(2).unwrap().expose(), ring.find(2).unwrap().expose());
        assert!(back.find(3).is_none());
        let error = Ring::open(&bytes, &RootKey::make(&random)).unwrap_err();
        assert!(matches!(error, Error::WrongKey { .. }), "{error}");
        let owner = b"111111111111";
        assert!(!bytes.windows(owner.len()).any(|some| some == owner));
    }

    #[test]
    fn sees_every_flipped_bit_and_every_cut() {
        let (ring, root, random) = ring();
        let bytes = ring.seal(&root, &random).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let error = Ring::open(&bytes, &root).unwrap_err();
            assert!(matches!(error, Error::Damaged { .. }), "bit {bit}: {error}");
        }
        for len in 0..bytes.len() {
            assert!(Ring::open(&bytes[..len], &root).is_err(), "{len}");
        }
    }

    #[test]
    fn names_a_newer_version() {
        let (ring, root, random) = ring();
        let mut bytes = ring.seal(&root, &random).unwrap();
        bytes[8] = 2;
        let sum = crc32c::crc32c(&bytes[..CRC_AT]).to_le_bytes();
        bytes[CRC_AT..HEADER_BYTES].copy_from_slice(&sum);
        assert!(matches!(Ring::open(&bytes, &root), Err(Error::Newer { version: 2 })));
    }
}
