//! From a draft to the bytes of a part.

use crate::bits::Packed;
use crate::block::{self, OpenBlock};
use crate::column::{self, Column};
use crate::dictionary::Interner;
use crate::draft::{Draft, DraftRow};
use crate::error::{Corrupt, Error};
use crate::format::{Kind, Writer};
use crate::shape::{Shape, Slot};
use crate::varint::{self, Reader};
use crate::{id_filter, names, postings};
use model::{AccountId, Field, Origin, PartId, PartMeta, RecordId, Timestamp};
use xxhash_rust::xxh3::xxh3_128;

/// Most text against which blocks are compressed, in bytes, and the fewest rows for which it pays.
/// Of a small part it is a tenth.
const SAMPLE_BYTES_MAX: usize = 128 << 10;
const SAMPLE_SHARE: usize = 10;
const SAMPLE_ROWS_MIN: usize = 1_024;
/// Most text of one row in it.
const SAMPLE_ROW_BYTES_MAX: usize = 4_096;
/// How dictionaries in zstd's own format begin.
const ZSTD_DICTIONARY: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];
/// Where at least one value in this many is new, values are kept with their rows.
const REPEATS_MIN: usize = 4;
const SPILL_BYTES_MIN: usize = 64 << 10;

/// A part, ready to be written.
#[derive(Debug)]
pub struct Sealed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its line in the manifest; `seqs` are for whoever commits it.
    pub meta: PartMeta,
    /// The rows in the part's order.
    pub facts: Vec<Facts>,
}

/// What the ledger needs to know of a row.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The record's id.
    pub id: RecordId,
    /// When it happened.
    pub time: Timestamp,
    /// When it came in.
    pub ingested: Timestamp,
    /// How it came in.
    pub origin: Origin,
    /// Length of the record in bytes.
    pub len: u32,
    /// A checksum of the record's bytes.
    pub sum: u64,
    /// The hash that came with the row.
    pub payload: [u8; 32],
}

/// Which record numbers the rows of a part get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// Ascending with the part's own order: for rows that have no numbers yet.
    ByTime,
    /// Ascending with the order in which rows were pushed: for rows that have.
    ByPush,
}

impl Draft {
    /// Sorts the rows by time and writes the part.
    ///
    /// # Errors
    /// Where a block would become too large.
    pub fn seal(self, owner: &AccountId, numbering: Numbering) -> Result<Sealed, Error> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_by_key(|row| self.row(*row).map(|row| row.time));
        let sealing = Sealing::new(&self, order);
        let bytes = sealing.write(owner, numbering).map_err(|error| error.of("being sealed"))?;
        let meta = sealing.meta(owner, &bytes);
        let facts = sealing.ordered().map(facts).collect();
        Ok(Sealed { bytes, meta, facts })
    }

    fn row(&self, row: u32) -> Option<&DraftRow> {
        self.rows.get(row as usize)
    }
}

fn facts(row: &DraftRow) -> Facts {
    Facts {
        id: row.id,
        time: row.time,
        ingested: row.ingested,
        origin: row.flags.origin().unwrap_or(Origin::Imported),
        len: row.len,
        sum: row.sum,
        payload: row.payload,
    }
}

struct Sealing<'a> {
    draft: &'a Draft,
    order: Vec<u32>,
    /// By field number: whether its values are kept with their rows.
    spilled: Vec<bool>,
    shapes: Vec<Shape>,
}

impl<'a> Sealing<'a> {
    fn new(draft: &'a Draft, order: Vec<u32>) -> Self {
        let spilled =
            draft.fields.iter().zip(Field::ALL).map(|(values, f)| spills(values, *f, draft.len()));
        let shape = |code| Shape::parse(draft.shapes.value(code)).unwrap_or_default();
        Self {
            spilled: spilled.collect(),
            shapes: (1..=draft.shapes.len() as u32).map(shape).collect(),
            draft,
            order,
        }
    }

