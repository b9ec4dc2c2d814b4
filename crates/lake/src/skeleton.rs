//! A shape as JSON in which a number stands for each value, so that paths can be followed once
//! for all records of the shape.

use crate::path::{self, Path};
use crate::shape::{Shape, Slot};
use crate::spot::{Before, Held, Spot, Tree};
use model::Field;
use std::ops::Range;

/// A shape with the places of its slots written in.
pub(crate) struct Skeleton {
    json: Vec<u8>,
    /// Where in `json` the number of each slot stands.
    slots: Vec<(Range<usize>, Slot)>,
}

impl Skeleton {
    pub(crate) fn new(shape: &Shape) -> Self {
        let (mut json, mut slots) = (Vec::new(), Vec::new());
        for (place, (literal, slot)) in shape.pieces().enumerate() {
            json.extend_from_slice(literal);
            let start = json.len();
            json.extend_from_slice(place.to_string().as_bytes());
            slots.push((start..json.len(), slot));
        }
        json.extend_from_slice(shape.tail());
        Self { json, slots }
    }

    /// Where the records of the shape have what `path` leads to. `spilled` tells which fields
    /// the part keeps in blocks.
    pub(crate) fn spot(&self, path: &Path, spilled: &dyn Fn(Field) -> bool) -> Spot {
        let coded = path.field().and_then(|field| self.place_of(Slot::Coded(field)));
        if let Some(place) = coded {
            return self.held(place, true, &[], spilled);
        }
        let mut found = Vec::new();
        for way in path.ways() {
            match self.follow(way, spilled) {
                Spot::Absent => {}
                spot => found.push(spot),
            }
            if found.last().is_some_and(Spot::is_certain) {
                break;
            }
        }
        match found.len() {
            0 | 1 => found.pop().unwrap_or(Spot::Absent),
            _ => Spot::First(found.into()),
        }
    }

    fn place_of(&self, wanted: Slot) -> Option<usize> {
        self.slots.iter().position(|(_, slot)| *slot == wanted)
    }

    fn follow(&self, way: &[String], spilled: &dyn Fn(Field) -> bool) -> Spot {
        let mut value = self.json.as_slice();
        for (done, key) in way.iter().enumerate() {
            match path::step(value, std::slice::from_ref(key)) {
                Some(next) => value = next,
                None => return Spot::Absent,
            }
            if let (Some(place), Some(rest)) = (self.slot_at(value), way.get(done + 1..)) {
                return self.held(place, value.first() == Some(&b'"'), rest, spilled);
            }
        }
        self.tree(value, spilled)
    }

    /// The offset of `value`, which is a part of `json`.
    fn offset(&self, value: &[u8]) -> usize {
        (value.as_ptr().addr()).saturating_sub(self.json.as_ptr().addr())
    }

    /// The slot that `value` is, with its quotes where it has them.
    fn slot_at(&self, value: &[u8]) -> Option<usize> {
        let quotes = usize::from(value.first() == Some(&b'"'));
        let start = self.offset(value) + quotes;
        self.slots.binary_search_by_key(&start, |(range, _)| range.start).ok()
    }

    fn held(
        &self,
        place: usize,
        quoted: bool,
        rest: &[String],
        spilled: &dyn Fn(Field) -> bool,
    ) -> Spot {
        let Some((_, slot)) = self.slots.get(place) else { return Spot::Absent };
        if quoted && !rest.is_empty() {
            return Spot::Absent;
        }
        let before = self.before(place, spilled);
        Spot::Held(Held { before, slot: *slot, quoted, rest: rest.into() })
    }

    fn tree(&self, value: &[u8], spilled: &dyn Fn(Field) -> bool) -> Spot {
        let (start, end) = (self.offset(value), self.offset(value) + value.len());
        let first = self.slots.partition_point(|(range, _)| range.start < start);
        let inside = self.slots.get(first..).unwrap_or_default();
        let mut done = start;
        let mut pieces = Vec::new();
        for (range, slot) in inside.iter().take_while(|(range, _)| range.end <= end) {
            pieces.push((self.json.get(done..range.start).unwrap_or_default().into(), *slot));
            done = range.end;
        }
        if pieces.is_empty() {
            return if value == b"null" { Spot::Absent } else { Spot::Fixed(value.into()) };
        }
        let last = self.json.get(done..end).unwrap_or_default().into();
        Spot::Tree(Tree { before: self.before(first, spilled), pieces: pieces.into(), last })
    }

    fn before(&self, place: usize, spilled: &dyn Fn(Field) -> bool) -> Before {
        let mut before = Before::default();
        for (_, slot) in self.slots.iter().take(place) {
            before.add(*slot, spilled);
        }
        before
    }
}
