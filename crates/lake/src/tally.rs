//! Counts over the records that pass a look-up: by codes within a part, by values between parts.
//! No record is put together for it, and no query engine is asked.

use crate::bits::Packed;
use crate::both::both;
use crate::counted::Counted;
use crate::error::Error;
use crate::facet::{Facet, Outcome};
use crate::groups::{Groups, entry_values};
use crate::outcomes::Outcomes;
use crate::part::Part;
use crate::search::Search;
use crate::selection::{Lot, each_lot};
use crate::snapshot::{Check, Snapshot};
use crate::tail::Entry;
use hashbrown::HashMap;
use model::{Field, Timestamp};
use std::borrow::Cow;
use std::sync::Arc;

/// Most distinct values of one facet that are told apart; records with further ones are counted
/// in [`Counts::others`].
pub const VALUES_MAX: usize = 1 << 20;

/// Of some records: how many, how they went, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub records: u64,
    /// Of these, refused for want of a permission.
    pub denied: u64,
    /// Of these, failed otherwise.
    pub failed: u64,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
}

impl Default for Count {
    fn default() -> Self {
        Self { records: 0, denied: 0, failed: 0, first: Timestamp::MAX, last: Timestamp::MIN }
    }
}

impl Count {
    /// Takes others in.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.denied += other.denied;
        self.failed += other.failed;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    fn of_entry(entry: &Entry) -> Self {
        let outcome = outcome(entry);
        Self {
            records: 1,
            denied: u64::from(outcome == Outcome::Denied),
            failed: u64::from(outcome == Outcome::Failed),
            first: entry.time,
            last: entry.time,
        }
    }
}

pub(crate) fn outcome(entry: &Entry) -> Outcome {
    let code = entry.view().text(Field::ErrorCode).unwrap_or(Cow::Borrowed(""));
    Outcome::of(entry.flags.failed(), &code)
}

/// The values of one facet.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Which.
    pub facet: Facet,
    /// By value. A record that has several (resource types) counts for each.
    pub values: HashMap<String, Count>,
    /// Records without a value.
    pub missing: Count,
    /// Records with values beyond [`VALUES_MAX`].
    pub others: Count,
    /// Older records whose value lies in a block, where their part found too few repetitions for
    /// a column: beyond [`READS_MAX`] they are not read.
    pub unread: u64,
    /// Records that may still be read.
    left: usize,
    /// Only the values that are there already are counted.
    closed: bool,
}

/// A facet and those of its values that are to be counted.
pub type Wanted = (Facet, Vec<String>);

/// Most records read for the values of one facet.
pub const READS_MAX: usize = 5_000;

impl Counts {
    fn new(facet: Facet) -> Self {
        let (missing, others) = (Count::default(), Count::default());
        Self {
            facet,
            values: HashMap::new(),
            missing,
            others,
            unread: 0,
            left: READS_MAX,
            closed: false,
        }
    }

    /// Takes in what a whole part has.
    fn add_counted(&mut self, counted: &Counted) {
        if !self.closed {
            return counted.iter().for_each(|(value, count)| self.add(value, count));
        }
        for (value, sum) in &mut self.values {
            counted.find(value).into_iter().for_each(|count| sum.add(count));
        }
        counted.find("").into_iter().for_each(|count| self.missing.add(count));
    }

    fn add(&mut self, value: &str, count: &Count) {
        if value.is_empty() {
            return self.missing.add(count);
        }
        if let Some(known) = self.values.get_mut(value) {
            return known.add(count);
        }
        if self.closed {
            return;
        }
        if self.values.len() >= VALUES_MAX {
            return self.others.add(count);
        }
        self.values.insert(value.to_owned(), *count);
    }
}

/// What was counted.
#[derive(Clone, Debug)]
pub struct Tally {
    /// All records that pass.
    pub total: Count,
    /// One for each facet asked for, in that order.
    pub counts: Vec<Counts>,
    /// Every record that passes was counted. Not so where too many had to be read one by one.
    pub whole: bool,
}

