//! Rows in order of their time, without a sort of all their values: rows are picked first, by
//! several threads, and only those that the answer needs are read.

use crate::table::scan::{BATCH_ROWS, Scan, Unit, Walker};
use crate::table::tally::Tally;
use crate::table::threads;
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a part that are picked at a time where only the first few matter.
const FEW_ROWS: u32 = 4_096;
/// The same where all are wanted.
const MANY_ROWS: u32 = 65_536;

/// A row that passed: the larger its rank, the earlier it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Picked {
    rank: i64,
    /// The part's place plus one; 0 for the tail.
    chunk: u32,
    row: u32,
}

/// What the threads that pick have in common.
struct Picking {
    scan: Arc<Scan>,
    descending: bool,
    fetch: Option<usize>,
    tally: Tally,
    /// Pieces with the rank of the first row they may have, that with the highest first.
    units: Vec<(i64, Unit)>,
    next: AtomicUsize,
    /// The ranks of the best rows so far, at most `fetch`.
    best: Mutex<BinaryHeap<Reverse<i64>>>,
}

impl Picking {
    fn new(scan: &Arc<Scan>, descending: bool, fetch: Option<usize>, tally: Tally) -> Result<Self> {
        let mut walker = Walker::new(scan, None);
        let mut units = Vec::new();
        let mut lacks = None;
        for unit in scan.units(if fetch.is_some() { FEW_ROWS } else { MANY_ROWS }) {
            // The pieces of a part stand together.
            if lacks.is_none_or(|(part, _)| part != unit.part) {
                lacks = Some((unit.part, walker.lacks(&unit)?));
            }
            if lacks.is_some_and(|(_, lacks)| lacks) {
                continue;
            }
            if let Some((first, last)) = walker.extent(&unit)? {
                units.push((if descending { last } else { first.saturating_neg() }, unit));
            }
        }
        units.sort_by_key(|(rank, _)| Reverse(*rank));
        let (scan, next) = (Arc::clone(scan), AtomicUsize::new(0));
        Ok(Self { scan, descending, fetch, tally, units, next, best: Mutex::default() })
    }

    /// One thread's share.
    fn pick(&self) -> Result<Vec<Picked>> {
        let mut walker = Walker::new(&self.scan, Some(self.tally.clone()));
        let mut picked = Vec::new();
        while let Some((rank, unit)) = self.units.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if self.is_beaten(*rank) {
                break;
            }
            let mut rows = walker.select(unit)?;
            self.cut(&mut rows);
            let times = walker.times(unit, &rows)?;
            let chunk = unit.part.map_or(0, |place| place as u32 + 1);
            let ranks = times.into_iter().map(|t| if self.descending { t } else { -t });
            let found: Vec<Picked> =
                ranks.zip(rows).map(|(rank, row)| Picked { rank, chunk, row }).collect();
            self.note(&found);
            picked.extend(found);
        }
        Ok(picked)
    }

    /// Drops what cannot be among the first: rows of a piece are in order of time.
    fn cut(&self, rows: &mut Vec<u32>) {
        let Some(fetch) = self.fetch else { return };
        if self.descending {
            rows.drain(..rows.len().saturating_sub(fetch));
        } else {
            rows.truncate(fetch);
        }
    }

    fn note(&self, found: &[Picked]) {
        let Some(fetch) = self.fetch else { return };
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        for picked in found {
            best.push(Reverse(picked.rank));
            if best.len() > fetch {
                best.pop();
            }
        }
    }

    /// Whether enough rows are known that come before every row of this rank.
    fn is_beaten(&self, rank: i64) -> bool {
        let Some(fetch) = self.fetch else { return false };
        let best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        best.len() >= fetch && best.peek().is_none_or(|Reverse(worst)| *worst > rank)
    }
}

/// Picks the rows, with so many threads, and gives the walk over them.
pub(crate) async fn pick(
    scan: Arc<Scan>,
    descending: bool,
    fetch: Option<usize>,
    threads: usize,
    tally: Tally,
    reservation: MemoryReservation,
) -> Result<SortedBatches> {
    let picking = Arc::new(Picking::new(&scan, descending, fetch, tally.clone())?);
    let mut all = Vec::new();
    let threads = threads.min(picking.units.len());
    for some in threads::each(threads, &picking, |picking| picking.pick()).await? {
        reservation.try_grow(some.len() * size_of::<Picked>())?;
        all.extend(some);
    }
    all.sort_unstable_by_key(|picked| Reverse(*picked));
    all.truncate(fetch.unwrap_or(usize::MAX));
    tally.matched(all.len());
    let walker = Walker::new(&scan, None);
    Ok(SortedBatches { scan, rows: all, done: 0, walker, _held: reservation })
}

/// The batches of rows that were picked, in order.
pub(crate) struct SortedBatches {
    scan: Arc<Scan>,
    rows: Vec<Picked>,
    done: usize,
    walker: Walker,
    _held: MemoryReservation,
}

impl SortedBatches {
    fn advance(&mut self) -> Result<Option<RecordBatch>> {
        let end = self.rows.len().min(self.done + BATCH_ROWS);
        let some: Vec<Picked> = self.rows.get(self.done..end).unwrap_or_default().to_vec();
        self.done = end;
        if some.is_empty() { Ok(None) } else { self.read(&some).map(Some) }
    }

    fn read(&mut self, some: &[Picked]) -> Result<RecordBatch> {
        let mut by_chunk: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for picked in some {
            by_chunk.entry(picked.chunk).or_default().push(picked.row);
        }
        let mut batches = Vec::with_capacity(by_chunk.len());
        let mut places: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (chunk, rows) in &by_chunk {
            places.insert(*chunk, (batches.len(), 0));
            batches.push(self.read_chunk(*chunk, rows)?);
        }
        let mut order = Vec::with_capacity(some.len());
        for picked in some {
            if let Some((batch, next)) = places.get_mut(&picked.chunk) {
                order.push((*batch, *next));
                *next += 1;
            }
        }
        self.interleave(&batches, &order)
    }

    fn read_chunk(&mut self, chunk: u32, rows: &[u32]) -> Result<RecordBatch> {
        let part = (chunk as usize).checked_sub(1);
        self.walker.batch(&Unit { part, rows: 0..0 }, rows)
    }

    fn interleave(&self, batches: &[RecordBatch], order: &[(usize, usize)]) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.scan.schema.fields().len());
        for place in 0..self.scan.schema.fields().len() {
            let parts: Vec<_> = batches.iter().map(|batch| &**batch.column(place)).collect();
            columns.push(arrow::compute::interleave(&parts, order)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(order.len()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.scan.schema), columns, &options)?)
    }
}

impl Iterator for SortedBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
