//! A sealed part, open for reading. Nothing here can write one.

use crate::bits::Packed;
use crate::cache::{CacheKey, Decoded, PartCache, Shapes};
use crate::column::Column;
use crate::dictionary::Dictionary;
use crate::draft::ROWS_MAX;
use crate::error::{Corrupt, Error};
use crate::format::{self, HEADER_LEN, Kind, Section, SectionKey, TRAILER_LEN, Trailer};
use crate::id_filter::IdFilter;
use crate::id_search;
use crate::link::Links;
use crate::opened::Opened;
use crate::puts::Puts;
use crate::row::Flags;
use crate::rows::Hidden;
use crate::varint::Reader;
use hashbrown::HashMap;
use model::disk::{self, Disk, File};
use model::{AccountId, Field, PartId, PartMeta, RecordId, Seq, SeqRange, Timestamp};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// An open part.
#[derive(Debug)]
pub struct Part {
    /// Its line in the manifest.
    pub meta: PartMeta,
    pub(crate) opened: Opened,
    pub(crate) file: Arc<dyn File>,
    sections: HashMap<SectionKey, Section>,
    time_unit: i64,
    pub(crate) block_rows: u32,
    warmed: AtomicBool,
    pub(crate) counted_ahead: AtomicBool,
    pub(crate) puts: OnceLock<Arc<Puts>>,
    pub(crate) hidden: Hidden,
}

/// What a file says of itself.
struct Summary {
    rows: u64,
    time_min: Timestamp,
    unit: i64,
    ingested_min: Timestamp,
    block_rows: u32,
    owner: Vec<u8>,
}

impl Summary {
    fn decode(raw: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader(raw);
        let rows = reader.number()?;
        let time_min = Timestamp(reader.signed()?);
        let unit = reader.number()?;
        let ingested_min = Timestamp(reader.signed()?);
        let block_rows = u32::try_from(reader.number()?).unwrap_or(0);
        let owner = reader.bytes()?.to_vec();
        if !matches!(unit, 1 | 1_000) || block_rows == 0 {
            return Err(Corrupt("it is not the part that the manifest names"));
        }
        // Columns of equal values take no room, so that nothing else bounds what is claimed.
        if rows > ROWS_MAX as u64 {
            return Err(Corrupt("more rows than a part has"));
        }
        Ok(Self { rows, time_min, unit: unit as i64, ingested_min, block_rows, owner })
    }
}

/// A line of which only the name is known.
fn unknown(id: PartId, owner: AccountId) -> PartMeta {
    PartMeta {
        id,
        owner,
        rows: 0,
        bytes: 0,
        seqs: Vec::new(),
        time_min: Timestamp(0),
        time_max: Timestamp(0),
        ingested_min: Timestamp(0),
        ingested_max: Timestamp(0),
        level: 0,
    }
}

impl Part {
    /// Opens the part that a line of the manifest names, in directory `dir`.
    ///
    /// # Errors
    /// A missing, damaged or newer file, or one that is not the part of this line.
    pub fn open(
        disk: &dyn Disk,
        dir: &Path,
        meta: PartMeta,
        cache: &PartCache,
    ) -> Result<Self, Error> {
        let (mut part, len) = Self::open_unchecked(disk, dir, meta, cache)?;
        part.check_summary(len)?;
        Ok(part)
    }

    /// The line of the manifest that a part would have, as far as the file tells: record numbers
    /// are counted from 0. For tools that look at parts without the State that names them.
    ///
    /// # Errors
    /// A missing, damaged or newer file.
    pub fn describe(disk: &dyn Disk, dir: &Path, id: PartId) -> Result<PartMeta, Error> {
        let no_owner = || Corrupt("its owner is no account").of(&id.0);
        let meta = unknown(id.clone(), AccountId::parse("unknown").ok_or_else(no_owner)?);
        let (mut part, len) = Self::open_unchecked(disk, dir, meta, &PartCache::new(0))?;
        let said = part.summary()?;
        let owner = std::str::from_utf8(&said.owner).ok().and_then(AccountId::parse);
        part.meta.owner = owner.ok_or_else(no_owner)?;
        (part.time_unit, part.meta.rows, part.meta.bytes) = (said.unit, said.rows, len);
        (part.meta.time_min, part.meta.ingested_min) = (said.time_min, said.ingested_min);
        part.meta.seqs = vec![SeqRange { first: Seq(0), count: said.rows }];
        part.meta.time_max = part.time(part.rows().saturating_sub(1))?;
        let ingested = part.numbers(Kind::Ingested)?;
        let latest = (0..ingested.len()).map(|row| ingested.at(row)).max().unwrap_or(0) as i64;
        part.meta.ingested_max = Timestamp(said.ingested_min.0.saturating_add(latest));
        Ok(part.meta)
    }

