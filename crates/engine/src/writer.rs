//! The single writer: one thread through which every change goes.
//!
//! Group commit without a timer: what arrives while one frame is being synced makes the next.

use crate::bodies::janitor;
use crate::derive;
use crate::error::Error;
use crate::group::{Group, put_id};
use crate::membership::{Memberships, is_of_trail};
use crate::numbers::Numbers;
use crate::objects::steps;
use crate::pending::Reply;
use crate::runs::Kept;
use crate::settings::{BATCH_BYTES_MAX, BATCH_MAX, EFFECT_BYTES_MAX};
use crate::shared::Shared;
use crate::state::State;
use crate::store::{self, MARK_EVERY};
use crate::view::{Closed, View};
use journal::fault::{self, Bug};
use journal::{Durable, Frame, Journal, LedgerHead};
use lake::{Entry, Facts, Part};
use model::{Change, Effect, Origin, PartId, Record, Seq, SeqRange};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};

/// What the writer is asked to do.
pub(crate) enum Job {
    /// Commit what a proposal proposes.
    Commit(Propose),
    /// Begin a new generation of the tail; the old one waits to be sealed.
    Rotate(SyncSender<()>),
    /// Put parts in and take parts out.
    Parts(Box<PartsJob>),
    /// Put a merged run of cold State in its place.
    Merged(Box<cold::Merged>, SyncSender<()>),
    /// Empty the directory.
    Reset(Reply<Vec<PartId>>),
    /// Say when everything before is done, also what is done behind the answers.
    Settle(SyncSender<()>),
    /// Write State out, then stop.
    Stop,
}

/// A call, waiting for its turn between two states.
/// `None` where the call came to nothing and its caller was told.
pub(crate) type Propose = Box<dyn FnOnce(&State) -> Option<Proposal> + Send>;

/// What a call proposes, and who waits for it.
pub(crate) struct Proposal {
    pub(crate) effect: Effect,
    pub(crate) reply: Answer<()>,
}

/// Told once the outcome is known.
pub(crate) type Answer<T> = Box<dyn FnOnce(Result<Durable<T>, Error>) + Send>;

/// Says what else is kept, once the parts' record numbers are known.
pub(crate) type Changes = Box<dyn FnOnce(&[SeqRange]) -> Vec<Change> + Send>;

/// Parts to put in and take out, in one frame.
pub(crate) struct PartsJob {
    /// Parts whose records have numbers.
    pub(crate) numbered: Vec<Part>,
    /// Parts whose records get numbers now, with what the ledger needs of each row.
    pub(crate) unnumbered: Vec<(Part, Vec<Facts>)>,
    /// Parts that the new ones stand for.
    pub(crate) removed: Vec<PartId>,
    /// The generation that the new parts hold.
    pub(crate) sealed: Option<Closed>,
    /// What else is kept.
    pub(crate) changes: Changes,
    pub(crate) reply: Answer<Vec<SeqRange>>,
}

/// The writer and all that only it may touch.
pub(crate) struct Writer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) journal: Journal,
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
    /// (frame, its first record), every so often: which frames the tail still needs.
    pub(crate) marks: VecDeque<(u64, Seq)>,
    /// Which event data stores and trails hold what comes in.
    pub(crate) memberships: Memberships,
    /// The runs that must stay.
    pub(crate) kept: Kept,
    /// State is written out when its cold half takes this much memory, in bytes.
    pub(crate) spill_at: usize,
    /// Runs were merged since State was written out.
    pub(crate) is_merged: bool,
    /// The frame behind the newest State on disk; trimming goes no further, for the one written
    /// next may rot.
    pub(crate) snapshot_frame: u64,
    pub(crate) bytes_at_snapshot: u64,
}

impl Writer {
    pub(crate) fn run(mut self, jobs: &Receiver<Job>) {
        let mut waiting = None;
        loop {
            let Some(job) = waiting.take().or_else(|| jobs.recv().ok()) else {
                return;
            };
            match job {
                Job::Commit(first) => waiting = self.commit_group(first, jobs),
                Job::Rotate(reply) => self.rotate(&reply),
                Job::Parts(job) => self.replace_parts(*job),
                Job::Merged(merged, reply) => self.install_run(&merged, &reply),
                Job::Reset(reply) => self.reset(reply),
                // Nobody waiting any more is as good.
                Job::Settle(reply) => drop(reply.send(())),
                Job::Stop => return self.save(),
            }
        }
    }

