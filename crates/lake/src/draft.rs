//! A part in the making: rows taken apart into shapes, codes and bytes.

use crate::column::BETWEEN_KINDS;
use crate::dictionary::Interner;
use crate::error::Error;
use crate::row::{Flags, Row};
use crate::shape::{self, Slot};
use crate::varint;
use foldhash::fast::RandomState as FastState;
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use model::{Field, RecordId, Timestamp, parse_seconds};
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Rows of one owner and one month, not yet sealed.
#[derive(Debug, Default)]
pub struct Draft {
    pub(crate) rows: Vec<DraftRow>,
    pub(crate) shapes: Interner,
    /// One interner a field, by the field's number.
    pub(crate) fields: Vec<Interner>,
    pub(crate) usernames: Interner,
    /// Sets of resource types, joined by [`BETWEEN_KINDS`].
    pub(crate) kinds: Interner,
    /// Sets of event data stores.
    pub(crate) stores: Interner,
    /// Codes of the rows' coded slots, in slot order.
    pub(crate) codes: Vec<u32>,
    /// Bytes of the rows' plain and time slots.
    pub(crate) text: Vec<u8>,
    /// Bytes of the rows' UUID slots.
    pub(crate) uuids: Vec<u8>,
    /// Hashes of resource names with the row they belong to.
    pub(crate) names: Vec<(u64, u32)>,
    raw_bytes: u64,
    /// Bytes in the interners of fields.
    interned: usize,
    ids: HashTable<u32>,
    hasher: IdHasher,
    shape_text: Vec<u8>,
    met: Met,
    joined: Vec<u8>,
}

/// Shapes that rows had, by what their scans call them.
#[derive(Debug, Default)]
struct Met(HashMap<ShapeKey, Arc<Coded>, FastState>);

/// The scan's number of a shape, and whether `eventID` and `eventTime` are the row's own.
type ShapeKey = (u64, bool, bool);

/// A shape's code in the draft, and where its values go.
#[derive(Debug)]
struct Coded {
    code: u32,
    slots: Vec<Slot>,
}

/// What a draft keeps of a row, besides what lies in its arenas.
#[derive(Clone, Debug)]
pub(crate) struct DraftRow {
    pub(crate) id: RecordId,
    pub(crate) time: Timestamp,
    pub(crate) ingested: Timestamp,
    pub(crate) flags: Flags,
    pub(crate) shape: u32,
    pub(crate) username: u32,
    pub(crate) kinds: u32,
    pub(crate) stores: u32,
    pub(crate) codes_at: u32,
    pub(crate) text_at: u32,
    pub(crate) text_len: u32,
    pub(crate) uuids_at: u32,
    pub(crate) uuids: u32,
    pub(crate) len: u32,
    pub(crate) sum: u64,
    pub(crate) payload: [u8; 32],
}

/// Most rows of a part: row numbers stay short.
pub const ROWS_MAX: usize = 1 << 20;
/// Most bytes of values in a draft, so that places in its arenas fit 32 bits and each section of
/// the part stays below the largest that is read.
const ARENA_MAX: usize = (1 << 30) - (32 << 20);
/// Most bytes of records: sealing lays out the values that hardly repeat row by row.
const RAW_MAX: u64 = 4 << 30;

/// Shapes that are found by what scans call them.
const MET_MAX: usize = 1 << 14;

/// Rows of one id that are compared with a new one.
const SAME_ID_MAX: usize = 256;

