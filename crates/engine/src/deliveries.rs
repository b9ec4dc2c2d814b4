//! How far the deliveries of each trail have got: what is on its way, and what waits for a digest.

use crate::State;
use ledger::Hash;
use ledger::digest::{LogFile, Place, Previous};
use model::resource::{FileContent, PlannedFile, Trail};
use model::{Change, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The deliveries of all trails. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deliveries {
    /// By the trail's id.
    courses: Arc<BTreeMap<String, Arc<Course>>>,
    /// By the trail's ARN, then by region: the end of the newest digest. Digests are named for
    /// trail, region and end, and a trail may be made again under the name of one that is gone.
    #[serde(default)]
    ends: Arc<BTreeMap<String, BTreeMap<String, Timestamp>>>,
    /// Some era ends with the frame that is being applied. Never so in what is written out.
    #[serde(skip)]
    is_ending: bool,
}

/// Where an era ends that a change of the present frame ended: behind the records of the frame,
/// among which is that of the very call that stopped the trail.
const END_OF_FRAME: Seq = Seq(u64::MAX);

/// The deliveries of one trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Course {
    /// The trail as it last was: what it took in before it was removed is delivered all the same.
    pub(crate) trail: Trail,
    removed: bool,
    /// Records below this number are in files that were planned, or were none of this trail's.
    pub(crate) cursor: Seq,
    /// The number of the next file.
    pub(crate) next_file: u64,
    /// Files that are to be put, by number.
    pub(crate) planned: BTreeMap<u64, Arc<PlannedFile>>,
    /// Times of logging that are not done with, by number; the last one may still run.
    pub(crate) eras: BTreeMap<u64, Era>,
    next_era: u64,
    /// By region: the end of the newest digest. Digests are named for their ends.
    pub(crate) ends: BTreeMap<String, Timestamp>,
}

/// A time in which a trail logs without a stop, and makes digests or does not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Era {
    /// Whether it makes digests.
    pub(crate) digests: bool,
    /// When logging began with it; `None` where it went on before.
    pub(crate) begun: Option<Timestamp>,
    /// The first record that is behind it; `None` while it runs.
    pub(crate) end: Option<Seq>,
    /// By region.
    pub(crate) chains: BTreeMap<String, Chain>,
}

/// A chain of digests that may go on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chain {
    /// The last digest.
    pub(crate) previous: Option<Previous>,
    /// Files that no digest lists yet, as they were put.
    pub(crate) waiting: Vec<Arc<Waiting>>,
}

/// A file that no digest lists yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waiting {
    /// When it was put.
    pub(crate) at: Timestamp,
    /// What the digest will say.
    pub(crate) file: LogFile,
}

/// The ends of the digests of trails that are gone are remembered for so long.
const ENDS_KEPT_MS: i64 = 40 * 86_400_000;

impl Deliveries {
    /// Takes one step. `next` is the number of the next record.
    pub(crate) fn apply(&mut self, change: &Change, next: Seq) {
        match change {
            Change::TrailPut(trail) => self.put(trail, next),
            Change::TrailRemoved { arn } => {
                let of = |course: &&Arc<Course>| course.trail.arn().as_str() == arn;
                let id = self.courses.values().find(of).map(|course| course.trail.id.clone());
                id.iter().for_each(|id| self.change(id, Course::remove));
            }
            Change::DeliveryPlanned { trail, cursor, files } => {
                self.note_ends(trail, files);
                self.change(trail, |course| course.plan(*cursor, files));
            }
            Change::Delivered { trail, number, at } => {
                self.change(trail, |course| course.confirm(*number, *at));
            }
            Change::DeliveryDropped { trail, number } => {
                self.change(trail, |course| drop(course.planned.remove(number)));
            }
            _ => {}
        }
    }

