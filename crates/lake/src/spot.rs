//! Where the records of one shape have the value of a path.

use crate::shape::Slot;
use crate::varint;
use crate::{error::Corrupt, path::Path};
use model::Field;
use std::sync::OnceLock;

/// Where the records of one shape have the value of a path.
#[derive(Clone, Debug)]
pub(crate) enum Spot {
    /// Nowhere, or it is `null`.
    Absent,
    /// It is the same in all of them: JSON.
    Fixed(Box<[u8]>),
    /// In a slot, or within the JSON that one holds.
    Held(Held),
    /// It is JSON made of several slots.
    Tree(Tree),
    /// In the first of these that has one: what leads into a slot's JSON may lead nowhere.
    First(Box<[Spot]>),
}

/// A value in a slot.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) before: Before,
    pub(crate) slot: Slot,
    /// Whether the slot stands between quotes.
    pub(crate) quoted: bool,
    /// Keys to follow within the slot's JSON.
    pub(crate) rest: Box<[String]>,
}

/// JSON made of literal text and slots.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) before: Before,
    pub(crate) pieces: Box<[(Box<[u8]>, Slot)]>,
    pub(crate) last: Box<[u8]>,
}

/// What a row's block holds before a slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    /// One a value in the text: whether it has a length.
    text: Vec<bool>,
    uuids: usize,
}

impl Before {
    pub(crate) fn add(&mut self, slot: Slot, spilled: &dyn Fn(Field) -> bool) {
        match slot {
            Slot::Plain => self.text.push(true),
            Slot::Time => self.text.push(false),
            Slot::Uuid => self.uuids += 1,
            Slot::Coded(field) if spilled(field) => self.text.push(true),
            Slot::Coded(_) | Slot::RowId | Slot::RowTime => {}
        }
    }

    /// Steps over it.
    #[inline]
    pub(crate) fn skip(
        &self,
        text: &mut varint::Reader<'_>,
        uuids: &mut varint::Reader<'_>,
    ) -> Result<(), Corrupt> {
        for has_length in &self.text {
            let number = text.number()?;
            if *has_length {
                text.take(usize::try_from(number).unwrap_or(usize::MAX))?;
            }
        }
        uuids.take(self.uuids * 16).map(drop)
    }
}

impl Spot {
    /// Whether every record of the shape has its value in the column of `field`, or none.
    pub(crate) fn is_code(&self, field: Field) -> bool {
        match self {
            Self::Absent => true,
            Self::Held(held) => held.slot == Slot::Coded(field) && held.rest.is_empty(),
            Self::Fixed(_) | Self::Tree(_) | Self::First(_) => false,
        }
    }

    /// Whether every record of the shape has a value there.
    pub(crate) fn is_certain(&self) -> bool {
        match self {
            Self::Absent | Self::First(_) => false,
            Self::Fixed(_) | Self::Tree(_) => true,
            Self::Held(held) => held.quoted,
        }
    }
}

/// Bytes of a spot, roughly, with what it points to.
const SPOT_BYTES: usize = 200;

/// A path in the shapes of one part, followed when first needed.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) path: Path,
    pub(crate) spots: Vec<OnceLock<Spot>>,
    /// Whether the column of the path's field says it all.
    pub(crate) pure: OnceLock<bool>,
}

impl Located {
    pub(crate) fn new(path: Path, shapes: usize) -> Self {
        let spots = std::iter::repeat_with(OnceLock::new).take(shapes).collect();
        Self { path, spots, pure: OnceLock::new() }
    }

    /// About what all spots will take once they are known. The same before and after.
    pub(crate) fn weight(&self) -> usize {
        self.spots.len() * SPOT_BYTES
    }
}
