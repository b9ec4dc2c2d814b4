//! Groups of rows, counted where the codes are: each row is a number of up to 128 bits, made of
//! the numbers of its texts and of its stretch of time.

use crate::functions::Stretch;
use crate::table::grouping::{Grouping, Key, Measure, Top};
use crate::table::scan::{BATCH_ROWS, CodeCounts, UNIT_ROWS, Unit, Walker};
use crate::table::source::Source;
use crate::table::spelling::Spelling;
use crate::table::tally::Tally;
use crate::table::threads;
use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, TimestampMillisecondArray};
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use hashbrown::HashMap;
use lake::{Coded, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The numbers of the keys, 32 bits each, the last key's lowest.
type Packed = u128;
/// Bits of one key.
const KEY_BITS: u32 = 32;
/// Bytes of a group in a table that is as empty as it may be.
const GROUP_BYTES: usize = 64;

/// How many rows there are of each kind.
type Counts = HashMap<Packed, i64>;

/// What the threads that count have in common.
struct Counting {
    grouping: Grouping,
    spelling: Spelling,
    units: Vec<Unit>,
    next: AtomicUsize,
    tally: Tally,
    /// That each thread makes its own from.
    reservation: MemoryReservation,
}

/// Counts, with as many threads as the plan reads with, and gives the batches of the answer.
pub(crate) async fn count(
    grouping: Grouping,
    schema: SchemaRef,
    tally: Tally,
    reservation: MemoryReservation,
) -> Result<Groups> {
    let spelling = Spelling::new(&grouping.scan.dictionaries);
    let units = grouping.scan.units(UNIT_ROWS);
    let threads = grouping.threads.clamp(1, units.len().max(1));
    let next = AtomicUsize::new(0);
    let held = reservation.new_empty();
    let counting = Arc::new(Counting { grouping, spelling, units, next, tally, reservation });
    let counted = threads::each(threads, &counting, |counting| counting.share()).await?;
    let bytes = counted.iter().map(|counts| counts.capacity() * GROUP_BYTES).sum::<usize>();
    held.try_grow(bytes + counting.spelling.bytes())?;
    let mut groups = counting.groups(counted);
    if let Some(top) = &counting.grouping.top {
        counting.keep(*top, &mut groups);
    }
    Ok(Groups { counting, groups, done: 0, schema, _held: held })
}

/// The batches of groups.
pub(crate) struct Groups {
    counting: Arc<Counting>,
    groups: Vec<Group>,
    done: usize,
    schema: SchemaRef,
    _held: MemoryReservation,
}

impl Iterator for Groups {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = self.groups.len().min(self.done + BATCH_ROWS);
        let some = self.groups.get(self.done..end).filter(|some| !some.is_empty())?;
        self.done = end;
        Some(self.counting.batch(some, &self.schema))
    }
}

/// A group: the numbers of its keys, how many rows, how many distinct values.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    keys: Packed,
    rows: i64,
    distinct: i64,
}

impl Group {
    const fn measured(&self, measure: Measure) -> i64 {
        match measure {
            Measure::Rows => self.rows,
            Measure::Distinct => self.distinct,
        }
    }
}