impl Snapshot {
    /// Counts what passes, by each of `facets`. `check` has the last word on each record, where
    /// there is one.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn tally(
        &self,
        search: &Search,
        facets: &[Facet],
        check: Option<Check<'_>>,
    ) -> Result<Tally, Error> {
        self.count(search, facets.iter().copied().map(Counts::new).collect(), check)
    }

    /// The same for some values only, which costs less than telling all of them apart. All others
    /// are left out.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn tally_of(
        &self,
        search: &Search,
        wanted: Vec<Wanted>,
        check: Option<Check<'_>>,
    ) -> Result<Tally, Error> {
        let counts = wanted.into_iter().map(|(facet, values)| Counts {
            values: values.into_iter().map(|value| (value, Count::default())).collect(),
            closed: true,
            ..Counts::new(facet)
        });
        self.count(search, counts.collect(), check)
    }

    /// Every other facet is counted on a second thread, unless records must be read to tell
    /// which pass.
    fn count(
        &self,
        search: &Search,
        counts: Vec<Counts>,
        check: Option<Check<'_>>,
    ) -> Result<Tally, Error> {
        if check.is_some() || counts.len() < 2 {
            return self.count_here(search, counts, check);
        }
        let (mut even, mut odd) = (Vec::new(), Vec::new());
        for (place, counts) in counts.into_iter().enumerate() {
            if place.is_multiple_of(2) { even.push(counts) } else { odd.push(counts) }
        }
        let (even, odd) =
            both(|| self.count_here(search, even, None), || self.count_here(search, odd, None));
        let (mut tally, mut odd) = (even?, odd?.counts.into_iter());
        let pairs = tally.counts.into_iter().flat_map(|even| [Some(even), odd.next()]);
        tally.counts = pairs.flatten().collect();
        Ok(tally)
    }

    fn count_here(
        &self,
        search: &Search,
        mut counts: Vec<Counts>,
        check: Option<Check<'_>>,
    ) -> Result<Tally, Error> {
        let mut total = Count::default();
        let whole = each_lot(self, search, check, |lot| match lot {
            Lot::Rows(part, rows) => add_rows(&part, &rows, &mut total, &mut counts),
            Lot::Entries(entries) => {
                for entry in entries {
                    let count = Count::of_entry(&entry);
                    total.add(&count);
                    for counts in &mut counts {
                        entry_values(&entry, counts.facet, |value| counts.add(value, &count));
                    }
                }
                Ok(())
            }
        })?;
        Ok(Tally { total, counts, whole })
    }

    /// Counts what passes by time: from `start` on, so many milliseconds a bucket.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn timeline(
        &self,
        search: &Search,
        grid: Grid,
        check: Option<Check<'_>>,
    ) -> Result<Timeline, Error> {
        let mut buckets = vec![Count::default(); grid.buckets];
        let mut put = |time: Timestamp, outcome| {
            if let Some(bucket) = grid.place(time).and_then(|place| buckets.get_mut(place)) {
                bucket.add(&one(time, outcome));
            }
        };
        let whole = each_lot(self, search, check, |lot| {
            match lot {
                Lot::Rows(part, rows) => {
                    let outcomes = Outcomes::of(&part)?;
                    let times = part.times()?;
                    for row in rows {
                        put(part.moment(times.at(row as usize)), outcomes.at(row));
                    }
                }
                Lot::Entries(entries) => {
                    entries.iter().for_each(|entry| put(entry.time, outcome(entry)));
                }
            }
            Ok(())
        })?;
        Ok(Timeline { buckets, whole })
    }
}

/// Buckets of one length.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Where the first begins.
    pub start: Timestamp,
    /// How long each is, in milliseconds; at least 1.
    pub bucket_ms: i64,
    /// How many.
    pub buckets: usize,
}

impl Grid {
    fn place(self, time: Timestamp) -> Option<usize> {
        let past = time.0.checked_sub(self.start.0)?;
        usize::try_from(past.div_euclid(self.bucket_ms.max(1))).ok()
    }
}

/// Counts by time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// One for each bucket of the grid.
    pub buckets: Vec<Count>,
    /// As [`Tally::whole`].
    pub whole: bool,
}

pub(crate) const fn one(time: Timestamp, outcome: Outcome) -> Count {
    let (denied, failed) =
        (matches!(outcome, Outcome::Denied) as u64, matches!(outcome, Outcome::Failed) as u64);
    Count { records: 1, denied, failed, first: time, last: time }
}

