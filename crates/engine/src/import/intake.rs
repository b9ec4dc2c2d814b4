//! Records on their way into drafts, one draft for each owner and month.

use super::batch::Batch;
use super::tally::Tally;
use crate::derive;
use crate::error::Error;
use crate::shared::Shared;
use formats::cloudtrail::{self, Outcome, Reason, ResourceFinder, ResourceRef};
use lake::{Draft, Known, Part, Row, Snapshot};
use model::{AccountId, Field, Origin, RecordId, RecordView, Scan, Timestamp};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Key = (AccountId, i32);

/// What records become that are taken in, and which of them are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// Whose they are; `None`: of the account that each names.
    pub(crate) owner: Option<AccountId>,
    /// The event data store that they go into, besides the built-in one.
    pub(crate) store: Option<String>,
    /// Only records from this `eventTime` on.
    pub(crate) start: Option<Timestamp>,
    /// Only records up to this `eventTime`.
    pub(crate) end: Option<Timestamp>,
}

impl Terms {
    fn take_time(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time <= end)
    }
}

/// Drafts that workers fill together, and the lake as it was when they began.
#[derive(Debug)]
pub(crate) struct Drafts {
    /// In order, so that the same files give the same numbers.
    drafts: Mutex<BTreeMap<Key, Arc<Target>>>,
    snapshot: Snapshot,
    terms: Terms,
    fallback: AccountId,
    ingested: Timestamp,
}

/// Drafts of one owner and month, the last one open, and the parts that may hold the same records
/// already.
#[derive(Debug)]
pub(super) struct Target {
    owner: AccountId,
    drafts: Mutex<Vec<Draft>>,
    parts: Vec<Arc<Part>>,
}

impl Target {
    fn drafts(&self) -> MutexGuard<'_, Vec<Draft>> {
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a row in; a draft that is full is followed by another.
fn push(drafts: &mut Vec<Draft>, row: &Row<'_>) -> Result<(), lake::Error> {
    if let Some(open) = drafts.last_mut() {
        match open.push(row) {
            Err(lake::Error::TooLarge { .. }) => {}
            outcome => return outcome,
        }
    }
    let mut draft = Draft::default();
    draft.push(row)?;
    drafts.push(draft);
    Ok(())
}

impl Drafts {
    pub(crate) fn new(shared: &Shared, terms: Terms) -> Self {
        let view = shared.view.load();
        Self {
            drafts: Mutex::default(),
            snapshot: view.snapshot(),
            terms,
            fallback: shared.settings.account.clone(),
            ingested: shared.env.now(),
        }
    }

    fn target(&self, key: &Key) -> Arc<Target> {
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let (owner, month) = key;
            let near = |part: &&Arc<Part>| {
                let meta = &part.meta;
                meta.owner == *owner
                    && meta.time_min.month() <= *month
                    && *month <= meta.time_max.month()
            };
            let parts = self.snapshot.parts.iter().filter(near).cloned().collect();
            Arc::new(Target { owner: owner.clone(), drafts: Mutex::default(), parts })
        };
        Arc::clone(drafts.entry(key.clone()).or_insert_with(make))
    }

    /// Memory held by all drafts, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        let weight =
            |target: &Arc<Target>| target.drafts().iter().map(Draft::weight).sum::<usize>();
        drafts.values().map(weight).sum()
    }

    /// The drafts that hold anything, largest first.
    pub(crate) fn into_drafts(self) -> Vec<(AccountId, Draft)> {
        let drafts = self.drafts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::new();
        for ((owner, _), target) in drafts {
            let drafts = std::mem::take(&mut *target.drafts());
            all.extend(drafts.into_iter().map(|draft| (owner.clone(), draft)));
        }
        all.sort_by_key(|(_, draft)| std::cmp::Reverse(draft.len()));
        all
    }
}

/// One worker's way into the drafts.
pub(crate) struct Intake<'a> {
    shared: &'a Shared,
    drafts: &'a Drafts,
    /// Targets this worker has met.
    targets: HashMap<Key, Arc<Target>>,
    last: Option<(Key, Arc<Target>)>,
    batch: Batch,
    finder: ResourceFinder,
    pub(crate) tally: Tally,
    /// The first error, which ends the import.
    pub(crate) failed: Option<Error>,
}

