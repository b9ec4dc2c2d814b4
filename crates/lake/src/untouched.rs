//! Resources that were touched once and not since. Parts know names by hash only: whether one was
//! touched since is told by hashes, and its name is read from the last record that bears it.

use crate::column::{BETWEEN_KINDS, Column};
use crate::draft::name_hash;
use crate::error::Error;
use crate::names::Names;
use crate::part::Part;
use crate::reader::Reader;
use crate::search::Found;
use crate::selection::found;
use crate::snapshot::Snapshot;
use crate::tail::Entry;
use crate::worded::Worded;
use model::{AccountId, Timestamp};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The first bits of the hash of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    bits: u32,
    shift: u32,
}

impl Prefix {
    /// Whether a name has this prefix.
    pub fn fits(self, name: &str) -> bool {
        name_hash(name) >> self.shift == u64::from(self.bits)
    }

    /// The hashes that begin so.
    const fn range(self) -> std::ops::RangeInclusive<u64> {
        let first = (self.bits as u64) << self.shift;
        first..=first | ((1 << self.shift) - 1)
    }
}

/// Longest prefix that a [`Seen`] tells apart, in bits: eight megabytes.
const SEEN_BITS_MAX: u32 = 26;

/// Prefixes of one length that were seen, one bit each.
struct Seen {
    shift: u32,
    words: Vec<u64>,
}

impl Seen {
    fn new(shift: u32) -> Self {
        Self { shift, words: vec![0; 1 << (64 - shift).saturating_sub(6)] }
    }

    fn put(&mut self, hash: u64) {
        let place = hash >> self.shift;
        if let Some(word) = self.words.get_mut(place as usize / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn has(&self, prefix: Prefix) -> bool {
        let range = prefix.range();
        let (first, last) = (range.start() >> self.shift, range.end() >> self.shift);
        (first..=last).any(|place| {
            self.words.get(place as usize / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
        })
    }
}

/// All that was touched since.
#[derive(Default)]
struct Since(Vec<Seen>);

impl Since {
    fn put(&mut self, shift: u32, hash: u64) {
        let shift = shift.max(64 - SEEN_BITS_MAX);
        let place = match self.0.iter().position(|seen| seen.shift == shift) {
            Some(place) => place,
            None => {
                self.0.push(Seen::new(shift));
                self.0.len() - 1
            }
        };
        if let Some(seen) = self.0.get_mut(place) {
            seen.put(hash);
        }
    }

    fn has(&self, prefix: Prefix) -> bool {
        self.0.iter().any(|seen| seen.has(prefix))
    }
}

/// Most records read for one answer.
const READS_MAX: usize = 5_000;

/// Given a record and the prefix of a name in it; tells the names in it that fit.
pub type NamesIn<'a> = &'a mut dyn FnMut(&Found, Prefix) -> Vec<String>;

impl Snapshot {
    /// Hands over the last record of each resource that was touched before `since` and certainly
    /// not after, at most `max` of them; returns whether those were all. Records that touch
    /// something of the types `many`, of which there are a great many, are looked at last. Two
    /// names whose hashes begin alike count as one that was touched: a few in a hundred may be
    /// left out for that.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn untouched(
        &self,
        owner: Option<&AccountId>,
        since: Timestamp,
        max: usize,
        many: &[&str],
        names_in: NamesIn<'_>,
    ) -> Result<bool, Error> {
        let mut walk = Walk {
            touched: Since::default(),
            known: BTreeSet::new(),
            left: max,
            reads: READS_MAX,
            since,
            many,
            deferred: Since::default(),
        };
        let parts = self.parts.iter().filter(|part| owner.is_none_or(|it| *it == part.meta.owner));
        let mut parts: Vec<&Arc<Part>> = parts.collect();
        parts.sort_by_key(|part| Reverse(part.meta.time_max));
        for part in parts.iter().filter(|part| part.meta.time_max >= since) {
            let names = part.names()?;
            walk.note(&names, part.first_at(since)?);
        }
        let entries = self.tail_entries(owner);
        for entry in entries.iter().filter(|entry| entry.time >= since) {
            entry.resources.iter().for_each(|(_, name)| walk.touched.put(0, name_hash(name)));
        }
        let past = || entries.iter().filter(|it| it.time < since && !it.flags.hidden());
        for last in [false, true] {
            past().for_each(|entry| walk.entry(entry, last, names_in));
            for part in parts.iter().filter(|part| part.meta.time_min < since) {
                walk.part(part, last, names_in)?;
            }
            walk.deferred = Since::default();
        }
        Ok(walk.left > 0 && walk.reads > 0)
    }

    fn tail_entries(&self, owner: Option<&AccountId>) -> Vec<Arc<Entry>> {
        let mut entries: Vec<Arc<Entry>> =
            self.tail.iter().flat_map(|generation| generation.entries()).collect();
        entries.retain(|entry| {
            entry.seq < self.end && owner.is_none_or(|owner| *owner == entry.record.owner)
        });
        entries.sort_by_key(|entry| Reverse(entry.place()));
        entries
    }
}

/// One walk back in time.
struct Walk<'a> {
    touched: Since,
    /// Full hashes of the names handed over.
    known: BTreeSet<u64>,
    /// Names that may still be handed over.
    left: usize,
    /// Records that may still be read.
    reads: usize,
    since: Timestamp,
    many: &'a [&'a str],
    /// Names that are looked at last.
    deferred: Since,
}

