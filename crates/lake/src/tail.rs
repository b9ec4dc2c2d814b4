//! Records that are durable in the journal and not yet in a part.

use crate::actor::Actor;
use crate::column::Column;
use crate::draft::{IdHasher, name_hash};
use crate::matcher::{ActionMatcher, Matcher};
use crate::membership;
use crate::path::{self, Path};
use crate::plan::{self, WHO};
use crate::row::{Flags, Row};
use crate::search::{Attribute, Found, Match, Place, Search, Term};
use crate::shape::Slot;
use hashbrown::{HashMap, HashTable};
use model::{AccountId, Field, Leaf, Origin, Record, RecordId, RecordView, Scan, Seq, Timestamp};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// A record of the tail, with what was derived from it.
#[derive(Debug)]
pub struct Entry {
    /// The record's number.
    pub seq: Seq,
    /// The record.
    pub record: Record,
    /// What makes it the same record when it comes again.
    pub id: RecordId,
    /// When it happened.
    pub time: Timestamp,
    /// Facts.
    pub flags: Flags,
    /// What a pass over its bytes found.
    pub scan: Scan,
    /// LookupEvents' user name.
    pub username: Option<String>,
    /// LookupEvents' resources: (type, name).
    pub resources: Vec<(String, String)>,
    /// The ledger's hash of the record.
    pub payload: [u8; 32],
    /// Whether the first `eventID` in it is the id, as text: found out when first asked for.
    pub is_named: OnceLock<bool>,
}

impl Entry {
    /// The record with what the scan found.
    pub fn view(&self) -> RecordView<'_> {
        RecordView::new(self.record.body.bytes(), &self.scan)
    }

    /// Who made it, as far as the columns of parts would tell.
    pub fn actor(&self) -> Actor {
        Actor::by_columns(&self.view())
    }

    /// Whether an event data store, other than the built-in one, holds it.
    pub fn is_in(&self, store: &str) -> bool {
        membership::holds(self.stores(), store)
    }

    /// Which event data stores hold it: ids, ascending, joined by commas.
    pub fn stores(&self) -> Option<&str> {
        self.record.stores.as_deref()
    }

    /// Writes what `path` leads to behind `out`; `false`: nothing.
    pub fn read(&self, path: &Path, out: &mut Vec<u8>) -> bool {
        if let Some(raw) = path.first_field().and_then(|field| self.known(field)) {
            path::put_text(raw, out);
            return true;
        }
        // What could not be read when it came has one value, without a name.
        let opaque = self.scan.leaves().first().is_some_and(|leaf| leaf.span.start == 0);
        let record = self.record.body.bytes().get(..self.scan.record_len());
        !opaque && record.is_some_and(|record| path.read(record, out))
    }

    /// The text of a field, escapes as they stand, where no walk over the members has to find out.
    /// As in parts: a text that would have a code there counts before the way to it.
    pub(crate) fn known(&self, field: Field) -> Option<&[u8]> {
        let leaf = self.scan.leaf(field)?;
        let raw = leaf.span.of(self.record.body.bytes());
        let is_named = field == Field::EventId && self.is_named();
        let is_known = is_named || matches!(Slot::of(&leaf, raw, self.id, None), Slot::Coded(_));
        is_known.then_some(raw)
    }

    /// Whether its `eventID`, however one reads it, is its id as text.
    pub(crate) fn is_named(&self) -> bool {
        *self.is_named.get_or_init(|| {
            self.scan.leaf(Field::EventId).is_some_and(|leaf| {
                let raw = leaf.span.of(self.record.body.bytes());
                Slot::of(&leaf, raw, self.id, None) == Slot::RowId && self.is_first_id(&leaf)
            })
        })
    }

    /// Whether a leaf, the field `eventID`, is what the first key of that name leads to.
    fn is_first_id(&self, leaf: &Leaf) -> bool {
        const KEY: &[u8] = b"\"eventID\"";
        let body = self.record.body.bytes();
        let behind = memchr::memmem::find(body, KEY).map(|start| start + KEY.len());
        let between = behind.and_then(|behind| body.get(behind..leaf.span.start as usize));
        between.is_some_and(|between| between.iter().all(|byte| b" \t\r\n:\"".contains(byte)))
    }

    /// Its place in the order of answers.
    pub const fn place(&self) -> Place {
        Place { time: self.time, seq: self.seq }
    }

    /// Hands the entry over as a row for a draft.
    pub fn with_row<T>(&self, take: impl FnOnce(&Row<'_>) -> T) -> T {
        let resources: Vec<(&str, &str)> =
            self.resources.iter().map(|(kind, name)| (kind.as_str(), name.as_str())).collect();
        take(&Row {
            view: self.view(),
            id: self.id,
            time: self.time,
            ingested: self.record.ingested,
            flags: self.flags,
            username: self.username.as_deref(),
            resources: &resources,
            stores: self.stores(),
            payload: self.payload,
        })
    }

    pub(crate) fn found(&self) -> Found {
        let bytes = match &self.record.body {
            model::Body::ApiCall(bytes) => Arc::clone(bytes),
        };
        Found::new(self.place(), &self.record.owner, self.id, self.flags, bytes)
    }

    pub(crate) fn text(&self, column: Column) -> Option<Cow<'_, str>> {
        match column {
            Column::Username => self.username.as_deref().map(Cow::Borrowed),
            Column::Field(field) => self.view().text(field),
            Column::Stores => self.stores().map(Cow::Borrowed),
            Column::Kinds | Column::Flags | Column::Shape => None,
        }
    }
}