    fn ordered(&self) -> impl Iterator<Item = &'a DraftRow> + Clone {
        let draft = self.draft;
        self.order.iter().filter_map(|row| draft.row(*row))
    }

    fn write(&self, owner: &AccountId, numbering: Numbering) -> Result<Vec<u8>, Corrupt> {
        let mut writer = Writer::new()?;
        let fields = self.blocks(&mut writer)?;
        self.rows(&mut writer, owner, numbering);
        for (field, codes) in Field::ALL.iter().zip(fields) {
            let values = self.draft.fields.get(*field as usize).filter(|values| values.len() > 0);
            if let (Some(values), false) = (values, codes.is_empty()) {
                coded_column(&mut writer, Column::Field(*field), values, &codes);
            }
        }
        let codes = |of: fn(&DraftRow) -> u32| self.ordered().map(of).collect::<Vec<u32>>();
        let draft = self.draft;
        coded_column(&mut writer, Column::Username, &draft.usernames, &codes(|row| row.username));
        coded_column(&mut writer, Column::Kinds, &draft.kinds, &codes(|row| row.kinds));
        if draft.stores.len() > 0 {
            coded_column(&mut writer, Column::Stores, &draft.stores, &codes(|row| row.stores));
        }
        coded_column(&mut writer, Column::Shape, &draft.shapes, &codes(|row| row.shape));
        plain_column(&mut writer, Column::Flags, &codes(|row| u32::from(row.flags.0)));
        Ok(writer.finish())
    }

    /// Writes the blocks and returns the codes of each field's column, empty where spilled.
    fn blocks(&self, writer: &mut Writer) -> Result<Vec<Vec<u32>>, Corrupt> {
        let mut fields: Vec<Vec<u32>> = self
            .spilled
            .iter()
            .map(|spilled| if *spilled { Vec::new() } else { vec![0; self.order.len()] })
            .collect();
        let sample = self.sample(&mut fields)?;
        writer.section(Kind::BlockDictionary, 0, &sample);
        let ends = self.write_blocks(writer, &sample, &mut fields)?;
        let mut raw = Vec::new();
        Packed::new(ends.iter().copied()).encode(&mut raw);
        writer.section(Kind::BlockEnds, 0, &raw);
        Ok(fields)
    }

    /// Rows from all over the part, so that the text of one block helps to compress the next.
    fn sample(&self, fields: &mut [Vec<u32>]) -> Result<Vec<u8>, Corrupt> {
        if self.order.len() < SAMPLE_ROWS_MIN {
            return Ok(Vec::new());
        }
        let all = self.text_len();
        let size = (all / SAMPLE_SHARE).min(SAMPLE_BYTES_MAX);
        let step = (all / size.max(1)).max(1);
        let mut sample = Vec::with_capacity(size + SAMPLE_ROW_BYTES_MAX);
        for (place, row) in self.ordered().enumerate().skip(1).step_by(step) {
            let start = sample.len();
            self.compose(row, place, &mut sample, fields)?;
            sample.truncate(start + SAMPLE_ROW_BYTES_MAX);
            if sample.len() >= size {
                break;
            }
        }
        sample.truncate(size);
        // What begins so is no text to zstd but a dictionary in its own format, and a broken one. A
        // client could write records that do.
        if sample.starts_with(&ZSTD_DICTIONARY) {
            sample.remove(0);
        }
        Ok(sample)
    }

    /// Roughly what the rows keep in blocks, in bytes: values that are kept there because they
    /// hardly repeat are counted once.
    fn text_len(&self) -> usize {
        let spilled = self.draft.fields.iter().zip(&self.spilled).filter(|(_, spilled)| **spilled);
        self.draft.text.len() + spilled.map(|(values, _)| values.byte_len()).sum::<usize>()
    }

    fn write_blocks(
        &self,
        writer: &mut Writer,
        sample: &[u8],
        fields: &mut [Vec<u32>],
    ) -> Result<Vec<u64>, Corrupt> {
        let mut compressor = zstd::bulk::Compressor::with_dictionary(block::LEVEL, sample)
            .map_err(|_| Corrupt("no compressor"))?;
        let mut open = OpenBlock::default();
        let mut ends = vec![writer.bytes.len() as u64];
        for (place, row) in self.ordered().enumerate() {
            let uuids = row.uuids_at as usize..row.uuids_at as usize + row.uuids as usize * 16;
            let uuids = self.draft.uuids.get(uuids).unwrap_or_default();
            open.push(uuids, |text| self.compose(row, place, text, fields))?;
            if open.is_full() {
                open.close(&mut compressor, &mut writer.bytes)?;
                ends.push(writer.bytes.len() as u64);
            }
        }
        if !open.is_empty() {
            open.close(&mut compressor, &mut writer.bytes)?;
            ends.push(writer.bytes.len() as u64);
        }
        Ok(ends)
    }

    /// Writes what a row keeps in its block and sets its codes.
    fn compose(
        &self,
        row: &DraftRow,
        place: usize,
        texts: &mut Vec<u8>,
        fields: &mut [Vec<u32>],
    ) -> Result<(), Corrupt> {
        let draft = self.draft;
        let text = row.text_at as usize..(row.text_at + row.text_len) as usize;
        let mut text = Reader(draft.text.get(text).unwrap_or_default());
        let mut codes = draft.codes.get(row.codes_at as usize..).unwrap_or_default().iter();
        let shape = self.shapes.get((row.shape as usize).wrapping_sub(1));
        for (_, slot) in shape.into_iter().flat_map(Shape::pieces) {
            match slot {
                Slot::Plain => varint::put_bytes(texts, text.bytes()?),
                Slot::Time => varint::put_signed(texts, text.signed()?),
                Slot::RowId | Slot::RowTime | Slot::Uuid => {}
                Slot::Coded(field) => {
                    let code = *codes.next().ok_or(Corrupt("a code is missing"))?;
                    let column = fields.get_mut(field as usize);
                    match column.and_then(|column| column.get_mut(place)) {
                        Some(slot) => *slot = code,
                        None => varint::put_bytes(texts, self.value(field, code)),
                    }
                }
            }
        }
        Ok(())
    }

    fn value(&self, field: Field, code: u32) -> &[u8] {
        self.draft.fields.get(field as usize).map_or(&[], |values| values.value(code))
    }

    /// Writes ids, times, names and the summary.
    fn rows(&self, writer: &mut Writer, owner: &AccountId, numbering: Numbering) {
        let ids: Vec<u8> = self.ordered().flat_map(|row| row.id.0).collect();
        writer.section(Kind::Ids, 0, &ids);
        // Numbers compare faster than bytes, and in the same order.
        let number = |row: &DraftRow| u128::from_be_bytes(row.id.0);
        let mut by_id: Vec<(u128, u32)> =
            self.ordered().zip(0..).map(|(row, place)| (number(row), place)).collect();
        by_id.sort_unstable();
        packed_section(writer, Kind::IdOrder, by_id.iter().map(|(_, place)| u64::from(*place)));
        if self.order.len() >= id_filter::ROWS_MIN {
            let ids = self.ordered().map(|row| row.id);
            let filter = id_filter::encode(ids, self.order.len(), self.ids_say_all());
            writer.section(Kind::IdFilter, 0, &filter);
        }
        self.times(writer, owner);
        if numbering == Numbering::ByPush && !self.order.is_sorted() {
            packed_section(writer, Kind::Ranks, self.order.iter().map(|row| u64::from(*row)));
        }
        let mut places = vec![0u32; self.order.len()];
        for (place, row) in self.order.iter().enumerate() {
            if let Some(slot) = places.get_mut(*row as usize) {
                *slot = place as u32;
            }
        }
        let place = |row: u32| places.get(row as usize).copied().unwrap_or(0);
        let pairs: Vec<(u64, u32)> =
            self.draft.names.iter().map(|(hash, row)| (*hash, place(*row))).collect();
        writer.section(Kind::Names, 0, &names::encode(&pairs));
    }

    /// Whether each row either has its id as `eventID` or no key of that name.
    fn ids_say_all(&self) -> bool {
        let has_key =
            |shape: &Shape| id_filter::KEYS.iter().any(|key| shape.mentions(key.as_bytes()));
        let has_id = |shape: &Shape| shape.pieces().any(|(_, slot)| slot == Slot::RowId);
        self.shapes.iter().all(|shape| has_id(shape) || !has_key(shape))
    }

    fn times(&self, writer: &mut Writer, owner: &AccountId) {
        let (time_min, _) = self.span(|row| row.time);
        let (ingested_min, _) = self.span(|row| row.ingested);
        let unit = if self.ordered().all(|row| row.time.0 % 1_000 == 0) { 1_000 } else { 1 };
        let times: Vec<u64> =
            self.ordered().map(|row| (row.time.0 - time_min.0) as u64 / unit).collect();
        packed_section(writer, Kind::Times, times.iter().copied());
        let ingested: Vec<u64> =
            self.ordered().map(|row| (row.ingested.0 - ingested_min.0) as u64).collect();
        packed_section(writer, Kind::Ingested, ingested.iter().copied());
        let mut summary = Vec::new();
        varint::put(&mut summary, self.order.len() as u64);
        varint::put_signed(&mut summary, time_min.0);
        varint::put(&mut summary, unit);
        varint::put_signed(&mut summary, ingested_min.0);
        varint::put(&mut summary, block::BLOCK_ROWS as u64);
        varint::put_bytes(&mut summary, owner.as_str().as_bytes());
        writer.section(Kind::Summary, 0, &summary);
    }

    fn span(&self, of: fn(&DraftRow) -> Timestamp) -> (Timestamp, Timestamp) {
        let times = self.ordered().map(of);
        (times.clone().min().unwrap_or_default(), times.max().unwrap_or_default())
    }

    fn meta(&self, owner: &AccountId, bytes: &[u8]) -> PartMeta {
        let (time_min, time_max) = self.span(|row| row.time);
        let (ingested_min, ingested_max) = self.span(|row| row.ingested);
        PartMeta {
            id: PartId(format!("{:032x}", xxh3_128(bytes))),
            owner: owner.clone(),
            rows: self.order.len() as u64,
            bytes: bytes.len() as u64,
            seqs: Vec::new(),
            time_min,
            time_max,
            ingested_min,
            ingested_max,
            level: 0,
        }
    }
}