/// A record on its way into a draft, and what can be known of it before the draft is.
struct Arrival<'a> {
    view: RecordView<'a>,
    id: RecordId,
    time: Timestamp,
    payload: [u8; 32],
    /// Another bears its id.
    hidden: bool,
    /// It is here, byte for byte, and is to be in the event data store too.
    is_here: bool,
    /// What bears its id is not in the event data store.
    guest: bool,
    username: Option<Cow<'a, str>>,
    resources: Vec<ResourceRef<'a>>,
}

/// What became of a record.
enum Fate {
    Added,
    /// It was here, and is now in the event data store too.
    Guest,
    Duplicate,
    Conflict,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(shared: &'a Shared, drafts: &'a Drafts) -> Self {
        Self {
            shared,
            drafts,
            targets: HashMap::new(),
            last: None,
            batch: Batch::default(),
            finder: ResourceFinder::default(),
            tally: Tally::default(),
            failed: None,
        }
    }

    /// Takes in the records of a text.
    ///
    /// Records of many owners are mixed in one file. They go into their drafts some at a time: two
    /// workers that took turns with each record would take each other's memory away.
    pub(crate) fn take_all(&mut self, text: &[u8], scan: &mut Scan) -> Outcome {
        let outcome = cloudtrail::each_record(text, scan, |view| {
            let Some((time, target)) = self.admit(&view, None) else { return };
            if !self.batch.hold(text, &view, time, &target) {
                // It was inside a string: what it is now does not stand in the text.
                return self.put(&target, &[(view, time)]);
            }
            if self.batch.is_full() {
                self.flush(text);
            }
        });
        self.flush(text);
        outcome
    }

    /// Takes one record in.
    pub(crate) fn take(&mut self, view: RecordView<'_>, owner: &AccountId) {
        if let Some((time, target)) = self.admit(&view, Some(owner)) {
            self.put(&target, &[(view, time)]);
        }
    }

    /// When a record happened and where it goes, if it is one that is asked for.
    fn admit(
        &mut self,
        view: &RecordView<'_>,
        owner: Option<&AccountId>,
    ) -> Option<(Timestamp, Arc<Target>)> {
        let Some(time) = derive::event_time(view) else {
            let name = view.text(Field::EventName).unwrap_or_default();
            self.tally.skip(Reason::NoEventTime.as_str(), &format!("eventName `{name}`"));
            return None;
        };
        if !self.drafts.terms.take_time(time) {
            self.tally.outside += 1;
            return None;
        }
        let owner = owner.or(self.drafts.terms.owner.as_ref()).cloned();
        let owner = owner.or_else(|| cloudtrail::owner(view));
        let owner = owner.unwrap_or_else(|| self.drafts.fallback.clone());
        Some((time, self.target((owner, time.month()))))
    }

    /// Where records of this owner and month go: mostly where the one before went.
    fn target(&mut self, key: Key) -> Arc<Target> {
        if let Some((last, target)) = &self.last
            && *last == key
        {
            return Arc::clone(target);
        }
        let target = match self.targets.get(&key) {
            Some(target) => Arc::clone(target),
            None => self.drafts.target(&key),
        };
        self.targets.insert(key.clone(), Arc::clone(&target));
        self.last = Some((key, Arc::clone(&target)));
        target
    }

    /// Puts what is held into its drafts; drafts that another worker is at come last.
    fn flush(&mut self, text: &[u8]) {
        let mut batch = std::mem::take(&mut self.batch);
        let mut busy = Vec::new();
        for (target, views) in batch.groups(text) {
            let arrivals = self.arrivals(&target, &views);
            if let Ok(mut drafts) = target.drafts.try_lock() {
                self.push_all(&target.owner, &mut drafts, &arrivals);
                continue;
            }
            busy.push((target, arrivals));
        }
        for (target, arrivals) in busy {
            self.push_all(&target.owner, &mut target.drafts(), &arrivals);
        }
        batch.clear();
        self.batch = batch;
    }

