//! A scan: which columns of which rows, and the walk over them, batch by batch.

use crate::table::chunk::{Chunk, lake_error};
use crate::table::compiled::{Compiled, retain};
use crate::table::dictionaries::{Dictionaries, Words};
use crate::table::members::Members;
use crate::table::part_chunk::PartChunk;
use crate::table::predicate::{Form, Predicate};
use crate::table::source::Source;
use crate::table::tail_chunk::TailChunk;
use crate::table::tally::Tally;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_expr_common::physical_expr::snapshot_physical_expr;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use lake::{Coded, Part, Path, Rows};
use model::Timestamp;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a batch.
pub(crate) const BATCH_ROWS: usize = 8_192;
/// Rows of a part that one partition takes at a time.
pub(crate) const UNIT_ROWS: u32 = 32_768;

/// Which columns of which rows.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) parts: Vec<Arc<Part>>,
    pub(crate) tail: TailChunk,
    pub(crate) since: Option<Timestamp>,
    /// Only records that this event data store holds.
    pub(crate) store: Option<String>,
    pub(crate) dictionaries: Dictionaries,
    /// All columns that the table has.
    pub(crate) table: SchemaRef,
    pub(crate) table_sources: Arc<Vec<Source>>,
    /// The columns that are read.
    pub(crate) schema: SchemaRef,
    pub(crate) sources: Vec<Source>,
    pub(crate) filters: Vec<Arc<dyn PhysicalExpr>>,
}

/// Some rows of a part, or all of the tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The part's place; `None` for the tail.
    pub(crate) part: Option<usize>,
    pub(crate) rows: Range<u32>,
}

impl Scan {
    /// All rows, in pieces of at most so many.
    pub(crate) fn units(&self, most: u32) -> Vec<Unit> {
        let mut units = Vec::new();
        for (place, part) in self.parts.iter().enumerate() {
            for start in (0..part.rows()).step_by(most.max(1) as usize) {
                let end = part.rows().min(start.saturating_add(most));
                units.push(Unit { part: Some(place), rows: start..end });
            }
        }
        let tail = 0..self.tail.len() as u32;
        if !tail.is_empty() {
            units.push(Unit { part: None, rows: tail });
        }
        units
    }

