//! Records on their way into drafts, one draft for each owner and month.

use super::tally::Tally;
use crate::derive;
use crate::error::Error;
use crate::shared::Shared;
use formats::cloudtrail::{self, Reason, ResourceRef};
use lake::{Draft, Known, Part, Row, Snapshot};
use model::{AccountId, Field, Origin, RecordId, RecordView, Scan, Timestamp};
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
struct Target {
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
            Arc::new(Target { drafts: Mutex::default(), parts })
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
    pub(crate) tally: Tally,
    /// The first error, which ends the import.
    pub(crate) failed: Option<Error>,
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
        let (targets, tally) = (HashMap::new(), Tally::default());
        Self { shared, drafts, targets, last: None, tally, failed: None }
    }

    /// Takes one record in.
    pub(crate) fn take(&mut self, view: RecordView<'_>, owner: Option<&AccountId>) {
        let Some(time) = derive::event_time(&view) else {
            let name = view.text(Field::EventName).unwrap_or_default();
            return self.tally.skip(Reason::NoEventTime.as_str(), &format!("eventName `{name}`"));
        };
        if !self.drafts.terms.take_time(time) {
            return self.tally.outside += 1;
        }
        let owner = owner.or(self.drafts.terms.owner.as_ref()).cloned();
        let owner = owner.or_else(|| cloudtrail::owner(&view));
        let owner = owner.unwrap_or_else(|| self.drafts.fallback.clone());
        let key = (owner, time.month());
        let target = self.target(&key);
        match self.place(&view, &key.0, time, &target) {
            Ok(Fate::Duplicate) => return self.tally.duplicates += 1,
            Ok(Fate::Conflict) => {
                self.tally.conflicts += 1;
                self.tally.added += 1;
            }
            Ok(Fate::Added | Fate::Guest) => self.tally.added += 1,
            Err(error) => {
                self.failed.get_or_insert(error);
                return;
            }
        }
        let region = view.text(Field::AwsRegion);
        self.tally.saw(&key.0, region.as_deref(), time);
    }

    /// Where records of this owner and month go: mostly where the one before went.
    fn target(&mut self, key: &Key) -> Arc<Target> {
        if let Some((last, target)) = &self.last
            && last == key
        {
            return Arc::clone(target);
        }
        let target = match self.targets.get(key) {
            Some(target) => Arc::clone(target),
            None => self.drafts.target(key),
        };
        self.targets.insert(key.clone(), Arc::clone(&target));
        self.last = Some((key.clone(), Arc::clone(&target)));
        target
    }

    fn place(
        &self,
        view: &RecordView<'_>,
        owner: &AccountId,
        time: Timestamp,
        target: &Target,
    ) -> Result<Fate, Error> {
        let id = derive::record_id(view);
        let payload = derive::payload(&self.shared.vault, id, view.bytes);
        let known = self.known(owner, id, time, target)?;
        let is_here = !known.is_empty() && known.has(|bytes| is_same(bytes, view.bytes))?;
        let is_guest = !known.is_empty() && self.is_new_to_store(&known)?;
        if is_here && !is_guest {
            return Ok(Fate::Duplicate);
        }
        let mut found = Vec::new();
        cloudtrail::resources(view, &mut found);
        let resources: Vec<(&str, &str)> = found.iter().map(pair).collect();
        let username = cloudtrail::username(view);
        let mut drafts = target.drafts();
        let mut hidden = !known.is_empty();
        for same in drafts.iter().flat_map(|draft| draft.payloads(id)) {
            if *same == payload {
                return Ok(Fate::Duplicate);
            }
            hidden = true;
        }
        let flags = derive::flags(view, Origin::Imported, hidden);
        let row = Row {
            view: *view,
            id,
            time,
            ingested: self.drafts.ingested,
            flags: if is_guest { flags.as_guest() } else { flags },
            username: username.as_deref(),
            resources: &resources,
            stores: self.drafts.terms.store.as_deref(),
            payload,
        };
        push(&mut drafts, &row)?;
        Ok(match hidden {
            true if is_here => Fate::Guest,
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
    fn known(
        &self,
        owner: &AccountId,
        id: RecordId,
        time: Timestamp,
        target: &Target,
    ) -> Result<Known, Error> {
        let mut known = Known::default();
        for generation in &self.drafts.snapshot.tail {
            known.entries.extend(generation.with_id(owner, id));
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