/// One generation of the tail: filled, then sealed as a whole. Questions that began before it
/// was sealed go on reading it.
#[derive(Debug, Default)]
pub struct Generation(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    order: BTreeMap<Place, Arc<Entry>>,
    /// The same by number.
    numbered: Vec<Arc<Entry>>,
    /// Entries by hash of (attribute, value), for the look-ups people make most.
    index: HashMap<u64, Vec<Place>>,
    ids: HashTable<Arc<Entry>>,
    hasher: IdHasher,
    bytes: usize,
    oldest: Option<Timestamp>,
}

/// Entries looked at under one hold of the lock, so that a long walk never keeps writers out.
const WALK: usize = 512;

/// Attributes whose exact values find their entries without a walk.
const INDEXED: &[(Attribute, Column)] = &[
    (Attribute::EventName, Column::Field(Field::EventName)),
    (Attribute::EventSource, Column::Field(Field::EventSource)),
    (Attribute::AccessKeyId, Column::Field(Field::AccessKeyId)),
    (Attribute::SourceIp, Column::Field(Field::SourceIp)),
    (Attribute::Username, Column::Username),
    (Attribute::IssuedKey, Column::Field(Field::IssuedKey)),
];

fn key(attribute: Attribute, value: &str) -> u64 {
    name_hash(value) ^ (attribute as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Inner {
    /// Takes an entry in, unless one with its number is there: whoever follows a lake may be told
    /// of it again.
    fn push(&mut self, entry: Arc<Entry>) {
        let place = entry.place();
        let last = self.numbered.last();
        let behind = match last.is_some_and(|last| last.seq >= entry.seq) {
            true => self.numbered.binary_search_by_key(&entry.seq, |known| known.seq),
            false => Err(self.numbered.len()),
        };
        let Err(behind) = behind else { return };
        self.numbered.insert(behind, Arc::clone(&entry));
        for (attribute, column) in INDEXED {
            if let Some(value) = entry.text(*column) {
                self.index.entry(key(*attribute, &value)).or_default().push(place);
            }
        }
        for (kind, name) in &entry.resources {
            self.index.entry(key(Attribute::ResourceType, kind)).or_default().push(place);
            self.index.entry(key(Attribute::ResourceName, name)).or_default().push(place);
        }
        self.bytes += entry.record.body.bytes().len();
        self.oldest.get_or_insert(entry.record.ingested);
        let hasher = &self.hasher;
        self.ids.insert_unique(hasher.hash(entry.id), Arc::clone(&entry), |e| hasher.hash(e.id));
        self.order.insert(place, entry);
    }
}

impl Generation {
    fn read<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Joins entries to the tail.
    pub fn join(&self, entries: impl IntoIterator<Item = Arc<Entry>>) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        entries.into_iter().for_each(|entry| inner.push(entry));
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.read(|inner| inner.order.len())
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the records in it.
    pub fn bytes(&self) -> usize {
        self.read(|inner| inner.bytes)
    }

    /// When its first record came in.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.read(|inner| inner.oldest)
    }

    /// All entries, by number.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.read(|inner| inner.numbered.clone())
    }

    /// The lowest number among them.
    pub(crate) fn first(&self) -> Option<Seq> {
        self.read(|inner| inner.numbered.first().map(|entry| entry.seq))
    }

    /// The entries with numbers in `range`, by number.
    pub(crate) fn between(&self, range: Range<Seq>) -> Vec<Arc<Entry>> {
        self.read(|inner| {
            let place = |seq| inner.numbered.partition_point(|entry| entry.seq < seq);
            inner.numbered.get(place(range.start)..place(range.end)).unwrap_or_default().to_vec()
        })
    }

    /// All entries, in the order of answers.
    pub fn in_order(&self) -> Vec<Arc<Entry>> {
        self.read(|inner| inner.order.values().cloned().collect())
    }

    /// Hands over the entries of a store with numbers in `range`, in any order.
    pub(crate) fn each_numbered(
        &self,
        store: &str,
        range: &Range<Seq>,
        mut take: impl FnMut(Arc<Entry>),
    ) {
        let fits = |entry: &Entry| range.contains(&entry.seq) && entry.is_in(store);
        let mut behind = Bound::Unbounded;
        loop {
            let (found, last) = self.read(|inner| {
                let mut last = None;
                let some = inner.order.range((behind, Bound::Unbounded)).take(WALK);
                let some = some.inspect(|(place, _)| last = Some(**place));
                let found = some.filter(|(_, entry)| fits(entry)).map(|(_, entry)| entry.clone());
                (found.collect::<Vec<_>>(), last)
            });
            found.into_iter().for_each(&mut take);
            match last {
                Some(last) => behind = Bound::Excluded(last),
                None => return,
            }
        }
    }

    /// The entries that bear an id, of one owner.
    pub fn with_id(&self, owner: &AccountId, id: RecordId) -> Vec<Arc<Entry>> {
        let same = |entry: &&Arc<Entry>| entry.id == id && entry.record.owner == *owner;
        self.read(|inner| {
            inner.ids.iter_hash(inner.hasher.hash(id)).filter(same).cloned().collect()
        })
    }

    /// Whether an entry of this origin bears an id, of one owner.
    pub fn holds(&self, owner: &AccountId, id: RecordId, origin: Origin) -> bool {
        let same = |entry: &Arc<Entry>| {
            entry.id == id && entry.record.origin == origin && entry.record.owner == *owner
        };
        self.read(|inner| inner.ids.iter_hash(inner.hasher.hash(id)).any(same))
    }

    /// Earliest and latest event time among the entries with numbers below `end`.
    pub(crate) fn extent(
        &self,
        owner: Option<&AccountId>,
        end: Seq,
    ) -> Option<(Timestamp, Timestamp)> {
        self.read(|inner| {
            let fits = |entry: &&Arc<Entry>| {
                entry.seq < end && owner.is_none_or(|owner| entry.record.owner == *owner)
            };
            let first = inner.order.values().find(fits)?;
            let last = inner.order.values().rev().find(fits)?;
            Some((first.time, last.time))
        })
    }
}