    /// The frame is applied; the next record has number `next`.
    pub(crate) fn advance(&mut self, next: Seq) {
        if !std::mem::take(&mut self.is_ending) {
            return;
        }
        let ends = |era: &Era| era.end == Some(END_OF_FRAME);
        let ending = self.courses.values().filter(|course| course.eras.values().any(ends));
        let ending: Vec<String> = ending.map(|course| course.trail.id.clone()).collect();
        for trail in ending {
            self.change(&trail, |course| {
                let eras = course.eras.values_mut().filter(|era| ends(era));
                eras.for_each(|era| era.end = Some(next));
            });
        }
    }

    fn note_ends(&mut self, trail: &str, files: &[PlannedFile]) {
        let Some(arn) = self.courses.get(trail).map(|course| course.trail.arn()) else { return };
        let ends = files.iter().filter_map(|file| Some((&file.region, digest_end(file)?)));
        for (region, end) in ends {
            let all = Arc::make_mut(&mut self.ends);
            let regions = all.entry(arn.to_string()).or_default();
            regions.entry(region.clone()).and_modify(|it| *it = end.max(*it)).or_insert(end);
            // Nobody ends a digest that far back.
            all.retain(|_, regions| regions.values().any(|it| end.0 - it.0 < ENDS_KEPT_MS));
        }
    }

    /// The end of the newest digest under a trail's name and of a region.
    pub(crate) fn last_end(&self, trail: &Trail, region: &str) -> Option<Timestamp> {
        self.ends.get(trail.arn().as_str())?.get(region).copied()
    }

    fn put(&mut self, trail: &Trail, next: Seq) {
        if !self.courses.contains_key(&trail.id) {
            let course = Arc::new(Course::new(trail.clone(), next));
            Arc::make_mut(&mut self.courses).insert(trail.id.clone(), course);
        }
        self.change(&trail.id, |course| course.put(trail, next));
    }

    /// Changes a course, and lets go of what is done with.
    fn change(&mut self, trail: &str, change: impl FnOnce(&mut Course)) {
        let courses = Arc::make_mut(&mut self.courses);
        let Some(course) = courses.get_mut(trail) else { return };
        let course = Arc::make_mut(course);
        change(course);
        course.prune();
        self.is_ending |= course.eras.values().any(|era| era.end == Some(END_OF_FRAME));
        if course.removed && course.eras.is_empty() && course.planned.is_empty() {
            courses.remove(trail);
        }
    }

    /// All courses, by the trail's id.
    pub(crate) fn courses(&self) -> impl Iterator<Item = &Arc<Course>> {
        self.courses.values()
    }

    /// The course of a trail.
    pub(crate) fn course(&self, trail: &str) -> Option<&Arc<Course>> {
        self.courses.get(trail)
    }
}

/// What hangs on how a trail logs: nothing, or files with or without digests.
fn mode(trail: &Trail) -> Option<bool> {
    trail.logging.then_some(trail.log_file_validation)
}

impl Course {
    /// A trail that is new has no records yet.
    fn new(trail: Trail, cursor: Seq) -> Self {
        Self {
            trail: Trail { logging: false, ..trail },
            removed: false,
            cursor,
            next_file: 0,
            planned: BTreeMap::new(),
            eras: BTreeMap::new(),
            next_era: 0,
            ends: BTreeMap::new(),
        }
    }

    fn put(&mut self, trail: &Trail, next: Seq) {
        let (before, after) = (mode(&self.trail), mode(trail));
        if before != after {
            self.end_era();
            if let Some(digests) = after {
                self.begin_era(trail, digests, before.is_none(), next);
            }
        }
        self.trail = trail.clone();
    }

    fn begin_era(&mut self, trail: &Trail, digests: bool, is_start: bool, next: Seq) {
        if self.eras.is_empty() {
            // No record joined it since the last one.
            self.cursor = next;
        }
        // At home there are digests from the start on; elsewhere, and where logging went on before,
        // from the first file on.
        let begun = trail.started.filter(|_| is_start).map(whole);
        let home = (trail.home_region.clone(), Chain::default());
        let chains = begun.filter(|_| digests).map(|_| home).into_iter().collect();
        self.eras.insert(self.next_era, Era { digests, begun, end: None, chains });
        self.next_era += 1;
    }