    /// Commits `first` and what waits behind it; returns a job of another kind that ended the
    /// group.
    fn commit_group(&mut self, first: Propose, jobs: &Receiver<Job>) -> Option<Job> {
        let mut group = Group::new(&self.state);
        self.add(&mut group, first);
        let mut other = None;
        while group.replies.len() < BATCH_MAX && group.bytes < BATCH_BYTES_MAX {
            match jobs.try_recv() {
                Ok(Job::Commit(propose)) => self.add(&mut group, propose),
                Ok(job) => {
                    other = Some(job);
                    break;
                }
                Err(_) => break,
            }
        }
        if !group.replies.is_empty() {
            self.commit(group);
            self.save_when_due();
        }
        other
    }

    fn commit(&mut self, group: Group) {
        let Group { state, changes, entries, replies, .. } = group;
        if changes.is_empty() && entries.is_empty() {
            let durable = self.journal.so_far();
            return replies.into_iter().for_each(|reply| reply(Ok(durable)));
        }
        let first = self.journal.position().seq;
        let numbered = entries.into_iter().zip(0..);
        let entries: Vec<Arc<Entry>> =
            numbered.map(|(entry, n)| Arc::new(Entry { seq: first.plus(n), ..entry })).collect();
        let records = entries.iter().map(|entry| entry.record.clone()).collect();
        self.numbers.mark();
        for entry in &entries {
            self.numbers.take(&entry.record.owner, &derive::facts(entry));
        }
        if fault::has(Bug::LeafBeforeJournal) {
            self.save();
        }
        match self.append(changes, records, 0) {
            Ok(durable) => {
                self.state = state;
                self.state.advance(self.journal.position().seq);
                self.shared.view.load().active.join(entries);
                self.publish(|_| {});
                replies.into_iter().for_each(|reply| reply(Ok(durable.as_ref().map(|_| ()))));
            }
            Err(error) => {
                self.numbers.roll_back();
                let failures = replies.into_iter().map(|reply| (reply, self.refusal(&error)));
                failures.collect::<Vec<_>>().into_iter().for_each(|(reply, e)| reply(Err(e)));
            }
        }
    }

    /// Asks a call what it proposes. One that is too large for any frame is refused here, so that
    /// it does not take others along.
    fn add(&mut self, group: &mut Group, propose: Propose) {
        let Some(Proposal { effect, reply }) = propose(&group.state) else {
            return;
        };
        let Effect { changes, records, data_events } = effect;
        let cold = match changes.iter().map(steps::check).sum::<Result<usize, Error>>() {
            Ok(bytes) => bytes,
            Err(error) => return reply(Err(error)),
        };
        let all = records.iter().chain(&data_events);
        let bytes = cold + all.map(|r| r.body.bytes().len()).sum::<usize>();
        if bytes > EFFECT_BYTES_MAX {
            return reply(Err(Error::TooLarge { bytes, limit: EFFECT_BYTES_MAX }));
        }
        let mut entries = match self.new_entries(group, records) {
            Ok(entries) => entries,
            Err(error) => return reply(Err(error)),
        };
        // Held only where it is asked for: State's maps are copied where two hold them.
        let before = changes.iter().any(is_of_trail).then(|| group.state.clone());
        changes.iter().for_each(|change| group.state.apply(change));
        for entry in entries.iter_mut().filter(|it| it.record.origin == Origin::Recorded) {
            entry.record.stores = match &before {
                Some(before) => self.memberships.of_change(before, &group.state, entry),
                None => self.memberships.of(&group.state, entry),
            };
        }
        entries.extend(self.selected(&group.state, data_events));
        group.bytes += bytes;
        group.changes.extend(changes);
        group.puts.extend(entries.iter().filter_map(put_id));
        group.entries.extend(entries);
        group.replies.push(reply);
    }

    /// Entries for the data events that something selects.
    fn selected(&mut self, state: &State, data_events: Vec<Record>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for record in data_events {
            let mut entry = derive::entry(&self.shared.vault, Seq(0), record, false);
            entry.record.stores = self.memberships.of(state, &entry);
            if entry.record.stores.is_some() {
                entries.push(entry);
            }
        }
        entries
    }

