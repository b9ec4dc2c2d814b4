//! The rows of a part, asked for single values: codes, times, and what paths lead to. No record
//! is put together for that.

use crate::bits::Packed;
use crate::cache::{CacheKey, Decoded};
use crate::coded::Coded;
use crate::column::Column;
use crate::error::{Corrupt, Error};
use crate::format::Kind;
use crate::id_filter::{self, IdFilter};
use crate::part::Part;
use crate::path::{self, Path};
use crate::reader::Reader;
use crate::row::Flags;
use crate::shape::Slot;
use crate::skeleton::Skeleton;
use crate::spot::{Held, Located, Spot, Tree};
use crate::varint;
use model::{Field, RecordId, Timestamp};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// Reads values of the rows of one part. Fastest where rows are asked for in order.
#[derive(Debug)]
pub struct Rows {
    pub(crate) part: Arc<Part>,
    pub(crate) reader: Reader,
    flags: Arc<Packed>,
    ingested: Arc<Packed>,
    scratch: Vec<u8>,
}

/// A path, ready to be followed in the rows of one part.
#[derive(Clone, Debug)]
pub struct Way(pub(crate) Arc<Located>);

impl Rows {
    /// Makes ready to read. Blocks that are read stay in the cache of the part, as far as it
    /// holds: the next statement often asks for the same ones.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn new(part: &Arc<Part>) -> Result<Self, Error> {
        Ok(Self {
            reader: Reader::new(part)?,
            flags: part.codes(Column::Flags)?,
            ingested: part.numbers(Kind::Ingested)?,
            scratch: Vec::new(),
            part: Arc::clone(part),
        })
    }

    /// The part.
    pub const fn part(&self) -> &Arc<Part> {
        &self.part
    }

    /// The rows with times from `start` on and before `end`.
    ///
    /// # Errors
    /// Times that cannot be read.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Result<Range<u32>, Error> {
        Ok(self.part.first_at(start)?..self.part.first_at(end)?)
    }

    /// When a row's event happened.
    #[inline]
    pub fn time(&self, row: u32) -> Timestamp {
        self.part.moment(self.reader.times.at(row as usize))
    }

    /// When a row came in.
    #[inline]
    pub fn ingested(&self, row: u32) -> Timestamp {
        let ms = self.ingested.at(row as usize) as i64;
        Timestamp(self.part.meta.ingested_min.0.saturating_add(ms))
    }

    /// The facts of a row.
    #[inline]
    pub fn flags(&self, row: u32) -> Flags {
        Flags(self.flags.at(row as usize) as u16)
    }

    /// The rows that bear an id.
    ///
    /// # Errors
    /// Ids that cannot be read.
    pub fn with_id(&self, id: RecordId) -> Result<Vec<u32>, Error> {
        self.part.rows_of(id)
    }

    /// The record of a row, byte for byte, written behind `out`.
    ///
    /// # Errors
    /// Damage, or what the disk says.
    pub fn record(&mut self, row: u32, out: &mut Vec<u8>) -> Result<(), Error> {
        self.reader.record(row, out)
    }

    /// Makes `path` ready to be followed. What is found out about shapes is kept with the
    /// part's other sections for the next time.
    pub fn locate(&self, path: &Path) -> Way {
        let key = CacheKey::Path(self.part.opened.number, hash(path));
        let cached = self.part.opened.cache.find(key).and_then(Located::unwrap);
        if let Some(located) = cached.filter(|located| located.path == *path) {
            return Way(located);
        }
        let located = Arc::new(Located::new(path.clone(), self.reader.shapes.len()));
        self.part.opened.cache.keep(key, Located::wrap(Arc::clone(&located)));
        Way(located)
    }

    /// Where a row has the value; the first question about a shape finds it out.
    pub(crate) fn spot<'a>(&self, row: u32, way: &'a Way) -> Result<&'a Spot, Error> {
        let code = self.reader.shape_codes.at(row as usize) as u32;
        self.spot_in(code, way)
    }

    pub(crate) fn spot_in<'a>(&self, shape: u32, way: &'a Way) -> Result<&'a Spot, Error> {
        let missing = || self.part.corrupt(Corrupt("a row without a shape"));
        let found = self.reader.shapes.of(shape).ok_or_else(missing)?;
        let place = (shape as usize).saturating_sub(1);
        let slot = way.0.spots.get(place).ok_or_else(missing)?;
        Ok(slot.get_or_init(|| {
            let spilled = |field| self.part.spills(field);
            Skeleton::new(found).spot(&way.0.path, &spilled)
        }))
    }

    /// Whether a row surely has nothing there: known from its shape alone.
    ///
    /// # Errors
    /// Damage.
    pub fn lacks(&self, row: u32, way: &Way) -> Result<bool, Error> {
        Ok(matches!(self.spot(row, way)?, Spot::Absent))
    }

    /// Writes the value that a row has there behind `out`; `false`: it has none.
    ///
    /// # Errors
    /// Damage, or what the disk says.
    pub fn read(&mut self, row: u32, way: &Way, out: &mut Vec<u8>) -> Result<bool, Error> {
        self.read_spot(row, self.spot(row, way)?, way.0.path.as_json(), out)
    }

    fn read_spot(
        &mut self,
        row: u32,
        spot: &Spot,
        as_json: bool,
        out: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        match spot {
            Spot::Absent => Ok(false),
            Spot::Fixed(json) => Ok(path::put(json, as_json, out)),
            Spot::Held(held) => self.read_held(row, held, as_json, out),
            Spot::Tree(tree) => self.read_tree(row, tree, out).map(|()| true),
            Spot::First(spots) => self.read_first(row, spots, as_json, out),
        }
    }

    fn read_first(
        &mut self,
        row: u32,
        spots: &[Spot],
        as_json: bool,
        out: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        for spot in spots {
            let found = match spot {
                Spot::Held(held) => self.read_held(row, held, as_json, out)?,
                Spot::Tree(tree) => self.read_tree(row, tree, out).map(|()| true)?,
                Spot::Fixed(json) => path::put(json, as_json, out),
                Spot::Absent | Spot::First(_) => false,
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_held(
        &mut self,
        row: u32,
        held: &Held,
        as_json: bool,
        out: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        if held.slot == Slot::RowId && held.quoted && !as_json {
            self.part.id(row)?.write_uuid(out);
            return Ok(true);
        }
        let block = self.reader.block_of(row)?;
        let part = Arc::clone(&self.part);
        let corrupt = |error| part.corrupt(error);
        let kept = block.row((row % part.block_rows) as usize).map_err(corrupt)?;
        let (mut text, mut uuids) = (varint::Reader(kept.0), varint::Reader(kept.1));
        held.before.skip(&mut text, &mut uuids).map_err(corrupt)?;
        if held.slot == Slot::Plain {
            return Ok(finish(text.bytes().map_err(corrupt)?, held, as_json, out));
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        self.reader.fill(held.slot, row, &mut text, &mut uuids, &mut scratch)?;
        let found = finish(&scratch, held, as_json, out);
        self.scratch = scratch;
        Ok(found)
    }

    fn read_tree(&mut self, row: u32, tree: &Tree, out: &mut Vec<u8>) -> Result<(), Error> {
        let block = self.reader.block_of(row)?;
        let part = Arc::clone(&self.part);
        let corrupt = |error| part.corrupt(error);
        let kept = block.row((row % part.block_rows) as usize).map_err(corrupt)?;
        let (mut text, mut uuids) = (varint::Reader(kept.0), varint::Reader(kept.1));
        tree.before.skip(&mut text, &mut uuids).map_err(corrupt)?;
        for (literal, slot) in &tree.pieces {
            out.extend_from_slice(literal);
            self.reader.fill(*slot, row, &mut text, &mut uuids, out)?;
        }
        out.extend_from_slice(&tree.last);
        Ok(())
    }

    /// The column of codes that says all about `way` in this part; `None` where some row has its
    /// value elsewhere.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn coded(&self, way: &Way) -> Result<Option<Coded>, Error> {
        let Some(field) = way.0.path.field() else { return Ok(None) };
        if !self.is_pure(way)? {
            return Ok(None);
        }
        let column = Column::Field(field);
        match self.part.has(Kind::Codes, column) {
            true => Coded::open(&self.part, column).map(Some),
            false => Ok(Some(Coded::empty(column))),
        }
    }

    /// Whether every row of this part that has a value there has its id there.
    ///
    /// # Errors
    /// Damage.
    pub fn is_id(&self, way: &Way) -> Result<bool, Error> {
        let by_id = |way: &Vec<String>| matches!(way.as_slice(), [key] if key == "eventID");
        if !way.0.path.ways().first().is_some_and(by_id) || way.0.path.as_json() {
            return Ok(false);
        }
        if let Some(pure) = way.0.pure.get() {
            return Ok(*pure);
        }
        let keys: Vec<String> = way.0.path.last_keys().map(|key| format!("\"{key}\"")).collect();
        let shapes = &self.reader.shapes;
        let mut pure = true;
        for (code, shape) in (1..=shapes.len() as u32).filter_map(|c| Some((c, shapes.of(c)?))) {
            let id = shape.pieces().any(|(_, slot)| slot == Slot::RowId);
            let named = || keys.iter().any(|key| shape.mentions(key.as_bytes()));
            pure &= id || !named() || matches!(self.spot_in(code, way)?, Spot::Absent);
        }
        Ok(*way.0.pure.get_or_init(|| pure))
    }

    /// Whether surely no row of `part` has one of these texts at `path`; `ids` are those of them
    /// that are ids. Nothing is opened for it: a filter of ids tells, or it was found out before
    /// that one column says all of it.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn lack(
        part: &Part,
        path: &Path,
        texts: &[String],
        ids: &[RecordId],
    ) -> Result<bool, Error> {
        let Some(field) = path.first_field() else { return Ok(false) };
        if id_filter::tells_of(path) {
            let none = |filter: IdFilter<'_>| {
                filter.says_all() && !ids.iter().any(|id| filter.may_have(*id))
            };
            if let Some(none) = part.ask_ids(none)? {
                return Ok(none);
            }
        }
        let key = CacheKey::Path(part.opened.number, hash(path));
        let located = part.opened.cache.find(key).and_then(Located::unwrap);
        if !located.is_some_and(|it| it.path == *path && it.pure.get() == Some(&true)) {
            return Ok(false);
        }
        if field == Field::EventId {
            let rows = ids.iter().map(|id| part.rows_of(*id));
            return Ok(rows.collect::<Result<Vec<_>, _>>()?.iter().all(Vec::is_empty));
        }
        if part.spills(field) {
            return Ok(true);
        }
        let values = part.values(Column::Field(field))?;
        let has = |text: &String| values.code(text.as_bytes()).is_some();
        Ok(!values.escapes() && !texts.iter().any(has))
    }

    fn is_pure(&self, way: &Way) -> Result<bool, Error> {
        if let Some(pure) = way.0.pure.get() {
            return Ok(*pure);
        }
        let pure = self.all_codes(way)?;
        Ok(*way.0.pure.get_or_init(|| pure))
    }

    fn all_codes(&self, way: &Way) -> Result<bool, Error> {
        let Some(field) = way.0.path.field() else { return Ok(false) };
        let spilled = self.part.spills(field);
        let keys: Vec<String> = way.0.path.last_keys().map(|key| format!("\"{key}\"")).collect();
        let shapes = &self.reader.shapes;
        for (code, shape) in (1..=shapes.len() as u32).filter_map(|c| Some((c, shapes.of(c)?))) {
            let coded = shape.pieces().any(|(_, slot)| slot == Slot::Coded(field));
            let named = || keys.iter().any(|key| shape.mentions(key.as_bytes()));
            let elsewhere = !coded && named() && !self.spot_in(code, way)?.is_code(field);
            if elsewhere || (coded && spilled) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn finish(value: &[u8], held: &Held, as_json: bool, out: &mut Vec<u8>) -> bool {
    match (held.quoted, as_json) {
        _ if !held.rest.is_empty() => {
            path::step(value, &held.rest).is_some_and(|value| path::put(value, as_json, out))
        }
        (true, false) => {
            path::put_text(value, out);
            true
        }
        (true, true) => {
            out.push(b'"');
            out.extend_from_slice(value);
            out.push(b'"');
            true
        }
        (false, _) => path::put(value, as_json, out),
    }
}

fn hash(path: &Path) -> u64 {
    let mut text = vec![u8::from(path.as_json())];
    for key in path.ways().iter().flat_map(|way| way.iter().map(String::as_str).chain([""])) {
        text.extend_from_slice(key.as_bytes());
        text.push(0xff);
    }
    xxh3_64(&text)
}

impl Part {
    /// The rows that are hidden behind an earlier record of the same id, ascending.
    ///
    /// # Errors
    /// Flags that cannot be read.
    pub fn hidden_rows(&self) -> Result<&[u32], Error> {
        if let Some(rows) = self.hidden.get() {
            return Ok(rows);
        }
        let flags = self.codes(Column::Flags)?;
        let hidden = |row: &u32| Flags(flags.at(*row as usize) as u16).hidden();
        let rows: Vec<u32> = (0..self.rows()).filter(hidden).collect();
        Ok(self.hidden.get_or_init(|| rows))
    }

    /// All other rows, ascending.
    pub(crate) fn shown_rows(&self) -> Result<impl Iterator<Item = u32>, Error> {
        let hidden = self.hidden_rows()?;
        Ok((0..self.rows()).filter(|row| hidden.binary_search(row).is_err()))
    }

    /// As [`Part::hidden_rows`], for whoever asks an event data store (`in_store`): without the
    /// rows that are guests there.
    ///
    /// # Errors
    /// Flags that cannot be read.
    pub fn hidden_rows_in(&self, in_store: bool) -> Result<Cow<'_, [u32]>, Error> {
        let hidden = self.hidden_rows()?;
        if !in_store || hidden.is_empty() {
            return Ok(Cow::Borrowed(hidden));
        }
        let flags = self.codes(Column::Flags)?;
        let stays = |row: &u32| !Flags(flags.at(*row as usize) as u16).shown(true);
        Ok(Cow::Owned(hidden.iter().copied().filter(stays).collect()))
    }
}

/// The hidden rows of a part, once they were asked for.
pub(crate) type Hidden = OnceLock<Vec<u32>>;
