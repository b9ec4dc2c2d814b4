//! A frame's content as bytes: what the envelope goes round. `docs/formats/journal.md` has the
//! table.

use crate::varint::{Reader, put, put_bytes, unzigzag, zigzag};
use crate::{Frame, LedgerHead};
use model::{AccountId, Body, Change, Origin, Record, Seq, Timestamp};
use std::sync::Arc;

const VERSION: u8 = 1;

/// Fewest bytes of a record: owner, origin, time, stores, kind, length.
const RECORD_BYTES_MIN: usize = 6;
/// Fewest bytes of an owner: length and one character.
const OWNER_BYTES_MIN: usize = 2;
/// Fewest bytes of a set of event data stores: length and one character.
const STORES_BYTES_MIN: usize = 2;

/// Why bytes are no content that this version can read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// They are of a later version.
    Version(u8),
    /// They hold a change that this version does not know.
    Change(serde_json::Error),
    /// They hold another thing that this version does not know.
    Unknown(&'static str),
    /// They make no sense.
    Nonsense(&'static str),
}

/// The content as bytes; fails only where a change cannot be written as JSON.
pub(crate) fn encode(frame: &Frame) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = vec![VERSION];
    put(&mut bytes, frame.number);
    put(&mut bytes, frame.first.0);
    put(&mut bytes, frame.reserved);
    put(&mut bytes, frame.head.size);
    bytes.extend(frame.head.root);
    put_bytes(&mut bytes, &encode_changes(&frame.changes)?);
    encode_records(&mut bytes, &frame.records);
    Ok(bytes)
}

/// Most frames carry no change: nothing at all stands for an empty list.
fn encode_changes(changes: &[Change]) -> Result<Vec<u8>, serde_json::Error> {
    match changes {
        [] => Ok(Vec::new()),
        changes => serde_json::to_vec(changes),
    }
}

fn encode_records(bytes: &mut Vec<u8>, records: &[Record]) {
    let mut owners: Vec<&AccountId> = records.iter().map(|record| &record.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    put(bytes, owners.len() as u64);
    for owner in &owners {
        put_bytes(bytes, owner.as_str().as_bytes());
    }
    let mut stores: Vec<&str> = records.iter().filter_map(|it| it.stores.as_deref()).collect();
    stores.sort_unstable();
    stores.dedup();
    put(bytes, stores.len() as u64);
    for set in &stores {
        put_bytes(bytes, set.as_bytes());
    }
    put(bytes, records.len() as u64);
    let mut before = 0;
    for record in records {
        let owner = owners.partition_point(|owner| *owner < &record.owner);
        put(bytes, owner as u64);
        bytes.push(record.origin.code());
        put(bytes, zigzag(record.ingested.0.wrapping_sub(before)));
        let place = |set: &str| stores.partition_point(|it| *it < set) as u64 + 1;
        put(bytes, record.stores.as_deref().map_or(0, place));
        bytes.push(record.body.code());
        put_bytes(bytes, record.body.bytes());
        before = record.ingested.0;
    }
}

/// Reads what [`encode`] wrote. Never allocates more than a small multiple of `bytes`.
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, Unreadable> {
    let mut reader = Reader(bytes);
    match reader.byte() {
        Some(VERSION) => {}
        Some(version) if version > VERSION => return Err(Unreadable::Version(version)),
        _ => return Err(Unreadable::Nonsense("no version")),
    }
    let mut frame = decode_head(&mut reader).ok_or(Unreadable::Nonsense("its head is cut off"))?;
    frame.changes = decode_changes(&mut reader)?;
    let owners = decode_owners(&mut reader).ok_or(Unreadable::Nonsense("its owners"))?;
    let stores = decode_stores(&mut reader).ok_or(Unreadable::Nonsense("its stores"))?;
    frame.records = decode_records(&mut reader, &owners, &stores)?;
    let records = frame.records.len() as u64;
    let end = frame.first.0.checked_add(records);
    if end.and_then(|end| end.checked_add(frame.reserved)).is_none() {
        return Err(Unreadable::Nonsense("its Seqs"));
    }
    match reader.0 {
        [] => Ok(frame),
        _ => Err(Unreadable::Nonsense("bytes are left over")),
    }
}

fn decode_head(reader: &mut Reader<'_>) -> Option<Frame> {
    Some(Frame {
        number: reader.number()?,
        first: Seq(reader.number()?),
        reserved: reader.number()?,
        changes: Vec::new(),
        records: Vec::new(),
        head: LedgerHead { size: reader.number()?, root: reader.array()? },
    })
}

fn decode_changes(reader: &mut Reader<'_>) -> Result<Vec<Change>, Unreadable> {
    match reader.bytes() {
        None => Err(Unreadable::Nonsense("its changes are cut off")),
        Some([]) => Ok(Vec::new()),
        Some(json) => serde_json::from_slice(json).map_err(|error| match error.is_data() {
            true => Unreadable::Change(error),
            false => Unreadable::Nonsense("its changes are no JSON"),
        }),
    }
}

fn decode_owners(reader: &mut Reader<'_>) -> Option<Vec<AccountId>> {
    let count = reader.count(OWNER_BYTES_MIN)?;
    let mut owners = Vec::with_capacity(count);
    for _ in 0..count {
        let text = std::str::from_utf8(reader.bytes()?).ok()?;
        owners.push(AccountId::parse(text)?);
    }
    Some(owners)
}

fn decode_stores(reader: &mut Reader<'_>) -> Option<Vec<Arc<str>>> {
    let count = reader.count(STORES_BYTES_MIN)?;
    let mut stores = Vec::with_capacity(count);
    for _ in 0..count {
        let text = std::str::from_utf8(reader.bytes()?).ok()?;
        stores.push(Arc::from(text));
    }
    Some(stores)
}

fn decode_records(
    reader: &mut Reader<'_>,
    owners: &[AccountId],
    stores: &[Arc<str>],
) -> Result<Vec<Record>, Unreadable> {
    let cut = Unreadable::Nonsense("its records are cut off");
    let Some(count) = reader.count(RECORD_BYTES_MIN) else {
        return Err(cut);
    };
    let mut records = Vec::with_capacity(count);
    let mut before = 0;
    for _ in 0..count {
        let record = decode_record(reader, owners, stores, before)?;
        before = record.ingested.0;
        records.push(record);
    }
    Ok(records)
}

fn decode_record(
    reader: &mut Reader<'_>,
    owners: &[AccountId],
    stores: &[Arc<str>],
    before: i64,
) -> Result<Record, Unreadable> {
    let raw = raw_record(reader).ok_or(Unreadable::Nonsense("a record is cut off"))?;
    let owner = usize::try_from(raw.owner).ok().and_then(|n| owners.get(n));
    let stores = match raw.stores.checked_sub(1) {
        None => None,
        Some(place) => {
            let set = usize::try_from(place).ok().and_then(|n| stores.get(n));
            Some(Arc::clone(set.ok_or(Unreadable::Nonsense("a record's stores"))?))
        }
    };
    Ok(Record {
        owner: owner.ok_or(Unreadable::Nonsense("a record's owner"))?.clone(),
        origin: Origin::from_code(raw.origin).ok_or(Unreadable::Unknown("an origin"))?,
        ingested: Timestamp(before.wrapping_add(raw.later_ms)),
        stores,
        body: Body::from_code(raw.kind, raw.bytes)
            .ok_or(Unreadable::Unknown("a kind of record"))?,
    })
}

struct RawRecord<'a> {
    owner: u64,
    origin: u8,
    later_ms: i64,
    stores: u64,
    kind: u8,
    bytes: &'a [u8],
}

