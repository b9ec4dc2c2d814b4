//! How often each value of a facet occurs in a whole part. A part never changes, so this is
//! counted once, when somebody first asks.

use crate::cache::{CacheKey, Decoded};
use crate::error::Error;
use crate::facet::Facet;
use crate::groups::Groups;
use crate::outcomes::Outcomes;
use crate::part::Part;
use crate::tally::{Count, cells};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The counts of a facet over all records of a part that are not hidden.
#[derive(Debug)]
pub(crate) struct Counted {
    /// By value, ascending. A record that has several counts for each.
    values: Vec<(Box<str>, Count)>,
}

impl Counted {
    fn of(part: &Arc<Part>, mut groups: Groups) -> Result<Self, Error> {
        let shown = part.shown_rows()?;
        let (outcomes, times) = (Outcomes::of(part)?, part.times()?);
        let cells = cells(shown.map(|row| (row, outcomes.at(row))), &mut groups)?;
        let mut values: Vec<(Box<str>, Count)> = Vec::new();
        for (group, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.records > 0) {
            let count = cell.count(part, &times);
            groups.values(group as u32, |value| values.push((value.into(), count)));
        }
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1.add(&next.1);
            }
            same
        });
        Ok(Self { values })
    }

    /// All values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.values.iter().map(|(value, count)| (&**value, count))
    }

    /// The count of one value.
    pub(crate) fn find(&self, value: &str) -> Option<&Count> {
        let place = self.values.binary_search_by(|(known, _)| (**known).cmp(value)).ok()?;
        self.values.get(place).map(|(_, count)| count)
    }

    /// Bytes held.
    pub(crate) fn weight(&self) -> usize {
        let entry = size_of::<(Box<str>, Count)>();
        self.values.iter().map(|(value, _)| value.len() + entry).sum()
    }
}

impl Part {
    /// Whether [`Part::count_ahead`] was called.
    pub fn is_counted(&self) -> bool {
        self.counted_ahead.load(Ordering::Relaxed)
    }

    /// Counts ahead what questions are about, so that whoever asks first does not wait for it.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn count_ahead(self: &Arc<Self>) -> Result<(), Error> {
        self.counted_ahead.store(true, Ordering::Relaxed);
        for facet in Facet::ALL {
            self.counted(*facet)?;
        }
        self.uses().map(drop)
    }

    /// How often each value of a facet occurs in all of it; `None` where only reading every
    /// record tells.
    pub(crate) fn counted(self: &Arc<Self>, facet: Facet) -> Result<Option<Arc<Counted>>, Error> {
        let key = CacheKey::Counted(self.opened.number, facet);
        if let Some(found) = self.opened.cache.find(key).and_then(Counted::unwrap) {
            return Ok(Some(found));
        }
        let groups = Groups::of(self, facet)?;
        if groups.reads() {
            return Ok(None);
        }
        let made = Arc::new(Counted::of(self, groups)?);
        self.opened.cache.keep(key, Counted::wrap(Arc::clone(&made)));
        Ok(Some(made))
    }
}
