//! `SearchEvents`: what the command line's `events`, `who` and `session` ask. One page, newest
//! first, of any category, by any of the engine's attributes.

use super::owner;
use super::prelude::*;
use crate::limits::PAGE_BYTES_MAX;
use crate::page;
use engine::{Found, LIMIT_MAX, Place, Search};
use model::{AccountId, Field, Origin, RecordView, Scan, Seq, Timestamp};

/// The engine's own question, as JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Input(Search);

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    rows: Vec<Row>,
    /// Ask again with this as `after` for the page behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Place>,
}

/// One record.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Where the record has none, the id it is known by here.
    event_id: String,
    time: Timestamp,
    seq: Seq,
    owner: AccountId,
    origin: Origin,
    /// Another record with the same id came first.
    hidden: bool,
    /// The record itself, byte for byte.
    event: String,
}

/// Finds one page of records.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let Input(mut question) = input;
    if !(1..=LIMIT_MAX).contains(&question.limit) {
        let message = format!("`limit` is {}: ask for 1 to {LIMIT_MAX}", question.limit);
        return Err(Error::Validation(message));
    }
    question.owner = owner::seen(snapshot.state(), caller, question.owner)?;
    let (rows, next) = page::bounded(snapshot.search(&question)?, PAGE_BYTES_MAX);
    let rows = rows.iter().map(Row::of).collect();
    Ok(Output { rows, next })
}

impl Row {
    fn of(found: &Found) -> Self {
        Self {
            event_id: event_id(&found.bytes).unwrap_or_else(|| found.id.to_uuid()),
            time: found.place.time,
            seq: found.place.seq,
            owner: found.owner.clone(),
            origin: found.origin,
            hidden: found.hidden,
            event: String::from_utf8_lossy(&found.bytes).into_owned(),
        }
    }
}

fn event_id(record: &[u8]) -> Option<String> {
    let mut scan = Scan::default();
    scan.read(record, 0).ok()?;
    let id = RecordView::new(record, &scan).text(Field::EventId)?;
    Some(id.into_owned())
}