/// The hash under which a resource's name is found.
pub(crate) fn name_hash(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

/// Hashes ids for tables in memory. Not all ids are random: those of UUID version 7 begin with
/// the time, and a stranger may choose ids that are alike. So all of an id is hashed, and under
/// another key in every process.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdHasher(RandomState);

impl IdHasher {
    pub(crate) fn hash(&self, id: RecordId) -> u64 {
        self.0.hash_one(id.0)
    }
}

impl Draft {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes of the records as they came.
    pub const fn raw_bytes(&self) -> u64 {
        self.raw_bytes
    }

    /// Memory held, roughly, in bytes.
    pub fn weight(&self) -> usize {
        self.held()
            + self.codes.len() * size_of::<u32>()
            + self.names.len() * size_of::<(u64, u32)>()
            + self.rows.len() * size_of::<DraftRow>()
    }

    /// The hashes that came with the rows which bear an id already.
    pub fn payloads(&self, id: RecordId) -> impl Iterator<Item = &[u8; 32]> {
        let rows =
            self.ids.iter_hash(self.hasher.hash(id)).filter_map(|row| self.rows.get(*row as usize));
        rows.filter(move |row| row.id == id).map(|row| &row.payload)
    }

    /// Takes a row in.
    ///
    /// # Errors
    /// Where the draft is full; nothing was taken then.
    pub fn push(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let len = row.view.bytes.len();
        let full = self.held() + len > ARENA_MAX || self.raw_bytes + len as u64 > RAW_MAX;
        if full || self.rows.len() >= ROWS_MAX {
            return Err(Error::TooLarge { what: "seal the draft and begin another" });
        }
        if self.fields.is_empty() {
            self.fields.resize_with(Field::COUNT, Interner::default);
        }
        let number = self.rows.len() as u32;
        let drafted = self.take_apart(row);
        self.rows.push(drafted);
        self.note_id(row.id, number);
        for (_, name) in row.resources {
            self.names.push((name_hash(name), number));
        }
        self.raw_bytes += row.view.bytes.len() as u64;
        Ok(())
    }

    /// Bytes in all arenas together.
    fn held(&self) -> usize {
        let sets = self.kinds.byte_len() + self.stores.byte_len();
        let derived = self.usernames.byte_len() + sets;
        self.text.len() + self.uuids.len() + self.shapes.byte_len() + self.interned + derived
    }

    /// Makes the row known under its id. Beyond some hundred rows of one id, which only a flood of
    /// conflicts can bring, further ones are not noted: each would cost as much as all before it.
    fn note_id(&mut self, id: RecordId, number: u32) {
        let known = self.payloads(id).take(SAME_ID_MAX).count();
        if known == SAME_ID_MAX {
            return;
        }
        let (rows, hasher) = (&self.rows, &self.hasher);
        self.ids.insert_unique(hasher.hash(id), number, |row| {
            rows.get(*row as usize).map_or(0, |row| hasher.hash(row.id))
        });
    }

    fn take_apart(&mut self, row: &Row<'_>) -> DraftRow {
        let starts = (self.codes.len(), self.text.len(), self.uuids.len());
        let scan = row.view.scan();
        let shape = self.shape(row);
        let leaves = scan.leaves().iter().map(|leaf| leaf.span.of(row.view.bytes));
        let values = leaves.chain([shape::unread(row.view.bytes, scan)]);
        for (value, slot) in values.zip(&shape.slots) {
            self.put(*slot, value, row.time.seconds());
        }
        DraftRow {
            id: row.id,
            time: row.time,
            ingested: row.ingested,
            flags: row.flags,
            shape: shape.code,
            username: row.username.map_or(0, |name| self.usernames.code(name.as_bytes())),
            kinds: self.kinds_code(row.resources),
            stores: row.stores.map_or(0, |stores| self.stores.code(stores.as_bytes())),
            codes_at: starts.0 as u32,
            text_at: starts.1 as u32,
            text_len: (self.text.len() - starts.1) as u32,
            uuids_at: starts.2 as u32,
            uuids: ((self.uuids.len() - starts.2) / 16) as u32,
            len: row.view.bytes.len() as u32,
            sum: xxh3_64(row.view.bytes),
            payload: row.payload,
        }
    }

    /// The row's shape: looked up where its scan knows it, else written out.
    fn shape(&mut self, row: &Row<'_>) -> Arc<Coded> {
        let (scan, time_s) = (row.view.scan(), row.whole_seconds());
        let slot = |field| {
            scan.leaf(field)
                .map(|leaf| Slot::of(&leaf, leaf.span.of(row.view.bytes), row.id, time_s))
        };
        let is_known = scan.shape() != 0 && shape::unread(row.view.bytes, scan).is_empty();
        let key = is_known.then(|| {
            let own_id = slot(Field::EventId) == Some(Slot::RowId);
            (scan.shape(), own_id, slot(Field::EventTime) == Some(Slot::RowTime))
        });
        if let Some(met) = key.and_then(|key| self.met.0.get(&key)) {
            return Arc::clone(met);
        }
        let mut slots = Vec::with_capacity(scan.leaves().len() + 1);
        shape::write(row.view.bytes, scan, row.id, time_s, &mut self.shape_text, &mut slots);
        let shape = Arc::new(Coded { code: self.shapes.code(&self.shape_text), slots });
        if let Some(key) = key
            && self.met.0.len() < MET_MAX
        {
            self.met.0.insert(key, Arc::clone(&shape));
        }
        shape
    }

    #[inline]
    fn put(&mut self, slot: Slot, value: &[u8], row_s: i64) {
        match slot {
            Slot::RowId | Slot::RowTime => {}
            Slot::Plain => varint::put_bytes(&mut self.text, value),
            Slot::Time => {
                let seconds = parse_seconds(value).unwrap_or_default();
                varint::put_signed(&mut self.text, seconds - row_s);
            }
            Slot::Uuid => {
                let id = RecordId::from_uuid(value).unwrap_or(RecordId([0; 16]));
                self.uuids.extend_from_slice(&id.0);
            }
            Slot::Coded(field) => {
                if let Some(interner) = self.fields.get_mut(field as usize) {
                    let before = interner.byte_len();
                    self.codes.push(interner.code(value));
                    self.interned += interner.byte_len() - before;
                }
            }
        }
    }

    fn kinds_code(&mut self, resources: &[(&str, &str)]) -> u32 {
        let Some((first, rest)) = resources.split_first() else {
            return 0;
        };
        self.joined.clear();
        self.joined.extend_from_slice(first.0.as_bytes());
        for (place, (kind, _)) in rest.iter().enumerate() {
            if !resources.iter().take(place + 1).any(|(earlier, _)| earlier == kind) {
                self.joined.push(BETWEEN_KINDS);
                self.joined.extend_from_slice(kind.as_bytes());
            }
        }
        self.kinds.code(&self.joined)
    }
}
