//! The conditions of a statement, made ready for one part: tests on codes, flags and shapes
//! first, then texts in blocks, and only for what is left the values themselves.

use crate::table::chunk::{Chunk, lake_error};
use crate::table::part_chunk::{PartChunk, origin_text};
use crate::table::predicate::{Form, Predicate};
use crate::table::source::Source;
use arrow::array::{ArrayRef, BooleanArray, StringViewArray};
use datafusion::error::Result;
use lake::{Coded, Contains, Flags, Path, Way};
use model::{Origin, RecordId, Timestamp};
use std::ops::Range;
use std::sync::Arc;

/// Rows that are decoded together, to be asked for what only their values tell.
const RESIDUAL_ROWS: usize = 2_048;

/// The conditions, for one part.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Rows outside do not pass.
    range: Range<u32>,
    /// Rows that are not among these do not pass; ascending.
    candidates: Option<Vec<u32>>,
    tests: Vec<RowTest>,
    contains: Vec<(Way, Contains)>,
    residual: Vec<Predicate>,
}

/// A test of one row that needs no block.
#[derive(Debug)]
enum RowTest {
    Codes(Coded, Vec<bool>),
    ReadOnly([bool; 3]),
    Origin([bool; 4]),
    /// Rows of a shape that has nothing there do not pass.
    Has(Way),
    /// The row is not one of these, which are hidden.
    Shown(Vec<u32>),
}

impl Compiled {
    /// Makes the conditions ready; rows before `since` do not pass either, and guests only where an
    /// event data store is asked.
    pub(crate) fn new(
        chunk: &PartChunk,
        predicates: &[Predicate],
        (since, in_store): (Option<Timestamp>, bool),
    ) -> Result<Self> {
        let part = chunk.rows.part();
        let start = since.unwrap_or(Timestamp::MIN);
        let mut compiled = Self {
            range: chunk.rows.between(start, Timestamp::MAX).map_err(lake_error)?,
            candidates: None,
            tests: Vec::new(),
            contains: Vec::new(),
            residual: Vec::new(),
        };
        let hidden = part.hidden_rows_in(in_store).map_err(lake_error)?;
        if !hidden.is_empty() {
            compiled.tests.push(RowTest::Shown(hidden.into_owned()));
        }
        for predicate in predicates {
            compiled.add(chunk, predicate)?;
        }
        Ok(compiled)
    }

    /// Whether nothing can pass.
    pub(crate) fn is_empty(&self) -> bool {
        self.range.is_empty() || self.candidates.as_ref().is_some_and(Vec::is_empty)
    }

    fn add(&mut self, chunk: &PartChunk, predicate: &Predicate) -> Result<()> {
        if predicate.sources.is_empty() {
            if !predicate.passes(Vec::new(), 1)?.value(0) {
                self.candidates = Some(Vec::new());
            }
            return Ok(());
        }
        match predicate.only_source() {
            Some(Source::Text(path)) => self.add_text(chunk, predicate, path)?,
            Some(Source::Boolean(path)) => {
                self.require(chunk, predicate, path)?;
                self.residual.push(predicate.clone());
            }
            Some(Source::Time) => self.add_time(chunk, predicate)?,
            Some(Source::ReadOnly) => self.tests.push(RowTest::ReadOnly(read_only(predicate)?)),
            Some(Source::Origin) => self.tests.push(RowTest::Origin(origins(predicate)?)),
            Some(Source::Owner) => {
                let owner = chunk.owner();
                if !predicate.passes(vec![owner], 1)?.value(0) {
                    self.candidates = Some(Vec::new());
                }
            }
            _ => self.residual.push(predicate.clone()),
        }
        Ok(())
    }

    fn add_time(&mut self, chunk: &PartChunk, predicate: &Predicate) -> Result<()> {
        let Form::Within(range) = &predicate.form else {
            self.residual.push(predicate.clone());
            return Ok(());
        };
        let rows = chunk.rows.between(Timestamp(range.start), Timestamp(range.end));
        let rows = rows.map_err(lake_error)?;
        self.range = self.range.start.max(rows.start)..self.range.end.min(rows.end);
        Ok(())
    }

    fn add_text(&mut self, chunk: &PartChunk, predicate: &Predicate, path: &Path) -> Result<()> {
        if let Some(coded) = chunk.coded(path)? {
            return self.add_codes(chunk, predicate, path, coded);
        }
        if let Form::Is(texts) = &predicate.form
            && chunk.rows.is_id(&chunk.rows.locate(path)).map_err(lake_error)?
        {
            return self.add_ids(chunk, texts, predicate);
        }
        self.require(chunk, predicate, path)?;
        match &predicate.form {
            Form::Contains(text) => {
                self.contains.push((chunk.rows.locate(path), Contains::new(text)));
            }
            _ => self.residual.push(predicate.clone()),
        }
        Ok(())
    }

    /// Where NULL does not pass, only rows of shapes that have something there do.
    fn require(&mut self, chunk: &PartChunk, predicate: &Predicate, path: &Path) -> Result<()> {
        if !predicate.passes_null()? {
            self.tests.push(RowTest::Has(chunk.rows.locate(path)));
        }
        Ok(())
    }

    /// The column holds ids and nothing else: the rows are looked up.
    fn add_ids(
        &mut self,
        chunk: &PartChunk,
        texts: &[String],
        predicate: &Predicate,
    ) -> Result<()> {
        let mut rows = Vec::new();
        for id in texts.iter().filter_map(|text| RecordId::from_uuid(text.as_bytes())) {
            rows.extend(chunk.rows.with_id(id).map_err(lake_error)?);
        }
        // A record without an eventID has an id all the same.
        self.residual.push(predicate.clone());
        self.narrow(rows);
        Ok(())
    }

