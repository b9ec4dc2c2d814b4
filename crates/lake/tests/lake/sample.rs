//! Records with what is derived from them, and a lake to put them in.

use crate::dice::Dice;
use crate::memory::MemoryDisk;
use crate::wild;
use lake::{Draft, Entry, Error, Flags, Numbering, Part, PartCache, Reader, Row, Sealed};
use model::{
    AccountId, Body, Category, Field, Origin, PartMeta, Record, RecordId, RecordView, Scan, Seq,
    SeqRange, Timestamp,
};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The facts that flags are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    pub(crate) origin: Origin,
    pub(crate) category: Category,
    pub(crate) read_only: Option<bool>,
    pub(crate) failed: bool,
    pub(crate) hidden: bool,
}

impl Traits {
    pub(crate) const PLAIN: Self = Self {
        origin: Origin::Imported,
        category: Category::Management,
        read_only: Some(false),
        failed: false,
        hidden: false,
    };

    pub(crate) fn random(dice: &mut Dice) -> Self {
        let categories = [
            Category::Management,
            Category::Data,
            Category::NetworkActivity,
            Category::Insight,
            Category::Aggregated,
            Category::Other,
        ];
        Self {
            origin: *dice.pick(&[Origin::Recorded, Origin::Imported, Origin::Put]),
            category: *dice.pick(&categories),
            read_only: *dice.pick(&[None, Some(false), Some(true)]),
            failed: dice.once_in(4),
            hidden: dice.once_in(6),
        }
    }

    pub(crate) fn flags(self) -> Flags {
        Flags::new(self.origin, self.category, self.read_only, self.failed, self.hidden)
    }
}

/// A record on its way into the lake.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) id: RecordId,
    pub(crate) time: Timestamp,
    pub(crate) ingested: Timestamp,
    pub(crate) traits: Traits,
    pub(crate) username: Option<String>,
    pub(crate) resources: Vec<(String, String)>,
    pub(crate) stores: Option<Arc<str>>,
    /// Tells the sample apart from all others.
    pub(crate) payload: [u8; 32],
}

/// What a pass over `bytes` finds; nothing where they are no record.
pub(crate) fn scan(bytes: &[u8]) -> Scan {
    let mut scan = Scan::default();
    match scan.read(bytes, 0) {
        Ok(_) => scan,
        Err(_) => Scan::default(),
    }
}

impl Sample {
    /// A sample of `bytes` at the time they name, or else at `fallback`.
    pub(crate) fn of(bytes: &[u8], number: u64, fallback: Timestamp) -> Self {
        let scan = scan(bytes);
        let view = RecordView::new(bytes, &scan);
        let mut payload = [0; 32];
        payload[..8].copy_from_slice(&number.to_le_bytes());
        let made_up = RecordId(u128::from(number).to_be_bytes());
        Self {
            bytes: bytes.into(),
            id: view.raw(Field::EventId).and_then(RecordId::from_uuid).unwrap_or(made_up),
            time: view.event_time().unwrap_or(fallback),
            ingested: Timestamp(1_700_000_000_000 + number as i64 * 7),
            traits: Traits::PLAIN,
            username: None,
            resources: Vec::new(),
            stores: None,
            payload,
        }
    }

    /// A record in the wild. Now and then what was derived has nothing to do with its bytes.
    pub(crate) fn wild(dice: &mut Dice, number: u64) -> Self {
        let bytes = wild::record(dice);
        let fallback = Timestamp(dice.below(3) as i64 * 777 - 1_000);
        let mut sample = Self::of(&bytes, number, fallback);
        if dice.once_in(10) {
            sample.time = Timestamp(1_688_989_351_000 + dice.below(100_000) as i64);
        }
        if dice.once_in(10) {
            sample.id = RecordId(dice.id());
        }
        sample.traits = Traits::random(dice);
        sample.stores = dice.once_in(3).then(|| dice.text(&["a", "b", "a,b", "a,c"]).into());
        let names = ["ann", "CORP\\ann", "a|b", ""];
        sample.username = dice.once_in(2).then(|| dice.text(&names));
        for _ in 0..dice.below(3) {
            sample.resources.push((dice.text(&names), dice.text(&names)));
        }
        sample
    }

    pub(crate) fn with_row<T>(&self, take: impl FnOnce(&Row<'_>) -> T) -> T {
        let scan = scan(&self.bytes);
        let resources: Vec<(&str, &str)> =
            self.resources.iter().map(|(kind, name)| (&**kind, &**name)).collect();
        take(&Row {
            view: RecordView::new(&self.bytes, &scan),
            id: self.id,
            time: self.time,
            ingested: self.ingested,
            flags: self.traits.flags(),
            username: self.username.as_deref(),
            resources: &resources,
            stores: self.stores.as_deref(),
            payload: self.payload,
        })
    }

    pub(crate) fn entry(&self, owner: &AccountId, seq: Seq) -> Arc<Entry> {
        Arc::new(Entry {
            seq,
            record: Record {
                owner: owner.clone(),
                origin: self.traits.origin,
                ingested: self.ingested,
                stores: self.stores.clone(),
                body: Body::ApiCall(Arc::clone(&self.bytes)),
            },
            id: self.id,
            time: self.time,
            flags: self.traits.flags(),
            scan: scan(&self.bytes),
            username: self.username.clone(),
            resources: self.resources.clone(),
            payload: self.payload,
            is_named: OnceLock::new(),
        })
    }
}

pub(crate) fn owner(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

pub(crate) fn draft<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Draft {
    let mut draft = Draft::default();
    samples.into_iter().for_each(|sample| sample.with_row(|row| draft.push(row)).unwrap());
    draft
}

/// One range of `count` record numbers.
pub(crate) fn numbers(first: u64, count: usize) -> Vec<SeqRange> {
    vec![SeqRange { first: Seq(first), count: count as u64 }]
}

/// A directory of parts.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) disk: MemoryDisk,
    pub(crate) cache: PartCache,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self { disk: MemoryDisk::default(), cache: PartCache::new(64 << 20) }
    }

    pub(crate) fn add(&self, sealed: Sealed, seqs: Vec<SeqRange>) -> Arc<Part> {
        let meta = PartMeta { seqs, ..sealed.meta };
        self.open(meta, sealed.bytes).unwrap()
    }

    /// Puts `bytes` under the name in `meta` and opens them.
    pub(crate) fn open(&self, meta: PartMeta, bytes: Vec<u8>) -> Result<Arc<Part>, Error> {
        self.disk.put(meta.id.file_name(), bytes);
        Part::open(&self.disk, Path::new(""), meta, &self.cache).map(Arc::new)
    }
}

/// Seals samples under one owner and opens the part.
pub(crate) fn part_of(samples: &[Sample], numbering: Numbering) -> Arc<Part> {
    let sealed = draft(samples).seal(&owner("111122223333"), numbering).unwrap();
    Parts::new().add(sealed, numbers(0, samples.len()))
}

/// All records of a part, in its order.
pub(crate) fn records(part: &Arc<Part>) -> Result<Vec<Vec<u8>>, Error> {
    let mut reader = Reader::sequential(part)?;
    let one = |row| {
        let mut bytes = Vec::new();
        reader.record(row, &mut bytes).map(|()| bytes)
    };
    (0..part.rows()).map(one).collect()
}