/// The entries of a generation that pass a look-up, newest first.
#[derive(Debug)]
pub(crate) struct TailHits {
    generation: Arc<Generation>,
    tests: Vec<EntryTest>,
    search: Search,
    /// Numbers from here on came after the question.
    end: Seq,
    /// Places to try, ascending; `None`: walk.
    places: Option<Vec<Place>>,
    before: Place,
    ready: Vec<Arc<Entry>>,
}

impl TailHits {
    pub(crate) fn new(search: &Search, generation: &Arc<Generation>, end: Seq) -> Self {
        let end_of_time = Place { time: search.times.end, seq: Seq(0) };
        Self {
            tests: search.terms.iter().map(EntryTest::new).collect(),
            search: search.clone(),
            end,
            places: generation.read(|inner| indexed(inner, &search.terms)),
            before: search.after.map_or(end_of_time, |after| after.min(end_of_time)),
            ready: Vec::new(),
            generation: Arc::clone(generation),
        }
    }

    /// The next entry that passes.
    pub(crate) fn next(&mut self) -> Option<(Place, Found)> {
        let entry = self.next_entry()?;
        Some((entry.place(), entry.found()))
    }

    /// The same, as it stands in the tail.
    pub(crate) fn next_entry(&mut self) -> Option<Arc<Entry>> {
        while self.ready.is_empty() {
            let looked_at = self.look();
            self.before = *looked_at.last()?;
        }
        self.ready.pop()
    }

    /// Looks at some more entries; returns their places, newest first.
    fn look(&mut self) -> Vec<Place> {
        let (before, start) = (self.before, Place { time: self.search.times.start, seq: Seq(0) });
        if before <= start {
            return Vec::new();
        }
        let places = self.places.as_mut();
        let candidates: Vec<Arc<Entry>> = self.generation.read(|inner| match places {
            Some(places) => {
                places.truncate(places.partition_point(|place| *place < before));
                let some = places.iter().rev().take_while(|place| **place >= start).take(WALK);
                some.filter_map(|place| inner.order.get(place).cloned()).collect()
            }
            None => {
                let range = (Bound::Included(start), Bound::Excluded(before));
                inner.order.range(range).rev().take(WALK).map(|(_, entry)| entry.clone()).collect()
            }
        });
        let looked_at = candidates.iter().map(|entry| entry.place()).collect();
        self.ready = candidates.into_iter().rev().filter(|entry| self.passes(entry)).collect();
        looked_at
    }