    /// Entries for the records of a call, but for what clients put that is here already: its id
    /// says that it is the same.
    fn new_entries(&self, group: &Group, records: Vec<Record>) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::with_capacity(records.len());
        let mut own = HashSet::new();
        for record in records {
            let entry = derive::entry(&self.shared.vault, Seq(0), record, false);
            let is_known = match put_id(&entry) {
                Some(id) => group.puts.contains(&id) || self.holds_put(&entry)? || !own.insert(id),
                None => false,
            };
            if !is_known {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// Whether the tail or a part has a put record of this id.
    fn holds_put(&self, entry: &Entry) -> Result<bool, Error> {
        if fault::has(Bug::DedupNotPersisted) {
            return Ok(false);
        }
        let view = self.shared.view.load();
        let (owner, id) = (&entry.record.owner, entry.id);
        if view.generations().any(|generation| generation.holds(owner, id, Origin::Put)) {
            return Ok(true);
        }
        for part in view.parts.iter().filter(|part| part.meta.owner == *owner) {
            if part.holds_put(id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn append(
        &mut self,
        changes: Vec<Change>,
        records: Vec<Record>,
        reserved: u64,
    ) -> Result<Durable<Frame>, journal::Error> {
        let at = self.journal.position();
        if at.frame.is_multiple_of(MARK_EVERY) || self.marks.is_empty() {
            self.marks.push_back((at.frame, at.seq));
        }
        let frontier = &self.numbers.frontier;
        let head = LedgerHead { size: frontier.size(), root: frontier.root().0 };
        let (number, first) = (at.frame, at.seq);
        let frame = Frame { number, first, reserved, changes, records, head };
        let durable = self.journal.append(frame)?;
        let done = durable.as_ref();
        done.map(|frame| janitor::frame_is_durable(&self.shared, &frame.changes)).into_inner();
        Ok(durable)
    }

    /// What callers are told of a failed append. Where nothing was written the journal goes on;
    /// after anything else nothing is taken any more.
    fn refusal(&self, error: &journal::Error) -> Error {
        match error {
            journal::Error::NoSpace { .. } => Error::NoSpace,
            journal::Error::TooLarge { bytes, limit } => {
                Error::TooLarge { bytes: *bytes, limit: *limit }
            }
            _ => {
                let cause = std::error::Error::source(error)
                    .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
                self.shared.poison(&cause);
                Error::Poisoned { cause }
            }
        }
    }

    /// Shows everybody the new moment.
    fn publish(&self, change: impl FnOnce(&mut View)) {
        let mut view = View::clone(&self.shared.view.load());
        view.state = Arc::new(self.state.clone());
        change(&mut view);
        self.shared.tail_bytes.store(view.tail_bytes(), Ordering::Relaxed);
        self.shared.view.store(Arc::new(view));
    }

    fn rotate(&self, reply: &SyncSender<()>) {
        let end = self.state.next_seq();
        self.publish(|view| {
            let generation = std::mem::take(&mut view.active);
            view.sealing.push(Closed { generation, end });
        });
        // Nobody waiting means that the engine is closing; the generation stays readable.
        let _ = reply.send(());
    }

    fn reset(&mut self, reply: Reply<Vec<PartId>>) {
        let removed = self.state.parts().map(|part| part.id.clone()).collect();
        let mut state = self.state.clone();
        state.apply(&Change::Reset);
        self.numbers.mark();
        let outcome = self.append(vec![Change::Reset], Vec::new(), 0).map(|_| removed);
        let outcome = outcome.map_err(|error| self.refusal(&error));
        if outcome.is_ok() {
            // What cannot be read of it goes at the next start.
            if let Err(error) = janitor::drop_all(&self.shared, &self.state) {
                tracing::warn!(%error, "some bytes of objects stay until the next start");
            }
            self.state = state;
            self.publish(|view| {
                view.parts = Arc::default();
                view.active = Arc::default();
                view.sealing.clear();
            });
            self.save();
        }
        // Whoever asked may have gone away.
        let _ = reply.send(outcome);
    }

    /// Whether a generation is the next to be in parts. A reset takes it off the list.
    ///
    /// INVARIANT (no gap): `sealed_to` moves past a generation only when all before it are sealed;
    /// replay takes nothing below it into the tail.
    fn is_next(&self, closed: &Closed) -> bool {
        let view = self.shared.view.load();
        view.sealing.first().is_some_and(|next| Arc::ptr_eq(&next.generation, &closed.generation))
    }

    fn replace_parts(&mut self, job: PartsJob) {
        let PartsJob { mut numbered, unnumbered, removed, sealed, changes, reply } = job;
        let gone = |id: &PartId| self.state.part(id).is_none();
        let lost = sealed.as_ref().is_some_and(|closed| !self.is_next(closed));
        if lost || removed.iter().any(gone) {
            return reply(Err(Error::Overtaken));
        }
        self.numbers.mark();
        let (mut next, mut ranges) = (self.journal.position().seq, Vec::new());
        for (mut part, facts) in unnumbered {
            let range = SeqRange { first: next, count: facts.len() as u64 };
            facts.iter().for_each(|facts| self.numbers.take(&part.meta.owner, facts));
            next = range.end();
            part.meta.seqs = vec![range];
            ranges.push(range);
            numbered.push(part);
        }
        let reserved = next.0 - self.journal.position().seq.0;
        let added = numbered.iter().map(|part| part.meta.clone()).collect();
        let sealed_to = sealed.as_ref().map(|closed| closed.end.0);
        let mut all = vec![Change::PartsReplaced { added, removed: removed.clone(), sealed_to }];
        if reserved > 0 {
            all.push(Change::LedgerAdvanced { frontier: self.numbers.frontier_text() });
        }
        all.extend(changes(&ranges));
        let mut state = self.state.clone();
        all.iter().for_each(|change| state.apply(change));
        match self.append(all, Vec::new(), reserved) {
            Ok(durable) => {
                self.state = state;
                self.state.advance(self.journal.position().seq);
                self.publish(|view| install(view, numbered, &removed, sealed.as_ref()));
                // Whoever waits goes on with the disk: one after the other, so that a simulation
                // repeats.
                self.save();
                reply(Ok(durable.map(|_| ranges)));
            }
            Err(error) => {
                self.numbers.roll_back();
                reply(Err(self.refusal(&error)));
            }
        }
    }

    fn save_when_due(&mut self) {
        let grown = self.journal.bytes().saturating_sub(self.bytes_at_snapshot);
        let is_full = self.state.cold().memory_bytes() > self.spill_at;
        if grown > self.shared.settings.snapshot_bytes || is_full {
            self.save();
        }
    }

    /// Writes State out and drops the frames that nobody needs any more.
    ///
    /// INVARIANT (no gap): sealed parts + journal tail = every Seq. A frame goes only when a
    /// durable State is behind it and its records are in durable parts.
    fn save(&mut self) {
        let at = self.journal.position();
        let is_saved = at.frame == self.snapshot_frame && !self.is_merged;
        if self.shared.poisoned().is_some() || is_saved {
            return;
        }
        let saved = self.spill().and_then(|()| {
            self.kept.begin(at.frame, &self.state);
            let Shared { disk, directory, .. } = &*self.shared;
            store::save(&**disk, directory, at, &self.state, &self.numbers)
        });
        if let Err(error) = saved {
            // The journal still has everything; the next attempt may find room.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "State could not be written out; the journal keeps growing"
            );
        } else {
            self.trim();
            self.snapshot_frame = at.frame;
            self.is_merged = false;
            self.kept.saved(at.frame, &self.state);
            self.kept.sweep(&*self.shared.disk, &self.state);
        }
        // What could not be spilled is tried again when there is that much more of it.
        self.spill_at = self.state.cold().memory_bytes() + self.shared.settings.cold_bytes;
        self.bytes_at_snapshot = self.journal.bytes();
    }

    /// Writes what cold State has in memory to a run, and lets everybody go of that memory.
    fn spill(&mut self) -> Result<(), Error> {
        if self.state.cold_mut().spill(&self.shared.home())? {
            self.publish(|_| {});
        }
        Ok(())
    }

    /// Puts a merged run in the place of those that it stands for, unless they are gone. Those go
    /// once no State on disk names them any more.
    fn install_run(&mut self, merged: &cold::Merged, reply: &SyncSender<()>) {
        merged.run().into_iter().for_each(|run| self.kept.know(&run.meta.id));
        if self.state.cold_mut().replace(merged) {
            self.is_merged = true;
            self.publish(|_| {});
        }
        self.kept.sweep(&*self.shared.disk, &self.state);
        // Nobody waiting means that the engine is closing.
        let _ = reply.send(());
    }

    fn trim(&mut self) {
        let sealed_to = self.state.sealed_to();
        while self.marks.get(1).is_some_and(|(_, first)| *first <= sealed_to) {
            self.marks.pop_front();
        }
        let needed = self.marks.front().map_or(0, |(frame, _)| *frame);
        let tail_is_empty = sealed_to == self.state.next_seq();
        let below = if tail_is_empty { self.snapshot_frame } else { needed };
        if let Err(error) = self.journal.trim(below.min(self.snapshot_frame)) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old journal segments could not be removed"
            );
        }
    }
}

fn install(view: &mut View, added: Vec<Part>, removed: &[PartId], sealed: Option<&Closed>) {
    let mut parts: Vec<Arc<Part>> =
        view.parts.iter().filter(|part| !removed.contains(&part.meta.id)).cloned().collect();
    for part in added {
        // As on the manifest, the first one of a name stays.
        if parts.iter().all(|other| other.meta.id != part.meta.id) {
            parts.push(Arc::new(part));
        }
    }
    view.parts = Arc::new(parts);
    if let Some(closed) = sealed {
        view.sealing.retain(|other| !Arc::ptr_eq(&other.generation, &closed.generation));
    }
}
