//! The records that pass a look-up, as rows of parts and entries of the tail: for whoever counts
//! them and needs no bytes.

use crate::error::Error;
use crate::hits::Hits;
use crate::part::Part;
use crate::reader::Reader;
use crate::search::{Found, Place, Search};
use crate::snapshot::{Check, Snapshot, may_hold};
use crate::tail::{Entry, TailHits};
use std::cmp::Reverse;
use std::sync::Arc;

/// Most records read to see whether they really pass. Older ones are then left out, and the
/// answer says so.
pub(crate) const CHECKS_MAX: usize = 50_000;

/// Some of the records that pass.
#[derive(Debug)]
pub(crate) enum Lot {
    /// Rows of a part, ascending.
    Rows(Arc<Part>, Vec<u32>),
    /// Entries of the tail, newest first.
    Entries(Vec<Arc<Entry>>),
}

/// Hands the records that pass over, lot by lot. `check` has the last word on each, where there
/// is one. Returns whether all of them were handed over.
///
/// # Errors
/// Parts that cannot be read; what `take` says.
pub(crate) fn each_lot(
    snapshot: &Snapshot,
    search: &Search,
    check: Option<Check<'_>>,
    mut take: impl FnMut(Lot) -> Result<(), Error>,
) -> Result<bool, Error> {
    for generation in &snapshot.tail {
        let mut hits = TailHits::new(search, generation, snapshot.end);
        let entries = std::iter::from_fn(|| hits.next_entry());
        let really = |entry: &Arc<Entry>| check.is_none_or(|check| check(&entry.found()));
        take(Lot::Entries(entries.filter(really).collect()))?;
    }
    let mut parts: Vec<&Arc<Part>> =
        snapshot.parts.iter().filter(|part| may_hold(part, search)).collect();
    parts.sort_by_key(|part| Reverse(part.meta.time_max));
    let (mut left, mut whole) = (CHECKS_MAX, true);
    for part in parts {
        let mut rows = Hits::all(search, part)?;
        if let Some(check) = check {
            whole &= rows.len() <= left;
            rows.drain(..rows.len().saturating_sub(left));
            left -= rows.len();
            rows = checked(part, rows, check)?;
        }
        if !rows.is_empty() {
            take(Lot::Rows(Arc::clone(part), rows))?;
        }
    }
    Ok(whole)
}

fn checked(part: &Arc<Part>, rows: Vec<u32>, check: Check<'_>) -> Result<Vec<u32>, Error> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let mut reader = Reader::new(part)?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        if check(&found(part, &mut reader, row)?) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The record of a row.
pub(crate) fn found(part: &Arc<Part>, reader: &mut Reader, row: u32) -> Result<Found, Error> {
    let mut bytes = Vec::with_capacity(2_048);
    reader.record(row, &mut bytes)?;
    let place = Place { time: part.time(row)?, seq: part.seq(row)? };
    Ok(Found::new(place, &part.meta.owner, part.id(row)?, part.flags(row)?, bytes.into()))
}