fn spills(values: &Interner, field: Field, rows: usize) -> bool {
    !column::always_coded(field)
        && values.len() * REPEATS_MIN > rows
        && values.byte_len() > SPILL_BYTES_MIN
}

fn packed_section(
    writer: &mut Writer,
    kind: Kind,
    numbers: impl ExactSizeIterator<Item = u64> + Clone,
) {
    let mut raw = Vec::new();
    Packed::new(numbers).encode(&mut raw);
    writer.section(kind, 0, &raw);
}

/// Writes a column with its dictionary, and lists of rows where people look rows up by it.
fn coded_column(writer: &mut Writer, column: Column, values: &Interner, codes: &[u32]) {
    let (dictionary, places) = values.sorted();
    let codes: Vec<u32> =
        codes.iter().map(|code| places.get(*code as usize).copied().unwrap_or(0)).collect();
    let mut raw = Vec::new();
    dictionary.encode(&mut raw);
    let kind = if column == Column::Shape { Kind::Shapes } else { Kind::Values };
    writer.section(kind, column.number(), &raw);
    plain_column(writer, column, &codes);
    if column.indexed() {
        let lists = postings::encode(&codes, dictionary.len());
        writer.section(Kind::Postings, column.number(), &lists);
    }
}

fn plain_column(writer: &mut Writer, column: Column, codes: &[u32]) {
    let most = codes.iter().copied().max().unwrap_or(0);
    let planes = column::encode_planes(codes);
    let packed_len = Packed::encoded_len(codes.len(), u64::from(most));
    let shrunk = writer.compress(&planes);
    match !shrunk.is_empty() && shrunk.len() < packed_len {
        true => writer.section_packed(Kind::Codes, column.number(), &planes, &shrunk),
        false => {
            let raw = column::encode_packed(codes);
            writer.section_packed(Kind::Codes, column.number(), &raw, &[]);
        }
    }
}
