//! The rows of one part that pass a look-up, newest first.

use crate::error::Error;
use crate::part::Part;
use crate::plan::Plan;
use crate::reader::Reader;
use crate::search::{Found, Place, Search};
use std::sync::Arc;

/// Walks a part backwards.
#[derive(Debug)]
pub(crate) struct Hits {
    part: Arc<Part>,
    reader: Option<Reader>,
    plan: Plan,
    /// Rows (or places in the plan's list) below this one are still to come.
    below: u32,
    first: u32,
    after: Option<Place>,
}

impl Hits {
    /// `None` where nothing in the part can pass.
    pub(crate) fn new(search: &Search, part: &Arc<Part>) -> Result<Option<Self>, Error> {
        let Some(plan) = Plan::new(search, part)? else {
            return Ok(None);
        };
        let first = part.first_at(search.times.start)?;
        let mut end = part.first_at(search.times.end)?;
        if let Some(place) = search.after {
            end = end.min(part.first_at(model::Timestamp(place.time.0.saturating_add(1)))?);
        }
        let below = match &plan.rows {
            Some(rows) => rows.partition_point(|row| *row < end) as u32,
            None => end,
        };
        Ok(Some(Self {
            part: Arc::clone(part),
            reader: None,
            plan,
            below,
            first,
            after: search.after,
        }))
    }

    /// All rows that pass, ascending; the place to go on behind is not looked at.
    pub(crate) fn all(search: &Search, part: &Arc<Part>) -> Result<Vec<u32>, Error> {
        let Some(hits) = Self::new(search, part)? else {
            return Ok(Vec::new());
        };
        let Self { plan, below, first, .. } = hits;
        Ok(match &plan.rows {
            Some(rows) => {
                let rows = rows.iter().copied().take(below as usize);
                rows.filter(|row| *row >= first && plan.holds(*row)).collect()
            }
            None => (first..below).filter(|row| plan.holds(*row)).collect(),
        })
    }

    /// The next row that passes.
    pub(crate) fn next(&mut self) -> Result<Option<(Place, u32)>, Error> {
        while let Some(below) = self.below.checked_sub(1) {
            self.below = below;
            let row = match &self.plan.rows {
                Some(rows) => rows.get(below as usize).copied().unwrap_or(0),
                None => below,
            };
            if row < self.first {
                self.below = 0;
                return Ok(None);
            }
            if self.plan.holds(row) {
                let place = Place { time: self.part.time(row)?, seq: self.part.seq(row)? };
                if self.after.is_none_or(|after| place < after) {
                    return Ok(Some((place, row)));
                }
            }
        }
        Ok(None)
    }

    /// The record of a row that passed.
    pub(crate) fn fetch(&mut self, row: u32, place: Place) -> Result<Found, Error> {
        let mut bytes = Vec::with_capacity(2_048);
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => self.reader.insert(Reader::new(&self.part)?),
        };
        reader.record(row, &mut bytes)?;
        let (id, flags) = (self.part.id(row)?, self.part.flags(row)?);
        Ok(Found::new(place, &self.part.meta.owner, id, flags, bytes.into()))
    }
}
