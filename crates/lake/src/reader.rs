//! Puts records together again from their shape, their codes and their block.

use crate::bits::Packed;
use crate::block::Block;
use crate::cache::{CacheKey, Decoded, Shapes};
use crate::column::Column;
use crate::dictionary::Dictionary;
use crate::error::{Corrupt, Error};
use crate::format::Kind;
use crate::part::Part;
use crate::seal::Facts;
use crate::shape::Slot;
use crate::varint;
use model::{Field, RecordId, disk};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

type Coded = (Arc<Packed>, Arc<Dictionary>);

/// Reads records of one part. Holds on to what it loaded, so that the next one costs less.
pub struct Reader {
    part: Arc<Part>,
    pub(crate) shapes: Arc<Shapes>,
    pub(crate) shape_codes: Arc<Packed>,
    pub(crate) times: Arc<Packed>,
    ids: Arc<Vec<u8>>,
    block_ends: Arc<Packed>,
    /// By field number: not looked for yet, kept in blocks, or here.
    fields: Vec<Option<Option<Coded>>>,
    /// What blocks were compressed against.
    sample: Arc<Vec<u8>>,
    /// Made when the first block is read.
    decompressor: Option<zstd::bulk::Decompressor<'static>>,
    block: Option<(u32, Arc<Block>)>,
    keeps_blocks: bool,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("part", &self.part.meta.id).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader for some records, here and there.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn new(part: &Arc<Part>) -> Result<Self, Error> {
        Ok(Self {
            shapes: part.load((Kind::Shapes, Column::Shape.number()))?,
            shape_codes: part.codes(Column::Shape)?,
            times: part.numbers(Kind::Times)?,
            ids: part.ids()?,
            block_ends: part.block_ends()?,
            fields: vec![None; Field::COUNT],
            sample: part.load((Kind::BlockDictionary, 0))?,
            decompressor: None,
            block: None,
            keeps_blocks: true,
            part: Arc::clone(part),
        })
    }

    /// A reader for all records, one after the other: leaves no block in the cache.
    ///
    /// # Errors
    /// Those of [`Reader::new`].
    pub fn sequential(part: &Arc<Part>) -> Result<Self, Error> {
        Ok(Self { keeps_blocks: false, ..Self::new(part)? })
    }

    /// The record of a row, byte for byte as it came, written behind `out`.
    ///
    /// # Errors
    /// Damage, or what the disk says.
    pub fn record(&mut self, row: u32, out: &mut Vec<u8>) -> Result<(), Error> {
        let part = Arc::clone(&self.part);
        let corrupt = |error| part.corrupt(error);
        let block = self.block(row / part.block_rows)?;
        let kept = block.row((row % part.block_rows) as usize).map_err(corrupt)?;
        let (mut text, mut uuids) = (varint::Reader(kept.0), varint::Reader(kept.1));
        let shapes = Arc::clone(&self.shapes);
        let shape = shapes.of(self.shape_codes.at(row as usize) as u32);
        let shape = shape.ok_or_else(|| corrupt(Corrupt("a row without a shape")))?;
        for (literal, slot) in shape.pieces() {
            out.extend_from_slice(literal);
            self.fill(slot, row, &mut text, &mut uuids, out)?;
        }
        out.extend_from_slice(shape.tail());
        Ok(())
    }

    /// Reads every record and compares it with what went in.
    ///
    /// INVARIANT (nothing changes in sealing): records come back byte for byte.
    ///
    /// # Errors
    /// A record that reads back differently; damage; what the disk says.
    pub fn check(&mut self, facts: &[Facts]) -> Result<(), Error> {
        let mut bytes = Vec::new();
        for (row, facts) in (0..self.part.rows()).zip(facts) {
            bytes.clear();
            self.record(row, &mut bytes)?;
            if bytes.len() != facts.len as usize || xxh3_64(&bytes) != facts.sum {
                let what = "a record does not read back as it was written";
                return Err(self.part.corrupt(Corrupt(what)));
            }
        }
        Ok(())
    }

