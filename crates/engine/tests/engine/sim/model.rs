//! What a data directory must hold, kept in the simplest way.

use model::resource::{Object, User};
use model::{AccountId, Origin, Record, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A promise was broken: what is not as it must be.
pub(crate) type Violation = String;

/// A record as it must be found.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) owner: AccountId,
    pub(crate) text: String,
    pub(crate) id: Option<String>,
    pub(crate) time: Timestamp,
    pub(crate) origin: Origin,
    pub(crate) ingested: Timestamp,
    /// An earlier one bears its id.
    pub(crate) hidden: bool,
}

/// One thing that was asked for, and when.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

/// Something that must be done wholly or not at all.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Commit { users: Vec<User>, objects: Vec<ObjectStep>, records: Vec<(Item, Record)> },
    Import { label: String, items: Vec<Item> },
}

/// A step of an object. Replacing or removing one names the version that goes.
#[derive(Clone, Debug)]
pub(crate) enum ObjectStep {
    Put(Object),
    Remove(Object),
}

impl ObjectStep {
    pub(crate) const fn object(&self) -> &Object {
        match self {
            Self::Put(object) | Self::Remove(object) => object,
        }
    }
}

/// A record that is asked to be taken in.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) owner: AccountId,
    pub(crate) id: Option<String>,
    pub(crate) time: Timestamp,
    pub(crate) text: String,
}

/// Added, already there, added but not shown.
pub(crate) type Counts = (u64, u64, u64);

/// Everything that was acknowledged, and the one thing in doubt.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) kept: Vec<Kept>,
    pub(crate) users: BTreeMap<String, User>,
    /// By bucket, key and order, newest first.
    pub(crate) objects: BTreeMap<(String, String, Reverse<u64>), Object>,
    /// By label.
    pub(crate) imports: BTreeMap<String, Counts>,
    pub(crate) doubt: Option<Deed>,
    /// All that was done, in order: for a twin that never crashes.
    pub(crate) deeds: Vec<Deed>,
    /// Places in `kept` that retention was seen to have taken.
    pub(crate) gone: BTreeSet<usize>,
    /// Records that came in before this may be gone.
    pub(crate) expired_before: Option<Timestamp>,
    texts: BTreeSet<(AccountId, String)>,
    ids: BTreeSet<(AccountId, String)>,
}

impl Model {
    /// A deed that was acknowledged, or turned out to have been done.
    pub(crate) fn take(&mut self, deed: Deed) {
        match &deed.what {
            What::Commit { users, objects, records } => {
                objects.iter().for_each(|step| self.take_object(step));
                let named = users.iter().map(|user| (user.name.clone(), user.clone()));
                self.users.extend(named);
                for (item, record) in records {
                    self.keep(item, record.origin, record.ingested, false);
                }
            }
            What::Import { label, items } => {
                let counts = self.take_import(items, deed.at);
                self.imports.insert(label.clone(), counts);
            }
        }
        self.deeds.push(deed);
    }

    fn take_object(&mut self, step: &ObjectStep) {
        let object = step.object();
        let place = (object.bucket.clone(), object.key.clone(), Reverse(object.order));
        match step {
            ObjectStep::Put(object) => drop(self.objects.insert(place, object.clone())),
            ObjectStep::Remove(_) => drop(self.objects.remove(&place)),
        }
    }

    fn take_import(&mut self, items: &[Item], at: Timestamp) -> Counts {
        let mut counts = (0, 0, 0);
        for item in items {
            if self.texts.contains(&(item.owner.clone(), item.text.clone())) {
                counts.1 += 1;
                continue;
            }
            let id = item.id.clone().map(|id| (item.owner.clone(), id));
            let hidden = id.is_some_and(|id| self.ids.contains(&id));
            counts.0 += 1;
            counts.2 += u64::from(hidden);
            self.keep(item, Origin::Imported, at, hidden);
        }
        counts
    }

    fn keep(&mut self, item: &Item, origin: Origin, ingested: Timestamp, hidden: bool) {
        let Item { owner, id, time, text } = item.clone();
        self.texts.insert((owner.clone(), text.clone()));
        self.ids.extend(id.clone().map(|id| (owner.clone(), id)));
        self.kept.push(Kept { owner, text, id, time, origin, ingested, hidden });
    }

    /// Records that came with the id of another and other bytes.
    pub(crate) fn conflicts(&self) -> u64 {
        self.imports.values().map(|(_, _, conflicts)| conflicts).sum()
    }
}