    /// Earliest and latest time of all records that rows are picked from; `None` where there are
    /// none.
    pub(crate) fn extent(&self) -> Option<(i64, i64)> {
        let parts = self.parts.iter().map(|part| (part.meta.time_min.0, part.meta.time_max.0));
        let last = (self.tail.len() as u32).checked_sub(1);
        let tail = last.map(|last| (self.tail.time(0), self.tail.time(last)));
        parts.chain(tail).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Whether every row of a part passes that is not hidden.
    fn takes_all(&self, part: &Part) -> bool {
        let late = self.since.is_none_or(|since| part.meta.time_min >= since);
        late && self.filters.is_empty() && self.store.is_none()
    }

    /// Shows the conditions to whoever walks over a plan's expressions.
    pub(crate) fn show_filters(
        &self,
        see: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for filter in &self.filters {
            if see(filter)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    /// Writes which columns a node of a plan has and under which conditions.
    pub(crate) fn write_node(
        &self,
        name: &str,
        columns: &SchemaRef,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let columns: Vec<&str> =
            columns.fields().iter().map(|field| field.name().as_str()).collect();
        write!(f, "{name}: columns=[{}]", columns.join(", "))?;
        let filters: Vec<String> = self.filters.iter().map(ToString::to_string).collect();
        match filters.is_empty() {
            true => Ok(()),
            false => write!(f, ", filters=[{}]", filters.join(", ")),
        }
    }

    /// The conditions as they stand now: those that joins and sorts make are still changing.
    pub(crate) fn predicates(&self) -> Result<Vec<Predicate>> {
        let mut predicates = Vec::new();
        for filter in &self.filters {
            let settled = snapshot_physical_expr(Arc::clone(filter))?;
            for part in split_conjunction(&settled) {
                predicates.push(Predicate::new(part, &self.table, &self.table_sources)?);
            }
        }
        Ok(predicates)
    }
}

/// A part that is being read.
struct Open {
    chunk: PartChunk,
    /// Once rows of it were picked.
    compiled: Option<Compiled>,
    members: Option<Members>,
}

/// Whether a part surely has no row that passes.
fn lacks(part: &Part, predicate: &Predicate) -> Result<bool, lake::Error> {
    match (predicate.only_source(), &predicate.form) {
        (Some(Source::Text(path)), Form::Is(texts)) => {
            Rows::lack(part, path, texts, &predicate.ids)
        }
        (Some(Source::Time), Form::Within(range)) => {
            let (first, last) = (part.meta.time_min.0, part.meta.time_max.0);
            Ok(last < range.start || range.end <= first)
        }
        _ => Ok(false),
    }
}

/// Parts that one walker keeps open.
const OPEN_MAX: usize = 64;

/// How often each code of a column occurs; none of them at all where the list is empty.
#[derive(Debug)]
pub(crate) struct CodeCounts {
    pub(crate) counts: Vec<i64>,
    pub(crate) words: Words,
}

/// Reads rows of one scan, piece after piece.
pub(crate) struct Walker {
    pub(crate) scan: Arc<Scan>,
    predicates: Option<Arc<Vec<Predicate>>>,
    open: HashMap<usize, Open>,
    tally: Option<Tally>,
}

impl Walker {
    pub(crate) fn new(scan: &Arc<Scan>, tally: Option<Tally>) -> Self {
        Self { scan: Arc::clone(scan), predicates: None, open: HashMap::new(), tally }
    }

    /// Counts rows that passed.
    pub(crate) fn matched(&self, rows: usize) {
        self.tally.iter().for_each(|tally| tally.matched(rows));
    }

    /// Counts the rows of a piece that are looked at, with their share of the part's bytes.
    fn scanned(&self, unit: &Unit) {
        let Some(tally) = &self.tally else { return };
        let rows = u64::from(unit.rows.end - unit.rows.start);
        let part = unit.part.and_then(|place| self.scan.parts.get(place));
        let bytes = part.map_or(0, |part| part.meta.bytes * rows / part.meta.rows.max(1));
        tally.scanned(rows, bytes);
    }

    fn open(&mut self, place: usize) -> Result<Option<&mut Open>> {
        if self.open.len() >= OPEN_MAX && !self.open.contains_key(&place) {
            self.open.clear();
        }
        match self.open.entry(place) {
            Entry::Occupied(open) => Ok(Some(open.into_mut())),
            Entry::Vacant(slot) => {
                let Some(part) = self.scan.parts.get(place) else { return Ok(None) };
                let chunk = PartChunk::open(part, &self.scan.dictionaries)?;
                let store = self.scan.store.as_deref();
                let members = store.map(|store| Members::of(part, store)).transpose()?;
                Ok(Some(slot.insert(Open { chunk, compiled: None, members })))
            }
        }
    }

    fn chunk(&mut self, place: Option<usize>) -> Result<Option<&mut PartChunk>> {
        let Some(place) = place else { return Ok(None) };
        Ok(self.open(place)?.map(|open| &mut open.chunk))
    }

    fn predicates(&mut self) -> Result<Arc<Vec<Predicate>>> {
        if let Some(predicates) = &self.predicates {
            return Ok(Arc::clone(predicates));
        }
        let predicates = Arc::new(self.scan.predicates()?);
        self.predicates = Some(Arc::clone(&predicates));
        Ok(predicates)
    }

    /// The rows of a piece that pass.
    pub(crate) fn select(&mut self, unit: &Unit) -> Result<Vec<u32>> {
        self.scanned(unit);
        let Some(place) = unit.part else { return self.select_tail(unit) };
        // What is open was asked with its first piece.
        if !self.open.contains_key(&place) && self.lacks(unit)? {
            return Ok(Vec::new());
        }
        let (predicates, since) = (self.predicates()?, self.scan.since);
        let Some(open) = self.open(place)? else { return Ok(Vec::new()) };
        let Open { chunk, compiled, members } = open;
        let compiled = match compiled {
            Some(compiled) => compiled,
            None => compiled.insert(Compiled::new(chunk, &predicates, (since, members.is_some()))?),
        };
        if compiled.is_empty() || members.as_ref().is_some_and(Members::is_empty) {
            return Ok(Vec::new());
        }
        let mut rows = compiled.select(chunk, unit.rows.clone())?;
        if let Some(members) = members {
            rows.retain(|row| members.has(*row));
        }
        Ok(rows)
    }

    /// Whether a piece is of a part that surely has no row that passes, as is known without opening
    /// it.
    pub(crate) fn lacks(&mut self, unit: &Unit) -> Result<bool> {
        let Some(part) = unit.part else { return Ok(false) };
        let predicates = self.predicates()?;
        let Some(part) = self.scan.parts.get(part) else { return Ok(true) };
        for predicate in predicates.iter() {
            if lacks(part, predicate).map_err(lake_error)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn select_tail(&mut self, unit: &Unit) -> Result<Vec<u32>> {
        let mut tail = self.scan.tail.clone();
        let mut rows: Vec<u32> = unit.rows.clone().collect();
        for predicate in self.predicates()?.iter() {
            rows = match tail.select(predicate, &rows)? {
                Some(rows) => rows,
                None => retain(&mut tail, predicate, &rows)?,
            };
        }
        Ok(rows)
    }

    /// How often each value occurs in a whole part, told with its first piece and not with the
    /// others; `None` where rows must be looked at.
    pub(crate) fn whole_counts(
        &mut self,
        unit: &Unit,
        source: &Source,
    ) -> Result<Option<CodeCounts>> {
        let part = unit.part.and_then(|place| self.scan.parts.get(place));
        let (Source::Text(path), Some(true)) = (source, part.map(|it| self.scan.takes_all(it)))
        else {
            return Ok(None);
        };
        let Some(chunk) = self.chunk(unit.part)? else { return Ok(None) };
        let Some(coded) = chunk.coded(path)? else { return Ok(None) };
        let hidden = chunk.rows.part().hidden_rows().map_err(lake_error)?;
        let end = hidden.partition_point(|row| *row < unit.rows.end);
        let here = end - hidden.partition_point(|row| *row < unit.rows.start);
        let counts = match unit.rows.start {
            0 => {
                let mut counts: Vec<i64> =
                    chunk.counts(path, &coded).iter().map(|count| i64::from(*count)).collect();
                for row in hidden.iter() {
                    counts.get_mut(coded.at(*row) as usize).into_iter().for_each(|it| *it -= 1);
                }
                counts
            }
            _ => Vec::new(),
        };
        let words = chunk.words(path, &coded);
        self.scanned(unit);
        self.matched(unit.rows.len() - here);
        Ok(Some(CodeCounts { counts, words }))
    }

    /// A column of codes of a part, and what they stand for; `None` where rows must be read.
    pub(crate) fn words(&mut self, unit: &Unit, path: &Path) -> Result<Option<(Coded, Words)>> {
        let Some(chunk) = self.chunk(unit.part)? else { return Ok(None) };
        let Some(coded) = chunk.coded(path)? else { return Ok(None) };
        let words = chunk.words(path, &coded);
        Ok(Some((coded, words)))
    }

    /// How often each value occurs among rows of a part, where a column of codes tells.
    pub(crate) fn code_counts(
        &mut self,
        unit: &Unit,
        source: &Source,
        rows: &[u32],
    ) -> Result<Option<CodeCounts>> {
        let Source::Text(path) = source else { return Ok(None) };
        let Some((coded, words)) = self.words(unit, path)? else { return Ok(None) };
        let mut counts = vec![0i64; coded.len() + 1];
        for row in rows {
            counts.get_mut(coded.at(*row) as usize).into_iter().for_each(|count| *count += 1);
        }
        Ok(Some(CodeCounts { counts, words }))
    }

    /// The values of rows in a column of the table.
    pub(crate) fn column(
        &mut self,
        unit: &Unit,
        source: &Source,
        rows: &[u32],
    ) -> Result<ArrayRef> {
        match self.chunk(unit.part)? {
            Some(chunk) => chunk.column(source, rows),
            None => self.scan.tail.clone().column(source, rows),
        }
    }

    /// Times of rows.
    pub(crate) fn times(&mut self, unit: &Unit, rows: &[u32]) -> Result<Vec<i64>> {
        Ok(match self.chunk(unit.part)? {
            Some(chunk) => rows.iter().map(|row| chunk.time(*row)).collect(),
            None => rows.iter().map(|row| self.scan.tail.time(*row)).collect(),
        })
    }

    /// Earliest and latest time of a piece; `None` where it is empty.
    pub(crate) fn extent(&self, unit: &Unit) -> Result<Option<(i64, i64)>> {
        let (first, last) = (unit.rows.start, unit.rows.end.saturating_sub(1));
        if unit.rows.is_empty() {
            return Ok(None);
        }
        match unit.part.and_then(|place| self.scan.parts.get(place)) {
            Some(part) => {
                let first = part.time(first).map_err(lake_error)?;
                Ok(Some((first.0, part.time(last).map_err(lake_error)?.0)))
            }
            None => Ok(Some((self.scan.tail.time(first), self.scan.tail.time(last)))),
        }
    }

    /// The values of rows.
    pub(crate) fn batch(&mut self, unit: &Unit, rows: &[u32]) -> Result<RecordBatch> {
        let scan = Arc::clone(&self.scan);
        match self.chunk(unit.part)? {
            Some(chunk) => chunk.batch(&scan.schema, &scan.sources, rows),
            None => scan.tail.clone().batch(&scan.schema, &scan.sources, rows),
        }
    }
}

/// The pieces of one partition: every so-manyth, beginning with its own.
pub(crate) fn unit_share(scan: &Scan, (partition, partitions): (usize, usize)) -> Vec<Unit> {
    scan.units(UNIT_ROWS).into_iter().skip(partition).step_by(partitions.max(1)).collect()
}

/// The batches of one partition: every `step`th piece.
pub(crate) struct Batches {
    walker: Walker,
    units: std::vec::IntoIter<Unit>,
    /// A piece, its rows that passed, and how many of them were given out.
    current: Option<(Unit, Vec<u32>, usize)>,
    left: usize,
    reservation: MemoryReservation,
}

impl Batches {
    pub(crate) fn new(
        scan: &Arc<Scan>,
        share: (usize, usize),
        fetch: Option<usize>,
        tally: Tally,
        reservation: MemoryReservation,
    ) -> Self {
        Self {
            walker: Walker::new(scan, Some(tally)),
            units: unit_share(scan, share).into_iter(),
            current: None,
            left: fetch.unwrap_or(usize::MAX),
            reservation,
        }
    }

    fn advance(&mut self) -> Result<Option<RecordBatch>> {
        while self.left > 0 {
            if let Some(batch) = self.next_of_current()? {
                return Ok(Some(batch));
            }
            let Some(unit) = self.units.next() else { break };
            let rows = self.walker.select(&unit)?;
            self.current = Some((unit, rows, 0));
        }
        self.reservation.free();
        Ok(None)
    }

    fn next_of_current(&mut self) -> Result<Option<RecordBatch>> {
        let Some((unit, rows, done)) = &mut self.current else { return Ok(None) };
        let end = rows.len().min(*done + BATCH_ROWS.min(self.left));
        let some = rows.get(*done..end).unwrap_or_default();
        if some.is_empty() {
            return Ok(None);
        }
        let batch = self.walker.batch(unit, some)?;
        self.reservation.try_resize(batch.get_array_memory_size() + rows.len() * 4)?;
        self.walker.matched(some.len());
        self.left -= some.len();
        *done = end;
        Ok(Some(batch))
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
