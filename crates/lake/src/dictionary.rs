//! Distinct values of a column: an [`Interner`] while a part is drafted, a sorted
//! [`Dictionary`] once it is sealed. Code 0 means absent in both.

use crate::error::Corrupt;
use crate::varint::{self, Reader};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Gives equal values equal codes, 1, 2, 3, … in order of first sight.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    table: HashTable<(u64, u32)>,
    last: u32,
    /// Another in every process: values come from strangers.
    hasher: RandomState,
}

impl Interner {
    #[inline]
    pub(crate) fn code(&mut self, value: &[u8]) -> u32 {
        // Neighbours in a log are alike: most values of most columns are those of the row before.
        if self.last == 0 || self.value(self.last) != value {
            self.last = self.find_or_add(value);
        }
        self.last
    }

    fn find_or_add(&mut self, value: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(value);
        let Self { bytes, ends, table, .. } = self;
        // Equal hashes are taken for equal values: comparing them would fetch each one from memory.
        // By chance two differ once in some million full drafts, and nobody can choose such values
        // without the key. A part in which that happened does not read back, so it is never relied
        // on (INVARIANT: nothing changes in sealing), and the next attempt has another key.
        if let Some((_, code)) = table.find(hash, |(h, _)| *h == hash) {
            return *code;
        }
        bytes.extend_from_slice(value);
        ends.push(bytes.len() as u32);
        let code = ends.len() as u32;
        table.insert_unique(hash, (hash, code), |(hash, _)| *hash);
        code
    }

    /// The value of a code; empty for 0 and unknown ones.
    pub(crate) fn value(&self, code: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, code)
    }

    /// How many distinct values there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all distinct values.
    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// How many bytes all values begin with alike.
    fn common(&self) -> usize {
        let first = self.value(1);
        let same = |value: &[u8]| first.iter().zip(value).take_while(|(a, b)| a == b).count();
        (2..=self.len() as u32).fold(first.len(), |least, code| least.min(same(self.value(code))))
    }

    /// The values in order, and for each code of ours (code 0 included) its place there plus one.
    pub(crate) fn sorted(&self) -> (Dictionary, Vec<u32>) {
        let skip = self.common();
        let start = |code| first_bytes(self.value(code).get(skip..).unwrap_or_default());
        let mut order: Vec<(u64, u32)> =
            (1..=self.len() as u32).map(|code| (start(code), code)).collect();
        order.sort_unstable_by(|(start_a, a), (start_b, b)| {
            start_a.cmp(start_b).then_with(|| self.value(*a).cmp(self.value(*b)))
        });
        let mut places = vec![0; self.len() + 1];
        let mut dictionary = Dictionary::default();
        for (place, (_, code)) in order.into_iter().enumerate() {
            dictionary.push(self.value(code));
            if let Some(slot) = places.get_mut(code as usize) {
                *slot = place as u32 + 1;
            }
        }
        (dictionary, places)
    }
}

/// The first eight bytes as a number that compares as they do; what is missing counts as 0.
fn first_bytes(value: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(bytes)
}

fn slice<'a>(bytes: &'a [u8], ends: &[u32], code: u32) -> &'a [u8] {
    let Some(place) = (code as usize).checked_sub(1) else {
        return &[];
    };
    let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(place).copied().unwrap_or(start);
    bytes.get(start as usize..end as usize).unwrap_or_default()
}

/// Distinct values in ascending order; the code of a value is its place plus one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    escapes: bool,
}

impl Dictionary {
    fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u32);
        self.escapes |= value.contains(&b'\\');
    }

    /// Whether any value is written with escapes. Producers escape what they like, so that one
    /// text may have several spellings and codes.
    pub(crate) const fn escapes(&self) -> bool {
        self.escapes
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value of a code; empty for 0 and unknown ones.
    pub(crate) fn value(&self, code: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, code)
    }

    /// Codes with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (1..=self.len() as u32).map(|code| (code, self.value(code)))
    }

    /// The code of a value that is there exactly so.
    pub(crate) fn code(&self, value: &[u8]) -> Option<u32> {
        let (mut low, mut high) = (1, self.len() as u32 + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.value(middle).cmp(value) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    pub(crate) fn weight(&self) -> usize {
        self.bytes.len() + self.ends.len() * 4
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        varint::put(out, self.len() as u64);
        self.iter().for_each(|(_, value)| varint::put(out, value.len() as u64));
        out.extend_from_slice(&self.bytes);
    }

    pub(crate) fn decode(raw: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader(raw);
        let len = reader.size()?;
        if len > raw.len() {
            return Err(Corrupt("dictionary longer than its bytes"));
        }
        let mut ends = Vec::with_capacity(len);
        let mut end = 0u32;
        for _ in 0..len {
            let value = u32::try_from(reader.number()?).map_err(|_| Corrupt("value too long"))?;
            end = end.checked_add(value).ok_or(Corrupt("dictionary too large"))?;
            ends.push(end);
        }
        if reader.0.len() != end as usize {
            return Err(Corrupt("dictionary of a wrong length"));
        }
        let bytes = reader.0.to_vec();
        Ok(Self { escapes: bytes.contains(&b'\\'), bytes, ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealing_keeps_every_value() {
        let mut interner = Interner::default();
        let values: Vec<String> = (0..500).map(|n| format!("v{}", n * 7 % 211)).collect();
        let codes: Vec<u32> = values.iter().map(|v| interner.code(v.as_bytes())).collect();
        let (dictionary, places) = interner.sorted();
        let mut out = Vec::new();
        dictionary.encode(&mut out);
        let dictionary = Dictionary::decode(&out).unwrap();
        for (value, code) in values.iter().zip(codes) {
            let sealed = places[code as usize];
            assert_eq!(dictionary.value(sealed), value.as_bytes());
            assert_eq!(dictionary.code(value.as_bytes()), Some(sealed));
        }
        assert_eq!(dictionary.code(b"absent"), None);
        assert_eq!(dictionary.value(0), b"");
        assert_eq!(dictionary.len(), 211);
    }
}
