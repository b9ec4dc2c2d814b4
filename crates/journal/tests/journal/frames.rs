//! Frames for tests.

use journal::sim::Random;
use journal::{Frame, LedgerHead, Position};
use model::{AccountId, Body, Change, Origin, Record, Timestamp};

/// The data directory of all tests.
pub(crate) const HERE: [u8; 16] = *b"a test directory";

/// Any frame that continues a journal at `at`.
pub(crate) fn frame(at: Position, random: &mut Random) -> Frame {
    let records = (0..random.below(4)).map(|_| record(random)).collect();
    let changes = (0..random.below(2)).map(|_| Change::ConflictFound { count: random.number() });
    let changes = changes.collect();
    let head = LedgerHead { size: random.below(1 << 40), root: [random.number() as u8; 32] };
    Frame {
        number: at.frame,
        first: at.seq,
        reserved: random.below(3) * random.below(1_000),
        changes,
        records,
        head,
    }
}

/// A frame with these records and nothing else.
pub(crate) fn frame_of(at: Position, records: Vec<Record>) -> Frame {
    Frame {
        number: at.frame,
        first: at.seq,
        reserved: 0,
        changes: Vec::new(),
        records,
        head: LedgerHead::default(),
    }
}

/// A record with these bytes.
pub(crate) fn record_of(bytes: &[u8]) -> Record {
    Record {
        owner: AccountId::parse("123456789012").unwrap(),
        origin: Origin::Recorded,
        ingested: Timestamp(1_700_000_000_000),
        stores: None,
        body: Body::ApiCall(bytes.into()),
    }
}

/// Any record: sometimes noise, sometimes text that compresses well.
fn record(random: &mut Random) -> Record {
    let len = match random.below(4) {
        0 => random.below(1_500),
        _ => random.below(100),
    };
    let is_noise = random.coin();
    let byte = |at: u64| {
        if is_noise { random.number() as u8 } else { at as u8 % 16 }
    };
    let bytes: Vec<u8> = (0..len).map(byte).collect();
    Record {
        owner: AccountId::parse(&format!("{:012}", random.below(3))).unwrap(),
        origin: Origin::from_code(random.below(3) as u8).unwrap(),
        ingested: Timestamp(1_700_000_000_000 + random.below(100_000) as i64),
        stores: None,
        body: Body::ApiCall(bytes.into()),
    }
}
