//! What the lake and the ledger need to know of a record, taken from its bytes.

use crate::vault::Vault;
use formats::cloudtrail::{self, ResourceRef};
use lake::{Entry, Flags};
use ledger::{Hash, LeafInput};
use model::{AccountId, Field, Origin, Record, RecordId, RecordView, Scan, Seq, Timestamp};
use ring::digest::{SHA256, digest};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The sixteen bytes that make a record the same record when it comes again.
pub(crate) fn record_id(view: &RecordView<'_>) -> RecordId {
    match view.raw(Field::EventId) {
        // An empty eventID names nothing: some producers write it for every record.
        Some(text) if !text.is_empty() => named_id(text),
        _ => hashed(view.bytes),
    }
}

/// The id of a record whose eventID is `text`.
pub(crate) fn named_id(text: &[u8]) -> RecordId {
    RecordId::from_uuid(text).unwrap_or_else(|| hashed(text))
}

fn hashed(bytes: &[u8]) -> RecordId {
    let hash = digest(&SHA256, bytes);
    let first = hash.as_ref().get(..16).and_then(|bytes| bytes.try_into().ok());
    RecordId(first.unwrap_or_default())
}

/// The facts of a record.
pub(crate) fn flags(view: &RecordView<'_>, origin: Origin, hidden: bool) -> Flags {
    let error = |field| view.raw(field).is_some_and(|text| !text.is_empty());
    let failed = error(Field::ErrorCode) || error(Field::ErrorMessage);
    Flags::new(origin, cloudtrail::category(view), view.read_only(), failed, hidden)
}

/// The ledger's hash of a record's bytes.
pub(crate) fn payload(vault: &Vault, id: RecordId, bytes: &[u8]) -> [u8; 32] {
    let salt = vault.salter().salt(&id.0, bytes.len() as u64);
    ledger::payload_hash(&salt, bytes).0
}

/// The ledger's leaf of a record.
pub(crate) fn leaf(owner: &AccountId, owner_number: u64, facts: &lake::Facts) -> Hash {
    ledger::leaf_hash(&LeafInput {
        owner: owner.as_str(),
        owner_number,
        id: facts.id.0,
        event_time_ms: facts.time.0,
        ingested_ms: facts.ingested.0,
        origin: facts.origin.code(),
        len: u64::from(facts.len),
        payload: &Hash(facts.payload),
    })
}

/// The ledger's view of an entry.
pub(crate) fn facts(entry: &Entry) -> lake::Facts {
    lake::Facts {
        id: entry.id,
        time: entry.time,
        ingested: entry.record.ingested,
        origin: entry.record.origin,
        len: u32::try_from(entry.record.body.bytes().len()).unwrap_or(u32::MAX),
        sum: 0,
        payload: entry.payload,
    }
}

/// Reads a record that was accepted. Bytes that are no JSON object are kept all the same, whole
/// and without fields: they must not be lost.
pub(crate) fn scan(bytes: &[u8], scan: &mut Scan) {
    if !reads(bytes, scan) {
        *scan = Scan::opaque(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    }
}

/// Whether bytes are one JSON object and nothing else.
pub(crate) fn reads(bytes: &[u8], scan: &mut Scan) -> bool {
    scan.read(bytes, 0).is_ok_and(|end| end == bytes.len())
}

/// An entry for the tail. One without a readable time lies under the time it came in.
pub(crate) fn entry(vault: &Vault, seq: Seq, record: Record, hidden: bool) -> Entry {
    let mut scan = Scan::default();
    self::scan(record.body.bytes(), &mut scan);
    let view = RecordView::new(record.body.bytes(), &scan);
    let mut found = Vec::new();
    cloudtrail::resources(&view, &mut found);
    let owned = |r: &ResourceRef<'_>| (r.kind.to_string(), r.name.to_string());
    let id = record_id(&view);
    Entry {
        seq,
        id,
        time: cloudtrail::event_time(&view).unwrap_or(record.ingested),
        flags: flags(&view, record.origin, hidden),
        username: cloudtrail::username(&view).map(Cow::into_owned),
        resources: found.iter().map(owned).collect(),
        payload: payload(vault, id, record.body.bytes()),
        is_named: OnceLock::new(),
        record,
        scan,
    }
}

/// When a record happened, for one that must have a time.
pub(crate) fn event_time(view: &RecordView<'_>) -> Option<Timestamp> {
    cloudtrail::event_time(view)
}
