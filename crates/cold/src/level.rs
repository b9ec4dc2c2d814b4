//! What was put last, in memory.

use crate::Bytes;
use crate::limits::ENTRY_BYTES;
use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::ops::Bound;

/// Keys and values in memory; `None` removes what older levels and runs have under a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Level {
    entries: BTreeMap<Bytes, Option<Bytes>>,
    bytes: usize,
    removed: usize,
}

fn weight(key: &Bytes, value: Option<&Bytes>) -> usize {
    ENTRY_BYTES + key.len() + value.map_or(0, |value| value.len())
}

impl Level {
    /// Puts a value, or the absence of one. Where nothing lies below, absence need not be noted.
    pub(crate) fn put(&mut self, key: Bytes, value: Option<Bytes>, is_bottom: bool) {
        self.forget(&key);
        if is_bottom && value.is_none() {
            return;
        }
        self.bytes += weight(&key, value.as_ref());
        self.removed += usize::from(value.is_none());
        self.entries.insert(key, value);
    }

    fn forget(&mut self, key: &[u8]) {
        if let Some((key, value)) = self.entries.remove_entry(key) {
            self.bytes -= weight(&key, value.as_ref());
            self.removed -= usize::from(value.is_none());
        }
    }

    /// Takes in a newer level.
    pub(crate) fn take(&mut self, newer: Self, is_bottom: bool) {
        for (key, value) in newer.entries {
            self.put(key, value, is_bottom);
        }
    }

    pub(crate) fn value(&self, key: &[u8]) -> Option<&Option<Bytes>> {
        self.entries.get(key)
    }

    /// Entries between two keys. None where they are in the wrong order.
    pub(crate) fn range(
        &self,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Range<'_, Bytes, Option<Bytes>> {
        let nothing = (Bound::Included(&[][..]), Bound::Excluded(&[][..]));
        let range = if is_empty(from, to) { nothing } else { (from, to) };
        self.entries.range::<[u8], _>(range)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) const fn removed(&self) -> usize {
        self.removed
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Whether nothing can lie between two keys.
pub(crate) fn is_empty(from: Bound<&[u8]>, to: Bound<&[u8]>) -> bool {
    use Bound::{Excluded, Included, Unbounded};
    match (from, to) {
        (Unbounded, _) | (_, Unbounded) => false,
        (Included(from), Included(to)) => from > to,
        (Included(from) | Excluded(from), Included(to) | Excluded(to)) => from >= to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Bytes {
        text.as_bytes().into()
    }

    #[test]
    fn weighs_what_it_holds() {
        let mut level = Level::default();
        level.put(bytes("a"), Some(bytes("12")), false);
        level.put(bytes("a"), Some(bytes("1")), false);
        level.put(bytes("b"), None, false);
        assert_eq!((level.len(), level.removed()), (2, 1));
        assert_eq!(level.bytes(), 2 * ENTRY_BYTES + 3);
        level.put(bytes("a"), None, true);
        level.put(bytes("b"), None, true);
        assert_eq!((level.len(), level.removed(), level.bytes()), (0, 0, 0));
    }

    #[test]
    fn a_range_in_the_wrong_order_is_empty() {
        let mut level = Level::default();
        level.put(bytes("a"), Some(bytes("1")), false);
        let count = |from, to| level.range(from, to).count();
        assert_eq!(count(Bound::Included(b"b"), Bound::Included(b"a")), 0);
        assert_eq!(count(Bound::Excluded(b"a"), Bound::Excluded(b"a")), 0);
        assert_eq!(count(Bound::Included(b"a"), Bound::Included(b"a")), 1);
        assert_eq!(count(Bound::Unbounded, Bound::Unbounded), 1);
    }
}