    fn put(&mut self, target: &Target, views: &[(RecordView<'_>, Timestamp)]) {
        let arrivals = self.arrivals(target, views);
        self.push_all(&target.owner, &mut target.drafts(), &arrivals);
    }

    /// What is to go into the drafts of a target: what is not here yet.
    fn arrivals<'v>(
        &mut self,
        target: &Target,
        views: &[(RecordView<'v>, Timestamp)],
    ) -> Vec<Arrival<'v>> {
        let mut arrivals = Vec::with_capacity(views.len());
        for (view, time) in views {
            match self.arrival(target, *view, *time) {
                Ok(Some(arrival)) => arrivals.push(arrival),
                Ok(None) => self.tally.duplicates += 1,
                Err(error) => {
                    self.failed.get_or_insert(error);
                }
            }
        }
        arrivals
    }

    /// `None` for what is here already.
    fn arrival<'v>(
        &mut self,
        target: &Target,
        view: RecordView<'v>,
        time: Timestamp,
    ) -> Result<Option<Arrival<'v>>, Error> {
        let id = derive::record_id(&view);
        let known = self.known(id, time, target)?;
        let hidden = !known.is_empty();
        let is_here = hidden && known.has(|bytes| is_same(bytes, view.bytes))?;
        let is_guest = hidden && self.is_new_to_store(&known)?;
        if is_here && !is_guest {
            return Ok(None);
        }
        let mut resources = Vec::new();
        self.finder.find(&view, &mut resources);
        Ok(Some(Arrival {
            view,
            id,
            time,
            payload: derive::payload(&self.shared.vault, id, view.bytes),
            hidden,
            is_here,
            guest: is_guest,
            username: cloudtrail::username(&view),
            resources,
        }))
    }

    fn push_all(&mut self, owner: &AccountId, drafts: &mut Vec<Draft>, arrivals: &[Arrival<'_>]) {
        for arrival in arrivals {
            match self.push(drafts, arrival) {
                Ok(Fate::Duplicate) => {
                    self.tally.duplicates += 1;
                    continue;
                }
                Ok(Fate::Conflict) => self.tally.conflicts += 1,
                Ok(Fate::Added | Fate::Guest) => {}
                Err(error) => {
                    self.failed.get_or_insert(error);
                    continue;
                }
            }
            self.tally.added += 1;
            let region = arrival.view.text(Field::AwsRegion);
            self.tally.saw(owner, region.as_deref(), arrival.time);
        }
    }

    fn push(&self, drafts: &mut Vec<Draft>, arrival: &Arrival<'_>) -> Result<Fate, Error> {
        let mut hidden = arrival.hidden;
        for same in drafts.iter().flat_map(|draft| draft.payloads(arrival.id)) {
            if *same == arrival.payload {
                return Ok(Fate::Duplicate);
            }
            hidden = true;
        }
        let flags = derive::flags(&arrival.view, Origin::Imported, hidden);
        let resources: Vec<(&str, &str)> = arrival.resources.iter().map(pair).collect();
        let row = Row {
            view: arrival.view,
            id: arrival.id,
            time: arrival.time,
            ingested: self.drafts.ingested,
            flags: if arrival.guest { flags.as_guest() } else { flags },
            username: arrival.username.as_deref(),
            resources: &resources,
            stores: self.drafts.terms.store.as_deref(),
            payload: arrival.payload,
        };
        push(drafts, &row)?;
        Ok(match hidden {
            true if arrival.is_here => Fate::Guest,
            true => Fate::Conflict,
            false => Fate::Added,
        })
    }

    /// Whether what is known of a record is not in the event data store that it goes into.
    fn is_new_to_store(&self, known: &Known) -> Result<bool, Error> {
        match &self.drafts.terms.store {
            Some(store) => Ok(!known.is_shown_in(store)?),
            None => Ok(false),
        }
    }

    /// What bears the id already, in the lake as it was.
    fn known(&self, id: RecordId, time: Timestamp, target: &Target) -> Result<Known, Error> {
        let mut known = Known::default();
        for generation in &self.drafts.snapshot.tail {
            known.entries.extend(generation.with_id(&target.owner, id));
        }
        for part in &target.parts {
            if part.meta.time_min <= time && time <= part.meta.time_max {
                let rows = part.rows_of(id)?;
                known.rows.extend(rows.into_iter().map(|row| (Arc::clone(part), row)));
            }
        }
        Ok(known)
    }
}

/// Whether two records are one: the same bytes, or those that trails deliver of the one that is
/// known, which are without its context.
fn is_same(known: &[u8], bytes: &[u8]) -> bool {
    if known == bytes || known.len() <= bytes.len() {
        return known == bytes;
    }
    let mut scan = Scan::default();
    derive::scan(known, &mut scan);
    cloudtrail::plain(&RecordView::new(known, &scan)).concat() == bytes
}

fn pair<'a>(resource: &'a ResourceRef<'_>) -> (&'a str, &'a str) {
    (&resource.kind, &resource.name)
}
