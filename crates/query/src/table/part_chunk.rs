//! The rows of a part as Arrow arrays.

use crate::table::chunk::{Chunk, lake_error};
use crate::table::dictionaries::{Dictionaries, Words};
use crate::table::identities::{Identities, Lineage};
use crate::table::source::Source;
use arrow::array::{
    ArrayRef, AsArray, BooleanArray, StringViewArray, StringViewBuilder, TimestampMillisecondArray,
    UInt32Array,
};
use datafusion::error::Result;
use lake::{Actors, Coded, Part, Path, Rows};
use model::Origin;
use ring::digest::{SHA256, digest};
use std::sync::Arc;

/// A part, open for reading.
pub(crate) struct PartChunk {
    pub(crate) rows: Rows,
    dictionaries: Dictionaries,
    scratch: Vec<u8>,
    /// Once somebody asked who acted.
    actors: Option<Actors>,
}

/// Where a dictionary is this many times as large as what rows need of it, they get their own
/// copies: whoever keeps them would keep all of it.
const SPARSE: usize = 8;
/// Smaller dictionaries are shared in any case, in bytes.
const SHARED_BYTES: usize = 1 << 18;
/// Length of a typical value, in bytes.
const VALUE_BYTES: usize = 48;

impl PartChunk {
    pub(crate) fn open(part: &Arc<Part>, dictionaries: &Dictionaries) -> Result<Self> {
        let rows = Rows::new(part).map_err(lake_error)?;
        Ok(Self { rows, dictionaries: dictionaries.clone(), scratch: Vec::new(), actors: None })
    }

    /// The values of a coded column, NULL before the first.
    pub(crate) fn values(&self, path: &Path, coded: &Coded) -> Arc<StringViewArray> {
        self.dictionaries.of(&self.rows.part().meta.id, path, coded)
    }

    /// How many of all rows have each code.
    pub(crate) fn counts(&self, path: &Path, coded: &Coded) -> Arc<[u32]> {
        self.dictionaries.counts(self.rows.part(), path, coded)
    }

    /// What the codes of a column stand for.
    pub(crate) fn words(&self, path: &Path, coded: &Coded) -> Words {
        self.dictionaries.words(&self.rows.part().meta.id, path, coded)
    }

    pub(crate) fn coded(&self, path: &Path) -> Result<Option<Coded>> {
        self.rows.coded(&self.rows.locate(path)).map_err(lake_error)
    }

    /// The owner of all rows.
    pub(crate) fn owner(&self) -> ArrayRef {
        let owner = self.rows.part().meta.owner.as_str();
        Arc::new(StringViewArray::from(vec![owner]))
    }

    fn texts(&mut self, path: &Path, rows: &[u32]) -> Result<ArrayRef> {
        if let Some(coded) = self.coded(path)? {
            return self.coded_texts(path, &coded, rows);
        }
        let way = self.rows.locate(path);
        let mut texts = StringViewBuilder::with_capacity(rows.len());
        for row in rows {
            self.scratch.clear();
            let found = self.rows.read(*row, &way, &mut self.scratch).map_err(lake_error)?;
            append(&mut texts, found.then_some(&self.scratch));
        }
        Ok(Arc::new(texts.finish()))
    }

    fn coded_texts(&self, path: &Path, coded: &Coded, rows: &[u32]) -> Result<ArrayRef> {
        let values = self.values(path, coded);
        let codes = UInt32Array::from_iter_values(rows.iter().map(|row| coded.at(*row)));
        let taken = arrow::compute::take(&*values, &codes, None)?;
        let weight = coded.weight();
        if weight > SHARED_BYTES && weight > rows.len() * VALUE_BYTES * SPARSE {
            return Ok(Arc::new(taken.as_string_view().gc()));
        }
        Ok(taken)
    }

    fn lineage(
        &mut self,
        what: Lineage,
        identities: &Identities,
        rows: &[u32],
    ) -> Result<ArrayRef> {
        let actors = match &mut self.actors {
            Some(actors) => actors,
            None => self.actors.insert(Actors::of(self.rows.part()).map_err(lake_error)?),
        };
        let acted = rows.iter().map(|row| actors.at(*row));
        Ok(Arc::new(identities.told(what, acted).map_err(lake_error)?))
    }

    fn checksums(&mut self, rows: &[u32]) -> Result<ArrayRef> {
        let records = self.records(rows)?;
        let texts = records.as_string_view().iter();
        Ok(Arc::new(texts.map(|text| text.map(checksum)).collect::<StringViewArray>()))
    }

    fn booleans(&mut self, path: &Path, rows: &[u32]) -> Result<ArrayRef> {
        let way = self.rows.locate(path);
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            self.scratch.clear();
            let found = self.rows.read(*row, &way, &mut self.scratch).map_err(lake_error)?;
            values.push(if found { truth(&self.scratch) } else { None });
        }
        Ok(Arc::new(BooleanArray::from(values)))
    }

    fn records(&mut self, rows: &[u32]) -> Result<ArrayRef> {
        let mut texts = StringViewBuilder::with_capacity(rows.len());
        for row in rows {
            self.scratch.clear();
            self.rows.record(*row, &mut self.scratch).map_err(lake_error)?;
            append(&mut texts, Some(&self.scratch));
        }
        Ok(Arc::new(texts.finish()))
    }
}

/// Appends bytes as text. What is no UTF-8 can only come from records that could not be read.
pub(crate) fn append(texts: &mut StringViewBuilder, value: Option<&Vec<u8>>) {
    match value.map(|bytes| String::from_utf8_lossy(bytes)) {
        Some(text) => texts.append_value(text),
        None => texts.append_null(),
    }
}

/// The SHA-256 of a record, in lower-case hex.
pub(crate) fn checksum(record: &str) -> String {
    let digest = digest(&SHA256, record.as_bytes());
    model::hex(digest.as_ref())
}

/// `true` or `false`; anything else is neither.
pub(crate) fn truth(text: &[u8]) -> Option<bool> {
    match text {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// The word for how a record came in.
pub(crate) fn origin_text(origin: Option<Origin>) -> Option<&'static str> {
    origin.map(Origin::as_str)
}

impl Chunk for PartChunk {
    fn column(&mut self, source: &Source, rows: &[u32]) -> Result<ArrayRef> {
        let all = rows.iter().copied();
        match source {
            Source::Text(path) => self.texts(path, rows),
            Source::Boolean(path) => self.booleans(path, rows),
            Source::Record => self.records(rows),
            Source::Checksum => self.checksums(rows),
            Source::Lineage(what, identities) => self.lineage(*what, identities, rows),
            Source::ReadOnly => {
                let values = all.map(|row| self.rows.flags(row).read_only());
                Ok(Arc::new(values.collect::<BooleanArray>()))
            }
            Source::Time => {
                let times = all.map(|row| self.rows.time(row).0);
                Ok(Arc::new(TimestampMillisecondArray::from_iter_values(times)))
            }
            Source::Ingested => {
                let times = all.map(|row| self.rows.ingested(row).0);
                Ok(Arc::new(TimestampMillisecondArray::from_iter_values(times)))
            }
            Source::Origin => {
                let words = all.map(|row| origin_text(self.rows.flags(row).origin()));
                Ok(Arc::new(words.collect::<StringViewArray>()))
            }
            Source::Owner => {
                let owner = self.rows.part().meta.owner.as_str();
                Ok(Arc::new(all.map(|_| Some(owner)).collect::<StringViewArray>()))
            }
        }
    }

    fn time(&self, row: u32) -> i64 {
        self.rows.time(row).0
    }
}
