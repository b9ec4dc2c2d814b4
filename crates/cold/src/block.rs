//! Some entries of a run that lie side by side: what is read at once.
//!
//! An entry is: how many bytes of its key are those of the key before it, how many follow, the
//! length of the value and one (0: the key is removed here), the rest of the key, the value.

use crate::Bytes;
use crate::error::Corrupt;
use crate::limits::{BLOCK_BYTES, BLOCK_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX};
use crate::varint::{self, Reader};
use std::ops::Range;

/// A block, decoded: keys ascend, and none is there twice.
#[derive(Debug)]
pub(crate) struct Block {
    /// Keys and values.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    key: Range<usize>,
    /// `None` where the key is removed.
    value: Option<Range<usize>>,
}

impl Block {
    /// INVARIANT (no huge allocation): what is decoded never has more bytes than a block that was
    /// written may have, whatever the numbers in it say.
    pub(crate) fn decode(raw: &[u8]) -> Result<Self, Corrupt> {
        let mut block = Self { bytes: Vec::new(), entries: Vec::new() };
        let mut reader = Reader(raw);
        while !reader.0.is_empty() {
            block.take(&mut reader)?;
        }
        match block.entries.is_empty() {
            true => Err(Corrupt("a block without entries")),
            false => Ok(block),
        }
    }

    fn take(&mut self, reader: &mut Reader<'_>) -> Result<(), Corrupt> {
        let cut = || Corrupt("an entry is cut off");
        let mut number = || reader.number().ok_or_else(cut);
        let (shared, own, value) = (number()?, number()?, number()?);
        if shared + own > KEY_BYTES_MAX || value > VALUE_BYTES_MAX + 1 {
            return Err(Corrupt("an entry is too long"));
        }
        if self.bytes.len() + shared + own + value > BLOCK_BYTES_MAX + 1 {
            return Err(Corrupt("a block is too long"));
        }
        let before = self.entries.last().map_or(0..0, |entry| entry.key.clone());
        if shared > before.len() {
            return Err(Corrupt("a key shares more than there is"));
        }
        let start = self.bytes.len();
        self.bytes.extend_from_within(before.start..before.start + shared);
        self.bytes.extend_from_slice(reader.take(own).ok_or_else(cut)?);
        let key = start..self.bytes.len();
        if !self.entries.is_empty() && self.slice(&key) <= self.slice(&before) {
            return Err(Corrupt("keys do not ascend"));
        }
        let value = match value.checked_sub(1) {
            None => None,
            Some(len) => {
                self.bytes.extend_from_slice(reader.take(len).ok_or_else(cut)?);
                Some(key.end..self.bytes.len())
            }
        };
        self.entries.push(Entry { key, value });
        Ok(())
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn weight(&self) -> usize {
        128 + self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    pub(crate) fn key(&self, place: usize) -> Option<&[u8]> {
        self.entries.get(place).map(|entry| self.slice(&entry.key))
    }

    /// The value at a place; `None` where the key is removed.
    pub(crate) fn value(&self, place: usize) -> Option<Bytes> {
        let range = self.entries.get(place)?.value.as_ref()?;
        Some(self.slice(range).into())
    }

    /// The place of `key`, or the one it would have.
    pub(crate) fn find(&self, key: &[u8]) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| self.slice(&entry.key).cmp(key))
    }
}

/// A block that is being written.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) bytes: Vec<u8>,
    /// Of its keys and values.
    plain: usize,
    last: Vec<u8>,
}

impl Draft {
    pub(crate) fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let shared = common(&self.last, key);
        let own = key.get(shared..).unwrap_or_default();
        varint::put(&mut self.bytes, shared);
        varint::put(&mut self.bytes, own.len());
        varint::put(&mut self.bytes, value.map_or(0, |value| value.len() + 1));
        self.bytes.extend_from_slice(own);
        self.bytes.extend_from_slice(value.unwrap_or_default());
        self.plain += key.len() + value.map_or(0, <[u8]>::len);
        self.last.clear();
        self.last.extend_from_slice(key);
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.plain >= BLOCK_BYTES
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// How many bytes both begin with.
pub(crate) fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn draft(entries: &[(&str, Option<&str>)]) -> Vec<u8> {
        let mut draft = Draft::default();
        for (key, value) in entries {
            draft.push(key.as_bytes(), value.map(str::as_bytes));
        }
        draft.bytes
    }

    #[test]
    fn entries_come_back() {
        let entries = [("", Some("nothing")), ("a/b", Some("")), ("a/bc", None), ("b", Some("1"))];
        let block = Block::decode(&draft(&entries)).unwrap();
        for (place, (key, value)) in entries.iter().enumerate() {
            assert_eq!(block.key(place), Some(key.as_bytes()));
            assert_eq!(block.value(place).as_deref(), value.map(str::as_bytes));
            assert_eq!(block.find(key.as_bytes()), Ok(place));
        }
        assert_eq!(block.len(), 4);
        assert_eq!(block.find(b"a/bb"), Err(2));
    }

    #[track_caller]
    fn refused(raw: &[u8], what: &str) {
        assert_eq!(Block::decode(raw).unwrap_err().0, what);
    }

    #[test]
    fn what_nobody_wrote_is_refused() {
        refused(&[], "a block without entries");
        refused(&draft(&[("b", None), ("a", None)]), "keys do not ascend");
        refused(&draft(&[("a", None), ("a", None)]), "keys do not ascend");
        refused(&[1, 0, 0], "a key shares more than there is");
        refused(&[0, 5, 0, b'a'], "an entry is cut off");
        refused(&[0, 0, 9, b'a'], "an entry is cut off");
        refused(&[0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0], "an entry is too long");
        refused(&[0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f], "an entry is too long");
    }

    proptest! {
        /// Checksums only keep accidents out.
        #[test]
        fn any_bytes_are_a_block_or_refused(raw in vec(0..20_u8, 0..200)) {
            if let Ok(block) = Block::decode(&raw) {
                let keys: Vec<_> = (0..block.len()).map(|place| block.key(place).unwrap()).collect();
                prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }

    #[test]
    fn a_small_block_cannot_become_a_huge_one() {
        let mut raw = Draft::default();
        raw.push(&vec![b'a'; KEY_BYTES_MAX - 2], None);
        for _ in 0..100_000 {
            // As long as the key before it and greater, so that only its size is wrong.
            raw.bytes.extend([0xfe, 0x1f, 0, 0]);
        }
        assert!(Block::decode(&raw.bytes).is_err());
        let key = vec![b'k'; KEY_BYTES_MAX - 2];
        let mut bytes = Vec::new();
        for n in 0..3_000_u16 {
            let [high, low] = n.to_be_bytes();
            let shared = if low == 0 { 0 } else { key.len() + 1 };
            varint::put(&mut bytes, shared);
            varint::put(&mut bytes, key.len() + 2 - shared);
            varint::put(&mut bytes, 0);
            let own = [&key[..], &[high, low]].concat();
            bytes.extend_from_slice(&own[shared..]);
        }
        refused(&bytes, "a block is too long");
    }
}