/// Counts of one code within a part. Rows come ascending, so the last seen is the latest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) records: u32,
    denied: u32,
    failed: u32,
    first: u32,
    last: u32,
}

impl Cell {
    #[inline]
    fn add(&mut self, row: u32, outcome: Outcome) {
        if self.records == 0 {
            self.first = row;
        }
        self.last = row;
        self.records += 1;
        match outcome {
            Outcome::Ok => {}
            Outcome::Denied => self.denied += 1,
            Outcome::Failed => self.failed += 1,
        }
    }

    /// With the times of its rows.
    pub(crate) fn count(&self, part: &Part, times: &Packed) -> Count {
        let time = |row: u32| part.moment(times.at(row as usize));
        Count {
            records: u64::from(self.records),
            denied: u64::from(self.denied),
            failed: u64::from(self.failed),
            first: time(self.first),
            last: time(self.last),
        }
    }
}

fn add_rows(
    part: &Arc<Part>,
    rows: &[u32],
    total: &mut Count,
    counts: &mut [Counts],
) -> Result<(), Error> {
    let (outcomes, times) = (Outcomes::of(part)?, part.times()?);
    let outcomes: Vec<Outcome> = rows.iter().map(|row| outcomes.at(*row)).collect();
    let mut all = Cell::default();
    rows.iter().zip(&outcomes).for_each(|(row, outcome)| all.add(*row, *outcome));
    total.add(&all.count(part, &times));
    let whole = is_whole(part, rows)?;
    for counts in counts {
        if whole && let Some(counted) = part.counted(counts.facet)? {
            counts.add_counted(&counted);
            continue;
        }
        let mut groups = Groups::of(part, counts.facet)?;
        let unread = if groups.reads() { rows.len().saturating_sub(counts.left) } else { 0 };
        counts.unread += unread as u64;
        if groups.reads() {
            counts.left -= rows.len() - unread;
        }
        let read = rows.iter().copied().zip(outcomes.iter().copied()).skip(unread);
        let cells = cells(read, &mut groups)?;
        let cell = |group: u32| cells.get(group as usize).filter(|cell| cell.records > 0);
        let wanted = counts_of(&groups, counts);
        let mut tell = |group, cell: &Cell| {
            let count = cell.count(part, &times);
            groups.values(group, |value| counts.add(value, &count));
        };
        match wanted {
            Some(wanted) => {
                let wanted = wanted.into_iter().filter(|group| *group != 0);
                wanted.for_each(|group| cell(group).into_iter().for_each(|it| tell(group, it)));
            }
            None => {
                let all = (0..).zip(&cells).filter(|(_, cell)| cell.records > 0);
                all.for_each(|(group, cell)| tell(group, cell));
            }
        }
    }
    Ok(())
}

/// Whether rows, which come ascending, are all that are not hidden.
pub(crate) fn is_whole(part: &Part, rows: &[u32]) -> Result<bool, Error> {
    let hidden = part.hidden_rows()?;
    let as_many = rows.len() + hidden.len() == part.rows() as usize;
    Ok(as_many && hidden.iter().all(|row| rows.binary_search(row).is_err()))
}

/// Counts rows by their groups; the rows come ascending.
pub(crate) fn cells(
    rows: impl Iterator<Item = (u32, Outcome)>,
    groups: &mut Groups,
) -> Result<Vec<Cell>, Error> {
    let mut cells: Vec<Cell> = vec![Cell::default(); groups.expected()];
    for (row, outcome) in rows {
        let group = groups.at(row)? as usize;
        if group >= cells.len() {
            cells.resize(group + 1, Cell::default());
        }
        if let Some(cell) = cells.get_mut(group) {
            cell.add(row, outcome);
        }
    }
    Ok(cells)
}

/// The groups of the values that are wanted, where only some are and a column tells them.
fn counts_of(groups: &Groups, counts: &Counts) -> Option<Vec<u32>> {
    let values = counts.values.keys().filter(|_| counts.closed);
    let wanted: Option<Vec<u32>> = values.map(|value| groups.group_of(value)).collect();
    wanted.filter(|_| counts.closed)
}
