//! Records of one event data store or trail in the order of their numbers, a page at a time: what
//! a follower reads that keeps its place by number.
//!
//! A page is a function of the numbers asked for: whether its records lie in the tail, in parts, or
//! were carried from the one into the other since the last page makes no difference.

use crate::bits::Packed;
use crate::error::Error;
use crate::part::Part;
use crate::reader::Reader;
use crate::search::{Found, Place};
use crate::snapshot::Snapshot;
use crate::tail::Entry;
use model::{Seq, SeqRange};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// Records in one page, at most.
pub const NUMBERED_MAX: usize = 4_096;

/// Some records, and how far they reach.
#[derive(Clone, Debug)]
pub struct NumberedPage {
    /// In the order of their numbers.
    pub rows: Vec<Found>,
    /// All records of the store below this number were handed over; the next page begins here.
    pub next: Seq,
}

/// Where a record lies.
#[derive(Debug)]
enum Spot {
    Entry(Arc<Entry>),
    /// A part, by its place in the snapshot, and a row.
    Row(usize, u32),
}

/// The lowest numbers seen so far.
#[derive(Debug, Default)]
struct Lowest {
    spots: BTreeMap<Seq, Spot>,
    /// Numbers from here on were seen and let go.
    let_go: Option<Seq>,
}

impl Lowest {
    fn wants(&self, seq: Seq) -> bool {
        self.let_go.is_none_or(|from| seq < from)
    }

    /// INVARIANT (bounded page): never more than [`NUMBERED_MAX`], and always the lowest.
    fn take(&mut self, seq: Seq, spot: Spot) {
        if !self.wants(seq) {
            return;
        }
        self.spots.insert(seq, spot);
        if self.spots.len() > NUMBERED_MAX {
            self.let_go = self.spots.pop_last().map(|(seq, _)| seq);
        }
    }
}

impl Snapshot {
    /// The records of `store` with numbers in `range`, lowest first: at most [`NUMBERED_MAX`], and
    /// none more once they have `bytes_max` bytes. Hidden ones are among them.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn numbered(
        &self,
        store: &str,
        range: Range<Seq>,
        bytes_max: usize,
    ) -> Result<NumberedPage, Error> {
        let range = range.start..range.end.min(self.end);
        let mut lowest = Lowest::default();
        for generation in &self.tail {
            generation.each_numbered(store, &range, |entry| {
                lowest.take(entry.seq, Spot::Entry(entry));
            });
        }
        for (place, part) in self.parts.iter().enumerate() {
            part.each_numbered(store, &range, |seq, row| {
                lowest.take(seq, Spot::Row(place, row));
            })?;
        }
        self.fetch(lowest, range, bytes_max)
    }

    fn fetch(
        &self,
        lowest: Lowest,
        range: Range<Seq>,
        bytes_max: usize,
    ) -> Result<NumberedPage, Error> {
        let mut page = NumberedPage { rows: Vec::new(), next: range.start.max(range.end) };
        page.next = lowest.let_go.unwrap_or(page.next);
        let (mut bytes, mut readers) = (0, HashMap::new());
        for (seq, spot) in lowest.spots {
            if bytes >= bytes_max && !page.rows.is_empty() {
                page.next = seq;
                break;
            }
            let found = match spot {
                Spot::Entry(entry) => entry.found(),
                Spot::Row(place, row) => match self.parts.get(place) {
                    Some(part) => row_of(part, place, row, seq, &mut readers)?,
                    None => continue,
                },
            };
            bytes += found.bytes.len();
            page.rows.push(found);
        }
        Ok(page)
    }
}

fn row_of(
    part: &Arc<Part>,
    place: usize,
    row: u32,
    seq: Seq,
    readers: &mut HashMap<usize, Reader>,
) -> Result<Found, Error> {
    let reader = match readers.entry(place) {
        std::collections::hash_map::Entry::Occupied(held) => held.into_mut(),
        std::collections::hash_map::Entry::Vacant(room) => room.insert(Reader::new(part)?),
    };
    let mut bytes = Vec::with_capacity(2_048);
    reader.record(row, &mut bytes)?;
    let at = Place { time: part.time(row)?, seq };
    Ok(Found::new(at, &part.meta.owner, part.id(row)?, part.flags(row)?, bytes.into()))
}

impl Part {
    /// Hands over the rows of a store with numbers in `range`, in any order.
    fn each_numbered(
        &self,
        store: &str,
        range: &Range<Seq>,
        mut take: impl FnMut(Seq, u32),
    ) -> Result<(), Error> {
        let ranges = &self.meta.seqs;
        let wanted = below(ranges, range.start)..below(ranges, range.end);
        if wanted.is_empty() {
            return Ok(());
        }
        let Some(stores) = self.memberships()? else {
            return Ok(());
        };
        let codes = stores.codes_of(store);
        if codes.is_empty() {
            return Ok(());
        }
        let ranks = self.ranks()?;
        let rank =
            |row| ranks.as_ref().map_or(u64::from(row), |r: &Arc<Packed>| r.at(row as usize));
        for row in 0..self.rows() {
            let rank = rank(row);
            if wanted.contains(&rank) && codes.binary_search(&stores.code(row)).is_ok() {
                let seq = nth(ranges, rank);
                let missing = crate::error::Corrupt("it has more rows than record numbers");
                take(seq.ok_or_else(|| self.corrupt(missing))?, row);
            }
        }
        Ok(())
    }
}

/// How many numbers of some ascending ranges are below `seq`.
fn below(ranges: &[SeqRange], seq: Seq) -> u64 {
    ranges.iter().map(|range| seq.0.saturating_sub(range.first.0).min(range.count)).sum()
}

/// The number at a place of some ascending ranges.
fn nth(ranges: &[SeqRange], mut place: u64) -> Option<Seq> {
    for range in ranges {
        if place < range.count {
            return Some(range.first.plus(place));
        }
        place -= range.count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_numbers_agree() {
        let range = |first, count| SeqRange { first: Seq(first), count };
        let ranges = [range(5, 3), range(10, 1), range(20, 2)];
        let numbers = [5, 6, 7, 10, 20, 21];
        for (place, number) in (0..).zip(numbers) {
            assert_eq!(nth(&ranges, place), Some(Seq(number)));
            assert_eq!(below(&ranges, Seq(number)), place);
        }
        assert_eq!(nth(&ranges, 6), None);
        assert_eq!((below(&ranges, Seq(0)), below(&ranges, Seq(99))), (0, 6));
        assert_eq!((below(&ranges, Seq(8)), below(&ranges, Seq(11))), (3, 4));
    }
}
