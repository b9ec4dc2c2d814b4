//! A walk through cold State, from place to place, over stretches that nobody wants to see.

use super::place;
use crate::Error;
use cold::{Bytes, Scan, Store};
use serde::de::DeserializeOwned;
use std::iter::Peekable;
use std::ops::Bound;

/// So many entries are stepped over before the walk seeks anew.
const STEPS: usize = 8;

/// Entries that one call looks at, at most: the rest is for the next call.
pub(crate) const SEEN_MAX: usize = 100_000;

pub(crate) struct Walk<'a> {
    cold: &'a Store,
    scan: Peekable<Scan<'a>>,
    end: Vec<u8>,
    /// Entries looked at so far.
    pub(crate) seen: usize,
}

impl<'a> Walk<'a> {
    /// All places that begin so, from the first one within `from` on.
    pub(crate) fn below(cold: &'a Store, prefix: &[u8], from: Bound<Vec<u8>>) -> Self {
        let end = place::behind(prefix);
        let scan = cold.scan(from.as_ref().map(Vec::as_slice), Bound::Excluded(&end)).peekable();
        Self { cold, scan, end, seen: 0 }
    }

    /// The next entry; `None` at the end.
    pub(crate) fn step(&mut self) -> Result<Option<(Bytes, Bytes)>, Error> {
        self.seen += 1;
        Ok(self.scan.next().transpose()?)
    }

    /// Goes on at `to`, or behind it.
    pub(crate) fn skip_to(&mut self, to: &[u8]) -> Result<(), Error> {
        for _ in 0..STEPS {
            match self.scan.peek() {
                Some(Ok((place, _))) if **place < *to => self.step()?,
                _ => return Ok(()),
            };
        }
        let scan = self.cold.scan(Bound::Included(to), Bound::Excluded(&self.end));
        self.scan = scan.peekable();
        Ok(())
    }

    /// Whether the next call should see the rest.
    pub(crate) const fn is_long(&self) -> bool {
        self.seen >= SEEN_MAX
    }
}

/// A value, read.
pub(crate) fn read<T: DeserializeOwned>(value: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(value).map_err(|error| Error::Damaged {
        path: crate::runs::COLD.into(),
        what: format!("a value cannot be read ({error})"),
    })
}
