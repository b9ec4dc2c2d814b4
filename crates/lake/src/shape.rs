//! The shape of a record: everything between its values, with a mark where each value stood.
//!
//! A mark is one of the control characters that JSON forbids in texts and between them, so it
//! cannot be mistaken for part of the record.

use crate::column;
use crate::error::Corrupt;
use model::{Field, Leaf, LeafKind, RecordId, Scan, parse_seconds};
use std::ops::Range;

/// Where the value of a mark is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// In the row's block, as bytes.
    Plain,
    /// In the row's block, as seconds from the row's time.
    Time,
    /// In the row's block, as 16 bytes.
    Uuid,
    /// It is the row's id.
    RowId,
    /// It is the row's time.
    RowTime,
    /// In the column of a field, or in the row's block where the part keeps that field there.
    Coded(Field),
}

const PLAIN: u8 = 1;
const TIME: u8 = 2;
const UUID: u8 = 3;
const ROW_ID: u8 = 4;
const ROW_TIME: u8 = 5;
const CODED: u8 = 6;
/// Added to a field's number behind [`CODED`], so that shapes stay printable.
const FIELD_BASE: u8 = 0x20;

impl Slot {
    /// Where the value of `leaf` goes, in a row with this id and time.
    pub(crate) fn of(leaf: &Leaf, bytes: &[u8], id: RecordId, time_s: Option<i64>) -> Self {
        match (leaf.kind, leaf.field) {
            (LeafKind::Plain, Some(field)) if field.coded() => Self::Coded(field),
            // A role may be named as a UUID: questions look in the column, so it must be there.
            (_, Some(field)) if column::always_coded(field) => Self::Coded(field),
            (LeafKind::Plain, _) => Self::Plain,
            (LeafKind::Uuid, Some(Field::EventId)) if RecordId::from_uuid(bytes) == Some(id) => {
                Self::RowId
            }
            (LeafKind::Uuid, _) => Self::Uuid,
            (LeafKind::Time, Some(Field::EventTime)) if parse_seconds(bytes) == time_s => {
                Self::RowTime
            }
            (LeafKind::Time, _) => Self::Time,
        }
    }

    fn mark(self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Plain => PLAIN,
            Self::Time => TIME,
            Self::Uuid => UUID,
            Self::RowId => ROW_ID,
            Self::RowTime => ROW_TIME,
            Self::Coded(_) => CODED,
        });
        if let Self::Coded(field) = self {
            out.push(FIELD_BASE + field as u8);
        }
    }
}

/// Writes the shape of a record and the slots of its leaves. `time_s` is the row's time where it
/// is in whole seconds. What the scan did not reach (bytes that are no record, or stand behind
/// one) may hold marks itself and becomes one more plain slot: see [`unread`].
pub(crate) fn write(
    bytes: &[u8],
    scan: &Scan,
    id: RecordId,
    time_s: Option<i64>,
    text: &mut Vec<u8>,
    slots: &mut Vec<Slot>,
) {
    text.clear();
    slots.clear();
    let mut done = 0;
    for leaf in scan.leaves() {
        let start = leaf.span.start as usize;
        text.extend_from_slice(bytes.get(done..start).unwrap_or_default());
        let slot = Slot::of(leaf, leaf.span.of(bytes), id, time_s);
        slot.mark(text);
        slots.push(slot);
        done = leaf.span.end as usize;
    }
    text.extend_from_slice(bytes.get(done..scan.record_len()).unwrap_or_default());
    if !unread(bytes, scan).is_empty() {
        Slot::Plain.mark(text);
        slots.push(Slot::Plain);
    }
}

/// The bytes that the scan did not reach.
pub(crate) fn unread<'a>(bytes: &'a [u8], scan: &Scan) -> &'a [u8] {
    bytes.get(scan.record_len()..).unwrap_or_default()
}

/// A shape, ready to put records together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    text: Vec<u8>,
    pieces: Vec<(Range<u32>, Slot)>,
    last: u32,
}

impl Shape {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Corrupt> {
        let mut shape = Self { text: text.to_vec(), ..Self::default() };
        let (mut from, mut at) = (0, 0);
        while let Some(byte) = text.get(at) {
            let (slot, len) = match *byte {
                PLAIN => (Slot::Plain, 1),
                TIME => (Slot::Time, 1),
                UUID => (Slot::Uuid, 1),
                ROW_ID => (Slot::RowId, 1),
                ROW_TIME => (Slot::RowTime, 1),
                CODED => (coded(text.get(at + 1))?, 2),
                _ => {
                    at += 1;
                    continue;
                }
            };
            shape.pieces.push((from as u32..at as u32, slot));
            at += len;
            from = at;
        }
        shape.last = from as u32;
        Ok(shape)
    }

    /// Literal text and the slot behind it, in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&[u8], Slot)> {
        let literal = |range: &Range<u32>| {
            self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
        };
        self.pieces.iter().map(move |(range, slot)| (literal(range), *slot))
    }

    /// The text behind the last slot.
    pub(crate) fn tail(&self) -> &[u8] {
        self.text.get(self.last as usize..).unwrap_or_default()
    }

    /// Whether `text` stands anywhere between the values.
    pub(crate) fn mentions(&self, text: &[u8]) -> bool {
        memchr::memmem::find(&self.text, text).is_some()
    }

    pub(crate) fn weight(&self) -> usize {
        self.text.len() + self.pieces.len() * size_of::<(Range<u32>, Slot)>()
    }
}

fn coded(byte: Option<&u8>) -> Result<Slot, Corrupt> {
    byte.and_then(|byte| Field::ALL.get(usize::from(byte.checked_sub(FIELD_BASE)?)))
        .map(|field| Slot::Coded(*field))
        .ok_or(Corrupt("a shape names a field that does not exist"))
}