    pub(crate) fn fill(
        &mut self,
        slot: Slot,
        row: u32,
        text: &mut varint::Reader<'_>,
        uuids: &mut varint::Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let outcome = match slot {
            Slot::Plain => text.bytes().map(|bytes| out.extend_from_slice(bytes)),
            Slot::Time => text.signed().map(|s| put_time(self.seconds(row).saturating_add(s), out)),
            Slot::Uuid => uuids.take(16).map(|bytes| put_uuid(bytes, out)),
            Slot::RowId => {
                let at = row as usize * 16;
                put_uuid(self.ids.get(at..at + 16).unwrap_or_default(), out);
                Ok(())
            }
            Slot::RowTime => {
                put_time(self.seconds(row), out);
                Ok(())
            }
            Slot::Coded(field) => match self.coded(field)? {
                Some((codes, values)) => {
                    out.extend_from_slice(values.value(codes.at(row as usize) as u32));
                    Ok(())
                }
                None => text.bytes().map(|bytes| out.extend_from_slice(bytes)),
            },
        };
        outcome.map_err(|error| self.part.corrupt(error))
    }

    fn seconds(&self, row: u32) -> i64 {
        self.part.moment(self.times.at(row as usize)).seconds()
    }

    /// The column of a field; `None` where the part keeps its values in blocks.
    fn coded(&mut self, field: Field) -> Result<Option<&Coded>, Error> {
        let column = Column::Field(field);
        let slot = self.fields.get_mut(field as usize);
        let Some(slot) = slot else { return Ok(None) };
        if slot.is_none() {
            *slot = Some(match self.part.has(Kind::Codes, column) {
                true => Some((self.part.codes(column)?, self.part.values(column)?)),
                false => None,
            });
        }
        Ok(slot.as_ref().and_then(Option::as_ref))
    }

    /// The block that holds a row.
    pub(crate) fn block_of(&mut self, row: u32) -> Result<Arc<Block>, Error> {
        self.block(row / self.part.block_rows)
    }

    fn block(&mut self, number: u32) -> Result<Arc<Block>, Error> {
        if let Some((held, block)) = &self.block
            && *held == number
        {
            return Ok(Arc::clone(block));
        }
        let key = CacheKey::Block(self.part.opened.number, number);
        let cached = self.part.opened.cache.find(key).and_then(Block::unwrap);
        let block = match cached {
            Some(block) => block,
            None => Arc::new(self.read_block(number)?),
        };
        if self.keeps_blocks {
            self.part.opened.cache.keep(key, Block::wrap(Arc::clone(&block)));
        }
        self.block = Some((number, Arc::clone(&block)));
        Ok(block)
    }

    fn read_block(&mut self, number: u32) -> Result<Block, Error> {
        let part = &self.part;
        let place = number as usize;
        let (start, end) = (self.block_ends.at(place), self.block_ends.at(place + 1));
        if end <= start || end > part.meta.bytes {
            return Err(part.corrupt(Corrupt("a block lies outside the file")));
        }
        let stored = disk::read_exact(&*part.file, start, (end - start) as usize);
        let stored = stored.map_err(|source| part.io(source))?;
        let decompressor = match &mut self.decompressor {
            Some(decompressor) => decompressor,
            None => {
                let made = zstd::bulk::Decompressor::with_dictionary(&self.sample);
                self.decompressor.insert(made.map_err(|source| part.io(source))?)
            }
        };
        Block::decode(&stored, decompressor).map_err(|error| part.corrupt(error))
    }
}

fn put_time(seconds: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&model::seconds_text(seconds));
}

fn put_uuid(bytes: &[u8], out: &mut Vec<u8>) {
    RecordId(bytes.try_into().unwrap_or_default()).write_uuid(out);
}