    fn end_era(&mut self) {
        let running = self.eras.values_mut().find(|era| era.end.is_none());
        running.into_iter().for_each(|era| era.end = Some(END_OF_FRAME));
    }

    fn remove(&mut self) {
        self.end_era();
        self.removed = true;
    }

    fn plan(&mut self, cursor: Seq, files: &[PlannedFile]) {
        self.cursor = cursor;
        for file in files {
            self.next_file = self.next_file.max(file.number + 1);
            if let Some(end) = digest_end(file) {
                self.ends.insert(file.region.clone(), end);
            }
            self.planned.insert(file.number, Arc::new(file.clone()));
        }
    }

    fn confirm(&mut self, number: u64, at: Timestamp) {
        let Some(file) = self.planned.remove(&number) else { return };
        let Some(era) = self.eras.get_mut(&file.era).filter(|era| era.digests) else { return };
        let chain = era.chains.entry(file.region.clone()).or_default();
        match &file.content {
            FileContent::Log { oldest, newest, .. } => {
                let listed = LogFile {
                    place: place(&file),
                    hash: hash(&file.text_hash),
                    newest: *newest,
                    oldest: *oldest,
                };
                chain.waiting.push(Arc::new(Waiting { at, file: listed }));
            }
            FileContent::Digest { files, signature, .. } => {
                let listed = usize::try_from(*files).unwrap_or(usize::MAX);
                chain.waiting.drain(..listed.min(chain.waiting.len()));
                let signature = signature.clone();
                let hash = hash(&file.text_hash);
                chain.previous = Some(Previous { place: place(&file), hash, signature });
            }
        }
    }

    /// Lets go of eras of which nothing is to be delivered or listed any more.
    fn prune(&mut self) {
        let (cursor, planned) = (self.cursor, &self.planned);
        self.eras.retain(|number, era| {
            let is_read = era.end.is_some_and(|end| end <= cursor);
            let is_put = planned.values().all(|file| file.era != *number);
            !(is_read && is_put && era.chains.values().all(|chain| chain.waiting.is_empty()))
        });
    }

    /// The era that the records from the cursor on belong to, with its number.
    pub(crate) fn era_to_read(&self) -> Option<(u64, &Era)> {
        let unread = |era: &Era| era.end.is_none_or(|end| self.cursor < end);
        self.eras.iter().find(|(_, era)| unread(era)).map(|(number, era)| (*number, era))
    }

    /// Whether all records of an era are in files that were put.
    pub(crate) fn is_over(&self, number: u64, era: &Era) -> bool {
        let is_read = era.end.is_some_and(|end| end <= self.cursor);
        is_read && self.planned.values().all(|file| file.era != number)
    }

    /// Bytes of files that are to be put.
    pub(crate) fn backlog_bytes(&self) -> u64 {
        self.planned.values().map(|file| file.bytes).sum()
    }
}

fn digest_end(file: &PlannedFile) -> Option<Timestamp> {
    match file.content {
        FileContent::Digest { end, .. } => Some(end),
        FileContent::Log { .. } => None,
    }
}

/// The whole second that a moment lies in: digests know no others.
pub(crate) const fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(time.seconds())
}

fn place(file: &PlannedFile) -> Place {
    Place { bucket: file.bucket.clone(), object: file.object.clone() }
}

/// Plans are made with hashes in them.
fn hash(hex: &str) -> Hash {
    Hash::from_hex(hex).unwrap_or(Hash([0; 32]))
}

impl State {
    /// The newest digest of a trail and region that was delivered, in its running or last era.
    pub fn digest_head(&self, trail: &str, region: &str) -> Option<&Previous> {
        let course = self.deliveries().course(trail)?;
        let chains = course.eras.values().rev().filter_map(|era| era.chains.get(region));
        chains.filter_map(|chain| chain.previous.as_ref()).next()
    }
}
