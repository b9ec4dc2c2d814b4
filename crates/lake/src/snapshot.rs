//! One unmoving view of the lake, for one question.

use crate::error::Error;
use crate::hits::Hits;
use crate::membership;
use crate::part::Part;
use crate::reader::Reader;
use crate::search::{Found, LIMIT_MAX, Page, Place, Search};
use crate::tail::{Entry, Generation, TailHits};
use model::{AccountId, RecordId, Seq, Timestamp};
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Parts and tail as they were at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Live parts, in any order.
    pub parts: Arc<Vec<Arc<Part>>>,
    /// The tail: the generation being filled and those being sealed.
    pub tail: Vec<Arc<Generation>>,
    /// Records from this number on came later and are not seen.
    pub end: Seq,
}

/// Asked of each record that passed the indexes: does it really pass?
pub type Check<'a> = &'a dyn Fn(&Found) -> bool;

impl Snapshot {
    /// The newest records that pass, a page of them.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn search(&self, search: &Search, check: Check<'_>) -> Result<Page, Error> {
        let limit = search.limit.clamp(1, LIMIT_MAX);
        let mut merge = Merge::new(self, search)?;
        let mut page = Page::default();
        while let Some(found) = merge.next()? {
            if !check(&found) {
                continue;
            }
            if page.rows.len() == limit {
                page.next = page.rows.last().map(|row| row.place);
                break;
            }
            page.rows.push(found);
        }
        Ok(page)
    }

    /// Hands over the newest records that pass, at most `max`; returns whether those were all.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn each(
        &self,
        search: &Search,
        max: usize,
        mut take: impl FnMut(&Found),
    ) -> Result<bool, Error> {
        let mut merge = Merge::new(self, search)?;
        for _ in 0..max {
            match merge.next()? {
                Some(found) => take(&found),
                None => return Ok(true),
            }
        }
        Ok(merge.next()?.is_none())
    }

    /// Everything that bears an id, of one owner: bytes and whether it is shown.
    pub fn with_id(
        &self,
        owner: &AccountId,
        id: RecordId,
        time: Timestamp,
    ) -> Result<Known, Error> {
        let mut known = Known::default();
        for generation in &self.tail {
            known.entries.extend(generation.with_id(owner, id));
        }
        for part in self.parts.iter() {
            let meta = &part.meta;
            if meta.owner == *owner && meta.time_min <= time && time <= meta.time_max {
                let rows = part.rows_of(id)?;
                known.rows.extend(rows.into_iter().map(|row| (Arc::clone(part), row)));
            }
        }
        Ok(known)
    }

    /// Earliest and latest event time.
    pub fn extent(&self, owner: Option<&AccountId>) -> Option<(Timestamp, Timestamp)> {
        let parts = self.parts.iter().filter(|part| owner.is_none_or(|o| part.meta.owner == *o));
        let parts = parts.map(|part| (part.meta.time_min, part.meta.time_max));
        let tail = self.tail.iter().filter_map(|generation| generation.extent(owner, self.end));
        parts.chain(tail).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// What bears an id already.
#[derive(Debug, Default)]
pub struct Known {
    /// In the tail.
    pub entries: Vec<Arc<Entry>>,
    /// In parts.
    pub rows: Vec<(Arc<Part>, u32)>,
}

impl Known {
    /// Whether nothing bears it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.rows.is_empty()
    }

    /// Whether one of them is the same, byte for byte.
    pub fn has_bytes(&self, bytes: &[u8]) -> Result<bool, Error> {
        self.has(|known| known == bytes)
    }

    /// Whether the bytes of one of them pass.
    pub fn has(&self, mut passes: impl FnMut(&[u8]) -> bool) -> Result<bool, Error> {
        if self.entries.iter().any(|entry| passes(entry.record.body.bytes())) {
            return Ok(true);
        }
        let mut record = Vec::new();
        for (part, row) in &self.rows {
            record.clear();
            Reader::new(part)?.record(*row, &mut record)?;
            if passes(&record) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether whoever asks an event data store sees one of them.
    pub fn is_shown_in(&self, store: &str) -> Result<bool, Error> {
        if self.entries.iter().any(|entry| entry.flags.shown(true) && entry.is_in(store)) {
            return Ok(true);
        }
        for (part, row) in &self.rows {
            let memberships = part.memberships()?;
            let holds = membership::holds(memberships.as_ref().and_then(|it| it.of(*row)), store);
            if holds && part.flags(*row)?.shown(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Where hits come from.
#[derive(Debug)]
enum Source {
    Part(Hits),
    Tail(TailHits),
}

enum Hit {
    Row(u32),
    Entry(Box<Found>),
}

/// Merges the hits of parts and tail, newest first. Parts are opened only when the answer has
/// come down to their latest record.
struct Merge<'a> {
    search: &'a Search,
    /// Parts not yet opened, oldest first.
    waiting: Vec<Arc<Part>>,
    sources: Vec<Source>,
    heap: BinaryHeap<(Place, usize)>,
    heads: Vec<Option<Hit>>,
}

impl<'a> Merge<'a> {
    fn new(snapshot: &Snapshot, search: &'a Search) -> Result<Self, Error> {
        let mut waiting: Vec<Arc<Part>> =
            snapshot.parts.iter().filter(|part| may_hold(part, search)).cloned().collect();
        waiting.sort_by_key(|part| part.meta.time_max);
        let (sources, heads, heap) = (Vec::new(), Vec::new(), BinaryHeap::new());
        let mut merge = Self { search, waiting, sources, heap, heads };
        for generation in &snapshot.tail {
            merge.add(Source::Tail(TailHits::new(search, generation, snapshot.end)))?;
        }
        Ok(merge)
    }

    fn add(&mut self, source: Source) -> Result<(), Error> {
        self.sources.push(source);
        self.heads.push(None);
        self.advance(self.sources.len() - 1)
    }

    fn advance(&mut self, place: usize) -> Result<(), Error> {
        let next = match self.sources.get_mut(place) {
            Some(Source::Part(hits)) => hits.next()?.map(|(place, row)| (place, Hit::Row(row))),
            Some(Source::Tail(hits)) => {
                hits.next().map(|(place, found)| (place, Hit::Entry(Box::new(found))))
            }
            None => None,
        };
        if let (Some((at, hit)), Some(head)) = (next, self.heads.get_mut(place)) {
            *head = Some(hit);
            self.heap.push((at, place));
        }
        Ok(())
    }

    /// Opens the parts that may hold something newer than the newest hit known.
    fn open_parts(&mut self) -> Result<(), Error> {
        while let Some(part) = self.waiting.last() {
            let newest = self.heap.peek().map(|(place, _)| place.time);
            if newest.is_some_and(|newest| part.meta.time_max < newest) {
                return Ok(());
            }
            let Some(part) = self.waiting.pop() else {
                return Ok(());
            };
            if let Some(hits) = Hits::new(self.search, &part)? {
                self.add(Source::Part(hits))?;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Found>, Error> {
        self.open_parts()?;
        let Some((at, place)) = self.heap.pop() else {
            return Ok(None);
        };
        let hit = self.heads.get_mut(place).and_then(Option::take);
        let found = match (hit, self.sources.get_mut(place)) {
            (Some(Hit::Entry(found)), _) => Some(*found),
            (Some(Hit::Row(row)), Some(Source::Part(hits))) => Some(hits.fetch(row, at)?),
            _ => None,
        };
        self.advance(place)?;
        Ok(found)
    }
}

pub(crate) fn may_hold(part: &Part, search: &Search) -> bool {
    let meta = &part.meta;
    search.owner.as_ref().is_none_or(|owner| *owner == meta.owner)
        && meta.time_max >= search.times.start
        && meta.time_min < search.times.end
        && search.after.is_none_or(|after| meta.time_min <= after.time)
}