impl Walk<'_> {
    fn note(&mut self, names: &Names, first: u32) {
        for (hash, mut rows) in names.groups() {
            if rows.any(|row| row >= first) {
                self.touched.put(names.shift(), u64::from(hash) << names.shift());
            }
        }
    }

    fn is_new(&self, prefix: Prefix) -> bool {
        self.left > 0
            && self.reads > 0
            && !self.touched.has(prefix)
            && !self.deferred.has(prefix)
            && self.known.range(prefix.range()).next().is_none()
    }

    fn tell(&mut self, found: &Found, prefix: Prefix, names_in: NamesIn<'_>) {
        self.reads = self.reads.saturating_sub(1);
        for name in names_in(found, prefix) {
            if self.known.insert(name_hash(&name)) {
                self.left = self.left.saturating_sub(1);
            }
        }
    }

    fn entry(&mut self, entry: &Entry, last: bool, names_in: NamesIn<'_>) {
        let is_many = |(kind, _): &(String, String)| self.many.contains(&kind.as_str());
        if !last && entry.resources.iter().any(is_many) {
            let hashes = entry.resources.iter().map(|(_, name)| name_hash(name));
            return hashes.for_each(|hash| self.deferred.put(0, hash));
        }
        for (_, name) in &entry.resources {
            let shift = 64 - 32;
            let prefix = Prefix { bits: (name_hash(name) >> shift) as u32, shift };
            if self.is_new(prefix) {
                self.tell(&entry.found(), prefix, names_in);
            }
        }
    }

    /// By code of the types of a row: whether one of them has a great many.
    fn of_many(&self, kinds: &Worded) -> Vec<bool> {
        let has = |joined: &[u8]| {
            let mut kinds = joined.split(|byte| *byte == BETWEEN_KINDS);
            kinds.any(|kind| self.many.iter().any(|many| many.as_bytes() == kind))
        };
        (0..=kinds.values.len() as u32).map(|code| has(kinds.values.value(code))).collect()
    }

    fn part(&mut self, part: &Arc<Part>, last: bool, names_in: NamesIn<'_>) -> Result<(), Error> {
        let (names, end) = (part.names()?, part.first_at(self.since)?);
        let kinds = Worded::of(part, Column::Kinds)?;
        let many: Vec<bool> = kinds.as_ref().map_or_else(Vec::new, |kinds| self.of_many(kinds));
        let is_many = |row: u32| {
            let code = kinds.as_ref().map_or(0, |kinds| kinds.code(row));
            many.get(code as usize).copied().unwrap_or(false)
        };
        let mut reader = Reader::new(part)?;
        for (bits, rows) in names.groups() {
            let prefix = Prefix { bits, shift: names.shift() };
            if !self.is_new(prefix) {
                continue;
            }
            let mut newest = None;
            for row in rows.take_while(|row| *row < end) {
                if !part.flags(row)?.hidden() {
                    newest = Some(row);
                }
            }
            if let Some(row) = newest {
                if !last && is_many(row) {
                    self.deferred.put(prefix.shift, u64::from(bits) << prefix.shift);
                    continue;
                }
                let found = found(part, &mut reader, row)?;
                self.tell(&found, prefix, names_in);
            }
        }
        Ok(())
    }
}