impl Counting {
    /// One thread's share.
    fn share(&self) -> Result<Counts> {
        let reservation = self.reservation.new_empty();
        let mut counter = Counter {
            counting: self,
            walker: Walker::new(&self.grouping.scan, Some(self.tally.clone())),
            columns: HashMap::new(),
            counts: Counts::new(),
        };
        while let Some(unit) = self.units.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            counter.count(unit)?;
            let bytes = counter.counts.capacity() * GROUP_BYTES;
            reservation.try_resize(bytes + self.spelling.bytes())?;
        }
        Ok(counter.counts)
    }

    /// Puts the counts of all threads together.
    fn groups(&self, mut counted: Vec<Counts>) -> Vec<Group> {
        counted.sort_unstable_by_key(HashMap::len);
        let mut all = counted.pop().unwrap_or_default();
        for counts in counted {
            counts.into_iter().for_each(|(kind, rows)| *all.entry(kind).or_default() += rows);
        }
        let all = self.settled(all);
        if !self.grouping.measures.contains(&Measure::Distinct) {
            let group = |(keys, rows)| Group { keys, rows, distinct: 0 };
            return all.into_iter().map(group).collect();
        }
        self.distinct(&all)
    }

    /// The same with one number for a text, where some came by two.
    fn settled(&self, counts: Counts) -> Counts {
        let settled = self.spelling.settled();
        if settled.is_empty() {
            return counts;
        }
        let mut all = Counts::with_capacity(counts.len());
        for (kind, rows) in counts {
            *all.entry(self.settled_kind(kind, &settled)).or_default() += rows;
        }
        all
    }

    fn settled_kind(&self, kind: Packed, settled: &HashMap<u32, u32>) -> Packed {
        let keys = self.grouping.keys.iter().enumerate();
        keys.fold(0, |packed, (place, key)| {
            let number = number(kind, place, self.grouping.keys.len());
            let known = match key {
                Key::Text(_) => settled.get(&number).copied(),
                Key::Time { .. } => None,
            };
            packed << KEY_BITS | Packed::from(known.unwrap_or(number))
        })
    }

    /// Counts the values of the last key in each group.
    fn distinct(&self, counts: &Counts) -> Vec<Group> {
        let mut groups: HashMap<Packed, Group> = HashMap::new();
        if self.grouping.groups == 0 {
            groups.insert(0, Group::default());
        }
        for (kind, rows) in counts {
            let keys = kind >> KEY_BITS;
            let group = groups.entry(keys).or_insert(Group { keys, ..Group::default() });
            group.rows += rows;
            group.distinct += i64::from(*kind as u32 != 0);
        }
        groups.into_values().collect()
    }

    /// Keeps only the groups that are wanted, in any order.
    fn keep(&self, top: Top, groups: &mut Vec<Group>) {
        let Some(measure) = self.grouping.measures.get(top.measure) else { return };
        if top.count < groups.len() {
            groups.select_nth_unstable_by(top.count, |a, b| {
                let order = a.measured(*measure).cmp(&b.measured(*measure));
                if top.descending { order.reverse() } else { order }
            });
            groups.truncate(top.count);
        }
    }

    fn batch(&self, groups: &[Group], schema: &SchemaRef) -> Result<RecordBatch> {
        let Grouping { keys, groups: key_count, measures, .. } = &self.grouping;
        let of_keys = keys.iter().take(*key_count).enumerate().map(|(place, key)| {
            let numbers = groups.iter().map(|group| number(group.keys, place, *key_count));
            self.values(key, numbers)
        });
        let of_measures = measures.iter().map(|measure| {
            let counts = groups.iter().map(|group| group.measured(*measure));
            Arc::new(Int64Array::from_iter_values(counts)) as ArrayRef
        });
        Ok(RecordBatch::try_new(Arc::clone(schema), of_keys.chain(of_measures).collect())?)
    }

    fn values(&self, key: &Key, numbers: impl Iterator<Item = u32>) -> ArrayRef {
        match key {
            Key::Text(_) => Arc::new(self.spelling.texts(&numbers.collect::<Vec<_>>())),
            Key::Time { stretch, first } => {
                let starts = numbers.map(|number| stretch.start(first + i64::from(number)));
                Arc::new(TimestampMillisecondArray::from_iter_values(starts))
            }
        }
    }
}

/// The number of a key within what is packed of so many.
fn number(packed: Packed, place: usize, keys: usize) -> u32 {
    let above = keys.saturating_sub(place + 1) as u32;
    packed.checked_shr(above * KEY_BITS).unwrap_or(0) as u32
}

/// A column of codes with the numbers that its codes stand for.
type Numbered = Option<(Coded, Arc<[u32]>)>;

/// What one thread counts with.
struct Counter<'a> {
    counting: &'a Counting,
    walker: Walker,
    /// Of the part that is being read, by key.
    columns: HashMap<(usize, usize), Numbered>,
    counts: Counts,
}

/// Columns that one thread keeps open.
const COLUMNS_MAX: usize = 256;