    fn add_codes(
        &mut self,
        chunk: &PartChunk,
        predicate: &Predicate,
        path: &Path,
        coded: Coded,
    ) -> Result<()> {
        let mut passing = vec![false; coded.len() + 1];
        if let Form::Is(texts) = &predicate.form {
            let codes: Vec<u32> = texts.iter().flat_map(|text| coded.codes_of(text)).collect();
            if let Some(rows) = rows_of(&coded, &codes) {
                self.narrow(rows);
                return Ok(());
            }
            for code in codes {
                passing.get_mut(code as usize).into_iter().for_each(|slot| *slot = true);
            }
        } else {
            let values: ArrayRef = chunk.values(path, &coded);
            let outcome = predicate.passes(vec![values], coded.len() + 1)?;
            passing = outcome.values().iter().collect();
        }
        match passing.iter().filter(|passes| **passes).count() {
            0 => self.candidates = Some(Vec::new()),
            count if count == passing.len() => {}
            _ => self.tests.push(RowTest::Codes(coded, passing)),
        }
        Ok(())
    }

    fn narrow(&mut self, mut rows: Vec<u32>) {
        rows.sort_unstable();
        rows.dedup();
        match &mut self.candidates {
            Some(candidates) => candidates.retain(|row| rows.binary_search(row).is_ok()),
            None => self.candidates = Some(rows),
        }
    }

    /// The rows of `range` that pass, ascending.
    pub(crate) fn select(&mut self, chunk: &mut PartChunk, range: Range<u32>) -> Result<Vec<u32>> {
        let range = range.start.max(self.range.start)..range.end.min(self.range.end);
        let mut rows = match &self.candidates {
            Some(rows) => within(rows, &range).to_vec(),
            None => range.collect(),
        };
        for test in &self.tests {
            test.retain(chunk, &mut rows)?;
        }
        for (way, contains) in &mut self.contains {
            rows = contains.filter(&mut chunk.rows, way, &rows).map_err(lake_error)?;
        }
        for predicate in &self.residual {
            rows = retain(chunk, predicate, &rows)?;
        }
        Ok(rows)
    }
}

/// Keeps of `rows` those whose values pass.
pub(crate) fn retain(
    chunk: &mut dyn Chunk,
    predicate: &Predicate,
    rows: &[u32],
) -> Result<Vec<u32>> {
    let mut kept = Vec::new();
    for some in rows.chunks(RESIDUAL_ROWS) {
        let columns = predicate.sources.iter().map(|source| chunk.column(source, some));
        let passes = predicate.passes(columns.collect::<Result<_>>()?, some.len())?;
        let both = some.iter().zip(passes.values().iter());
        kept.extend(both.filter_map(|(row, passes)| passes.then_some(*row)));
    }
    Ok(kept)
}

fn within<'a>(rows: &'a [u32], range: &Range<u32>) -> &'a [u32] {
    let start = rows.partition_point(|row| *row < range.start);
    let end = rows.partition_point(|row| *row < range.end);
    rows.get(start..end).unwrap_or_default()
}

/// The rows of some codes; `None` where only walking tells.
fn rows_of(coded: &Coded, codes: &[u32]) -> Option<Vec<u32>> {
    let lists: Option<Vec<Vec<u32>>> = codes.iter().map(|code| coded.rows(*code)).collect();
    lists.map(|lists| lists.concat())
}

/// What passes of: not known, no, yes.
fn read_only(predicate: &Predicate) -> Result<[bool; 3]> {
    let values = BooleanArray::from(vec![None, Some(false), Some(true)]);
    let passes = predicate.passes(vec![Arc::new(values)], 3)?;
    Ok([passes.value(0), passes.value(1), passes.value(2)])
}

/// What passes of: not known, recorded, imported, put.
fn origins(predicate: &Predicate) -> Result<[bool; 4]> {
    let all = [None, Some(Origin::Recorded), Some(Origin::Imported), Some(Origin::Put)];
    let values: StringViewArray = all.into_iter().map(origin_text).collect();
    let passes = predicate.passes(vec![Arc::new(values)], 4)?;
    Ok([passes.value(0), passes.value(1), passes.value(2), passes.value(3)])
}

const fn read_only_place(flags: Flags) -> usize {
    match flags.read_only() {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    }
}

fn origin_place(flags: Flags) -> usize {
    flags.origin().map_or(0, |origin| usize::from(origin.code()) + 1)
}

impl RowTest {
    fn retain(&self, chunk: &PartChunk, rows: &mut Vec<u32>) -> Result<()> {
        let at = |set: &[bool], place: usize| set.get(place).copied().unwrap_or(false);
        match self {
            Self::Codes(coded, passing) => {
                rows.retain(|row| at(passing, coded.at(*row) as usize));
            }
            Self::ReadOnly(set) => {
                rows.retain(|row| at(set, read_only_place(chunk.rows.flags(*row))));
            }
            Self::Origin(set) => rows.retain(|row| at(set, origin_place(chunk.rows.flags(*row)))),
            Self::Shown(hidden) => rows.retain(|row| hidden.binary_search(row).is_err()),
            Self::Has(way) => {
                let mut outcome = Ok(());
                rows.retain(|row| match chunk.rows.lacks(*row, way) {
                    Ok(lacks) => !lacks,
                    Err(error) => {
                        outcome = Err(lake_error(error));
                        false
                    }
                });
                outcome?;
            }
        }
        Ok(())
    }
}