    fn open_unchecked(
        disk: &dyn Disk,
        dir: &Path,
        meta: PartMeta,
        cache: &PartCache,
    ) -> Result<(Self, u64), Error> {
        let name = meta.id.0.clone();
        let io = |operation: &'static str| Error::io(operation, &name);
        let file = disk.open(&dir.join(meta.id.file_name())).map_err(io("open"))?;
        let len = file.len().map_err(io("measure"))?;
        let header = disk::read_exact(&*file, 0, HEADER_LEN).map_err(io("read"))?;
        format::check_header(&header, &name)?;
        let at = len.saturating_sub(TRAILER_LEN as u64);
        let trailer = disk::read_exact(&*file, at, TRAILER_LEN).map_err(io("read"))?;
        let trailer = Trailer::decode(&trailer, len).map_err(|error| error.of(&name))?;
        let raw = disk::read_exact(&*file, trailer.offset, trailer.len).map_err(io("read"))?;
        let sections = trailer.directory(&raw).map_err(|error| error.of(&name))?;
        let part = Self {
            opened: Opened::new(cache),
            sections: sections.into_iter().map(|section| (section.key, section)).collect(),
            time_unit: 1,
            warmed: AtomicBool::new(false),
            counted_ahead: AtomicBool::new(false),
            puts: OnceLock::new(),
            hidden: Hidden::new(),
            block_rows: 1,
            file,
            meta,
        };
        Ok((part, len))
    }

    /// Compares what the file says of itself with its line in the manifest.
    fn check_summary(&mut self, len: u64) -> Result<(), Error> {
        let said = self.summary()?;
        let same = said.rows == self.meta.rows
            && said.time_min == self.meta.time_min
            && said.ingested_min == self.meta.ingested_min
            && said.owner == self.meta.owner.as_str().as_bytes()
            && len == self.meta.bytes;
        if !same {
            return Err(self.corrupt(Corrupt("it is not the part that the manifest names")));
        }
        self.time_unit = said.unit;
        self.block_rows = said.block_rows;
        Ok(())
    }

    fn summary(&self) -> Result<Summary, Error> {
        let raw = self.read_section((Kind::Summary, 0))?;
        Summary::decode(&raw).map_err(|error| self.corrupt(error))
    }

    pub(crate) fn corrupt(&self, error: Corrupt) -> Error {
        error.of(&self.meta.id.0)
    }

    pub(crate) fn io(&self, source: std::io::Error) -> Error {
        Error::io("read", &self.meta.id.0)(source)
    }

    fn read_section(&self, key: SectionKey) -> Result<Vec<u8>, Error> {
        let missing = || self.corrupt(Corrupt("a section is missing"));
        let section = self.sections.get(&key).ok_or_else(missing)?;
        let stored = disk::read_exact(&*self.file, section.offset, section.stored);
        let stored = stored.map_err(|source| self.io(source))?;
        section.open(&stored).map_err(|error| self.corrupt(error))
    }

    pub(crate) fn has(&self, kind: Kind, column: Column) -> bool {
        self.sections.contains_key(&(kind, column.number()))
    }

    /// Whether the values of a field, if there are any, are kept in blocks.
    pub(crate) fn spills(&self, field: Field) -> bool {
        !self.has(Kind::Codes, Column::Field(field))
    }

    pub(crate) fn load<T: Decoded>(&self, key: SectionKey) -> Result<Arc<T>, Error> {
        self.load_with(key, T::decode)
    }