    fn passes(&self, entry: &Entry) -> bool {
        let search = &self.search;
        let region = |region: &String| {
            entry.view().text(Field::AwsRegion).is_some_and(|value| value == region.as_str())
        };
        entry.seq < self.end
            && search.owner.as_ref().is_none_or(|owner| *owner == entry.record.owner)
            && search.region.as_ref().is_none_or(region)
            && (search.include_hidden || entry.flags.shown(search.store.is_some()))
            && search.store.as_ref().is_none_or(|store| membership::holds(entry.stores(), store))
            && self.tests.iter().all(|test| test.holds(entry))
    }
}

/// The shortest list of places that a term's exact value has.
fn indexed(inner: &Inner, terms: &[Term]) -> Option<Vec<Place>> {
    let list = |term: &Term| match &term.matches {
        Match::Is(value) if is_indexed(term.what) => {
            Some(inner.index.get(&key(term.what, value)).cloned().unwrap_or_default())
        }
        matches if matches!(term.what, Attribute::Identity | Attribute::EventId) => {
            let ids = plan::ids(matches);
            let places = ids.into_iter().flat_map(|id| {
                let hash = inner.hasher.hash(id);
                inner.ids.iter_hash(hash).filter(move |e| e.id == id).map(|e| e.place())
            });
            Some(places.collect())
        }
        _ => None,
    };
    let mut places = terms.iter().filter_map(list).min_by_key(Vec::len)?;
    places.sort_unstable();
    places.dedup();
    Some(places)
}

fn is_indexed(what: Attribute) -> bool {
    matches!(what, Attribute::ResourceName | Attribute::ResourceType)
        || INDEXED.iter().any(|(attribute, _)| *attribute == what)
}

/// A term, made ready for entries.
#[derive(Debug)]
enum EntryTest {
    Column(Column, Matcher),
    Who(Matcher),
    Actions(Vec<ActionMatcher>),
    Kinds(Matcher),
    Names(Matcher),
    Ids(Vec<RecordId>),
    Flags(Vec<(u16, u16)>),
}

impl EntryTest {
    fn new(term: &Term) -> Self {
        let matcher = Matcher::new(&term.matches);
        let column = |field| Self::Column(Column::Field(field), matcher.clone());
        match term.what {
            Attribute::EventName => column(Field::EventName),
            Attribute::EventSource => column(Field::EventSource),
            Attribute::AccessKeyId => column(Field::AccessKeyId),
            Attribute::SourceIp => column(Field::SourceIp),
            Attribute::ErrorCode => column(Field::ErrorCode),
            Attribute::Region => column(Field::AwsRegion),
            Attribute::Account => column(Field::RecipientAccount),
            Attribute::IdentityArn => column(Field::IdentityArn),
            Attribute::IssuedKey => column(Field::IssuedKey),
            Attribute::Username => Self::Column(Column::Username, matcher),
            Attribute::ResourceType => Self::Kinds(matcher),
            Attribute::ResourceName => Self::Names(matcher),
            Attribute::Who => Self::Who(matcher),
            Attribute::Action => Self::Actions(ActionMatcher::all(&term.matches)),
            Attribute::Identity | Attribute::EventId => Self::Ids(plan::ids(&term.matches)),
            Attribute::ReadOnly | Attribute::Failed | Attribute::Category | Attribute::Origin => {
                Self::Flags(plan::flag_bits(term))
            }
        }
    }

    fn holds(&self, entry: &Entry) -> bool {
        match self {
            Self::Column(column, matcher) => {
                entry.text(*column).is_some_and(|text| matcher.matches(&text))
            }
            Self::Who(matcher) => WHO
                .iter()
                .any(|column| entry.text(*column).is_some_and(|text| matcher.matches_name(&text))),
            Self::Actions(actions) => {
                let (source, name) =
                    (entry.view().text(Field::EventSource), entry.view().text(Field::EventName));
                actions.iter().any(|action| {
                    let of = |source| action.matches_source(source);
                    (action.of_any_source() || source.as_deref().is_some_and(of))
                        && name.as_deref().is_some_and(|name| action.matches_action(name))
                })
            }
            Self::Kinds(matcher) => entry.resources.iter().any(|(kind, _)| matcher.matches(kind)),
            Self::Names(matcher) => entry.resources.iter().any(|(_, name)| matcher.matches(name)),
            Self::Ids(ids) => ids.contains(&entry.id),
            Self::Flags(bits) => bits.iter().any(|(mask, value)| entry.flags.0 & mask == *value),
        }
    }
}