fn raw_record<'a>(reader: &mut Reader<'a>) -> Option<RawRecord<'a>> {
    Some(RawRecord {
        owner: reader.number()?,
        origin: reader.byte()?,
        later_ms: unzigzag(reader.number()?),
        stores: reader.number()?,
        kind: reader.byte()?,
        bytes: reader.bytes()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record() -> impl Strategy<Value = Record> {
        let bytes = prop::collection::vec(any::<u8>(), 0..50);
        let stores = prop::option::of("[a-c]{1,2}");
        ("[0-9]{1,12}", 0_u8..3, any::<i64>(), stores, bytes).prop_map(
            |(owner, origin, time, stores, bytes)| Record {
                owner: AccountId::parse(&owner).unwrap(),
                origin: Origin::from_code(origin).unwrap(),
                ingested: Timestamp(time),
                stores: stores.map(Arc::from),
                body: Body::ApiCall(bytes.into()),
            },
        )
    }

    fn frame() -> impl Strategy<Value = Frame> {
        let changes = prop::collection::vec(any::<u64>(), 0..3);
        let changes = changes.prop_map(|counts| {
            let change = |count| Change::ConflictFound { count };
            counts.into_iter().map(change).collect()
        });
        let records = prop::collection::vec(record(), 0..8);
        let numbers: (_, _, _) = (any::<u64>(), any::<u32>(), any::<u32>());
        (numbers, changes, records, any::<(u64, [u8; 32])>()).prop_map(
            |((number, first, reserved), changes, records, (size, root))| Frame {
                number,
                first: Seq(first.into()),
                reserved: reserved.into(),
                changes,
                records,
                head: LedgerHead { size, root },
            },
        )
    }

    proptest! {
        #[test]
        fn frames_come_back(frame in frame()) {
            prop_assert_eq!(decode(&encode(&frame).unwrap()).unwrap(), frame);
        }

        #[test]
        fn no_shorter_bytes_are_a_frame(frame in frame(), cut: prop::sample::Index) {
            let bytes = encode(&frame).unwrap();
            prop_assert!(decode(&bytes[..cut.index(bytes.len())]).is_err());
        }

        #[test]
        fn hostile_bytes_are_refused_without_harm(
            frame in frame(),
            at: prop::sample::Index,
            byte: u8,
            noise: Vec<u8>,
        ) {
            let mut bytes = encode(&frame).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = decode(&bytes);
            let _ = decode(&noise);
        }
    }

    fn with_changes(json: &[u8]) -> Vec<u8> {
        let mut bytes = vec![VERSION, 0, 0, 0, 0];
        bytes.extend([0; 32]);
        put_bytes(&mut bytes, json);
        bytes.extend([0, 0, 0]);
        bytes
    }

    #[test]
    fn refuses_what_a_later_version_wrote() {
        let later = decode(&with_changes(br#"[{"TrailPut":{}}]"#)).unwrap_err();
        assert!(matches!(later, Unreadable::Change(_)), "{later:?}");
        assert!(matches!(decode(&[2]), Err(Unreadable::Version(2))));
        let broken = decode(&with_changes(b"[{")).unwrap_err();
        assert!(matches!(broken, Unreadable::Nonsense(_)), "{broken:?}");
    }

    #[test]
    fn refuses_unknown_kinds_and_origins() {
        let record = |origin, kind| {
            let mut bytes = with_changes(b"");
            bytes.truncate(bytes.len() - 3);
            bytes.extend([1, 1, b'1', 0, 1, 0, origin, 0, 0, kind, 0]);
            decode(&bytes)
        };
        assert_eq!(record(2, 1).unwrap().records.len(), 1);
        assert!(matches!(record(3, 1), Err(Unreadable::Unknown("an origin"))));
        assert!(matches!(record(2, 2), Err(Unreadable::Unknown("a kind of record"))));
    }
}