    fn load_with<T: Decoded>(
        &self,
        key: SectionKey,
        decode: impl Fn(Vec<u8>) -> Result<T, Corrupt>,
    ) -> Result<Arc<T>, Error> {
        let cached = self.opened.cache.find(CacheKey::Section(self.opened.number, key));
        if let Some(found) = cached.and_then(T::unwrap) {
            return Ok(found);
        }
        let raw = self.read_section(key)?;
        let loaded = Arc::new(decode(raw).map_err(|error| self.corrupt(error))?);
        self.opened
            .cache
            .keep(CacheKey::Section(self.opened.number, key), T::wrap(Arc::clone(&loaded)));
        Ok(loaded)
    }

    /// A part-wide column of numbers.
    pub(crate) fn numbers(&self, kind: Kind) -> Result<Arc<Packed>, Error> {
        self.one_a_row(self.load_with((kind, 0), |raw| Packed::decode(&raw))?)
    }

    pub(crate) fn codes(&self, column: Column) -> Result<Arc<Packed>, Error> {
        self.one_a_row(self.load((Kind::Codes, column.number()))?)
    }

    fn one_a_row(&self, packed: Arc<Packed>) -> Result<Arc<Packed>, Error> {
        match packed.len() as u64 == self.meta.rows {
            true => Ok(packed),
            false => Err(self.corrupt(Corrupt("a column of a wrong length"))),
        }
    }

    /// Where each block ends, behind where the first begins.
    pub(crate) fn block_ends(&self) -> Result<Arc<Packed>, Error> {
        self.load_with((Kind::BlockEnds, 0), |raw| Packed::decode(&raw))
    }

    /// Ids, sixteen bytes a row.
    pub(crate) fn ids(&self) -> Result<Arc<Vec<u8>>, Error> {
        let ids: Arc<Vec<u8>> = self.load((Kind::Ids, 0))?;
        match ids.len() as u64 == self.meta.rows * 16 {
            true => Ok(ids),
            false => Err(self.corrupt(Corrupt("ids of a wrong length"))),
        }
    }

    /// Asks the filter of ids; `None` where there is none.
    pub(crate) fn ask_ids<T>(
        &self,
        ask: impl FnOnce(IdFilter<'_>) -> T,
    ) -> Result<Option<T>, Error> {
        if !self.sections.contains_key(&(Kind::IdFilter, 0)) {
            return Ok(None);
        }
        let raw: Arc<Vec<u8>> = self.load((Kind::IdFilter, 0))?;
        let filter = IdFilter::read(&raw).map_err(|error| self.corrupt(error))?;
        Ok(Some(ask(filter)))
    }

    pub(crate) fn values(&self, column: Column) -> Result<Arc<Dictionary>, Error> {
        self.load((Kind::Values, column.number()))
    }

    pub(crate) fn postings(&self, column: Column) -> Result<Arc<crate::postings::Postings>, Error> {
        self.load((Kind::Postings, column.number()))
    }

    pub(crate) fn names(&self) -> Result<Arc<crate::names::Names>, Error> {
        self.load((Kind::Names, 0))
    }

    /// The keys that records of this part show being issued. Made when first asked for.
    pub(crate) fn links(self: &Arc<Self>) -> Result<Arc<Links>, Error> {
        let key = CacheKey::Links(self.opened.number);
        if let Some(found) = self.opened.cache.find(key).and_then(Links::unwrap) {
            return Ok(found);
        }
        let made = Arc::new(Links::of(self)?);
        self.opened.cache.keep(key, Links::wrap(Arc::clone(&made)));
        Ok(made)
    }

    /// Reads all but the blocks ahead, unless that was done before: so that whoever asks first
    /// does not wait for it.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn warm(&self) -> Result<(), Error> {
        if self.warmed.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        for kind in [Kind::Times, Kind::Ingested, Kind::IdOrder] {
            self.numbers(kind)?;
        }
        if self.sections.contains_key(&(Kind::Ranks, 0)) {
            self.numbers(Kind::Ranks)?;
        }
        self.block_ends()?;
        for kind in [Kind::Ids, Kind::BlockDictionary] {
            self.load::<Vec<u8>>((kind, 0))?;
        }
        self.ask_ids(|_| ())?;
        self.load::<Shapes>((Kind::Shapes, Column::Shape.number()))?;
        let fields = Field::ALL.iter().map(|field| Column::Field(*field));
        let others = [Column::Username, Column::Kinds, Column::Flags, Column::Stores];
        for column in fields.chain(others) {
            self.warm_column(column)?;
        }
        self.codes(Column::Shape)?;
        self.names().map(drop)
    }