impl Counter<'_> {
    fn count(&mut self, unit: &Unit) -> Result<()> {
        let only = match self.counting.grouping.keys.as_slice() {
            [Key::Text(path)] => Some(Source::Text(path.clone())),
            _ => None,
        };
        if let Some(text) = &only
            && let Some(counts) = self.walker.whole_counts(unit, text)?
        {
            self.add_counts(counts);
            return Ok(());
        }
        let rows = self.walker.select(unit)?;
        self.walker.matched(rows.len());
        if let Some(text) = &only
            && let Some(counts) = self.walker.code_counts(unit, text, &rows)?
        {
            self.add_counts(counts);
            return Ok(());
        }
        self.count_rows(unit, &rows)
    }

    /// Adds how often the codes of the only key occur.
    fn add_counts(&mut self, CodeCounts { counts, words }: CodeCounts) {
        if counts.is_empty() {
            return;
        }
        let numbers = self.counting.spelling.words(words);
        for (number, count) in numbers.iter().zip(counts).filter(|(_, count)| *count > 0) {
            *self.counts.entry(Packed::from(*number)).or_default() += count;
        }
    }

    fn count_rows(&mut self, unit: &Unit, rows: &[u32]) -> Result<()> {
        let mut kinds: Vec<Packed> = Vec::new();
        for some in rows.chunks(BATCH_ROWS) {
            kinds.clear();
            kinds.resize(some.len(), 0);
            for (place, key) in self.counting.grouping.keys.iter().enumerate() {
                match key {
                    Key::Text(path) => self.add_texts(unit, place, path, some, &mut kinds)?,
                    Key::Time { stretch, first } => {
                        self.add_times(unit, (*stretch, *first), some, &mut kinds)?;
                    }
                }
            }
            self.add_up(&kinds);
        }
        Ok(())
    }

    fn add_texts(
        &mut self,
        unit: &Unit,
        place: usize,
        path: &Path,
        rows: &[u32],
        kinds: &mut [Packed],
    ) -> Result<()> {
        if let Some((coded, numbers)) = self.column(unit, place, path)? {
            let number = |row: &u32| numbers.get(coded.at(*row) as usize).copied().unwrap_or(0);
            push(kinds, rows.iter().map(number));
            return Ok(());
        }
        let texts = self.walker.column(unit, &Source::Text(path.clone()), rows)?;
        push(kinds, self.counting.spelling.numbers(texts.as_string_view()));
        Ok(())
    }

    /// The codes of a key; `None` where rows have to be read.
    fn column(&mut self, unit: &Unit, key: usize, path: &Path) -> Result<Numbered> {
        let Some(part) = unit.part else { return Ok(None) };
        if let Some(known) = self.columns.get(&(part, key)) {
            return Ok(known.clone());
        }
        if self.columns.len() >= COLUMNS_MAX {
            self.columns.clear();
        }
        let found = self.walker.words(unit, path)?;
        let numbered = found.map(|(coded, words)| (coded, self.counting.spelling.words(words)));
        self.columns.insert((part, key), numbered.clone());
        Ok(numbered)
    }

    /// Rows are in order of time: most are in the stretch of the row before.
    fn add_times(
        &mut self,
        unit: &Unit,
        (stretch, first): (Stretch, i64),
        rows: &[u32],
        kinds: &mut [Packed],
    ) -> Result<()> {
        let (mut number, mut within) = (0, 0..0);
        let numbers = self.walker.times(unit, rows)?.into_iter().map(|time| {
            if !within.contains(&time) {
                let found = stretch.number(time);
                within = stretch.start(found)..stretch.start(found + 1);
                number = u32::try_from(found - first).unwrap_or(u32::MAX);
            }
            number
        });
        push(kinds, numbers);
        Ok(())
    }

    /// Rows of one kind often lie together.
    fn add_up(&mut self, kinds: &[Packed]) {
        for run in kinds.chunk_by(|a, b| a == b) {
            let Some(kind) = run.first() else { continue };
            *self.counts.entry(*kind).or_default() += run.len() as i64;
        }
    }
}

/// Puts one more key's numbers behind those that are there.
fn push(kinds: &mut [Packed], numbers: impl IntoIterator<Item = u32>) {
    for (kind, number) in kinds.iter_mut().zip(numbers) {
        *kind = *kind << KEY_BITS | Packed::from(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_packed_in_their_order() {
        let mut kinds = vec![0; 2];
        for numbers in [[1, 2], [0, u32::MAX], [7, 0], [3, 4]] {
            push(&mut kinds, numbers);
        }
        let unpacked = |kind| [0, 1, 2, 3].map(|place| number(kind, place, 4));
        assert_eq!(
            kinds.iter().map(|kind| unpacked(*kind)).collect::<Vec<_>>(),
            [[1, 0, 7, 3], [2, u32::MAX, 0, 4]]
        );
        assert_eq!(number(kinds[0], 0, 0), 3);
    }
}