    fn warm_column(&self, column: Column) -> Result<(), Error> {
        if self.has(Kind::Codes, column) {
            self.codes(column)?;
        }
        if self.has(Kind::Values, column) {
            self.values(column)?;
        }
        if self.has(Kind::Postings, column) {
            self.postings(column)?;
        }
        Ok(())
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        u32::try_from(self.meta.rows).unwrap_or(u32::MAX)
    }

    /// The time that is stored as so many units from the earliest.
    pub(crate) const fn moment(&self, units: u64) -> Timestamp {
        let ms = (units as i64).saturating_mul(self.time_unit);
        Timestamp(self.meta.time_min.0.saturating_add(ms))
    }

    /// The times of all rows, for [`Part::moment`].
    pub(crate) fn times(&self) -> Result<Arc<Packed>, Error> {
        self.numbers(Kind::Times)
    }

    /// When a row's event happened.
    pub fn time(&self, row: u32) -> Result<Timestamp, Error> {
        Ok(self.moment(self.numbers(Kind::Times)?.at(row as usize)))
    }

    /// When a row came in.
    pub fn ingested(&self, row: u32) -> Result<Timestamp, Error> {
        let ms = self.numbers(Kind::Ingested)?.at(row as usize) as i64;
        Ok(Timestamp(self.meta.ingested_min.0.saturating_add(ms)))
    }

    /// The facts of a row.
    pub fn flags(&self, row: u32) -> Result<Flags, Error> {
        Ok(Flags(self.codes(Column::Flags)?.at(row as usize) as u16))
    }

    /// The first row at or after `time`.
    ///
    /// # Errors
    /// Times that cannot be read.
    pub fn first_at(&self, time: Timestamp) -> Result<u32, Error> {
        let times = self.numbers(Kind::Times)?;
        let (mut low, mut high) = (0, self.rows());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.moment(times.at(middle as usize)) < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Each row's place in the order of record numbers; `None` where that is the part's own.
    pub(crate) fn ranks(&self) -> Result<Option<Arc<Packed>>, Error> {
        match self.sections.contains_key(&(Kind::Ranks, 0)) {
            true => self.numbers(Kind::Ranks).map(Some),
            false => Ok(None),
        }
    }

    /// The record number of a row.
    pub fn seq(&self, row: u32) -> Result<Seq, Error> {
        let rank = match self.ranks()? {
            Some(ranks) => ranks.at(row as usize),
            None => u64::from(row),
        };
        let mut left = rank;
        for range in &self.meta.seqs {
            if left < range.count {
                return Ok(range.first.plus(left));
            }
            left -= range.count;
        }
        Err(self.corrupt(Corrupt("it has more rows than record numbers")))
    }

    /// The id of a row.
    pub fn id(&self, row: u32) -> Result<RecordId, Error> {
        let ids = self.ids()?;
        let at = row as usize * 16;
        let id = ids.get(at..at + 16).and_then(|bytes| bytes.try_into().ok());
        id.map(RecordId).ok_or_else(|| self.corrupt(Corrupt("a row without an id")))
    }

    /// The rows that bear an id; more than one where other bytes came under it.
    pub fn rows_of(&self, id: RecordId) -> Result<Vec<u32>, Error> {
        if self.ask_ids(|filter| filter.may_have(id))? == Some(false) {
            return Ok(Vec::new());
        }
        let ids = self.ids()?;
        let order = self.numbers(Kind::IdOrder)?;
        let id_at = |place: usize| {
            let at = order.at(place) as usize * 16;
            ids.get(at..at + 16).unwrap_or_default()
        };
        let low = id_search::first_not_below(&id.0, order.len(), id_at);
        let same = (low..order.len()).take_while(|place| id_at(*place) == &id.0[..]);
        Ok(same.map(|place| order.at(place) as u32).collect())
    }
}
