//! The product without any HTTP: open a directory, commit, ask.

use crate::archive::Archive;
use crate::bodies::janitor;
use crate::error::Error;
use crate::followers::delivery::Delivery;
use crate::followers::delivery::own::OwnBuckets;
use crate::followers::threads;
use crate::import::{self, ImportRequest, Progress};
use crate::outside::Outside;
use crate::pending::Pending;
use crate::readers::Readers;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::writer::{Job, Proposal};
use crate::{Env, KeyError, Resolved, SessionCredentials, State, Status, Vault};
use crate::{ask, directory, followers, identity};
use journal::Durable;
use lake::{Found, Page, Search, Snapshot};
use model::resource::{Import, ImportStatus};
use model::{AccountId, Effect, Identity, Timestamp};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// An open data directory. Cheap to clone; all clones are the same one.
#[derive(Clone, Debug)]
pub struct Engine(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) readers: Mutex<Option<Readers>>,
    /// Threads that wait for SQL.
    pub(crate) queriers: Mutex<Option<Readers>>,
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
    /// The import that runs. Its thread holds this and not the engine: it must not keep one
    /// open that everybody else has let go of.
    pub(crate) imports: Arc<Mutex<Running>>,
    pub(crate) path: PathBuf,
    pub(crate) _lock: Option<directory::Lock>,
}

/// The import that runs, if one does: its id, and how far it is.
type Running = Option<(String, Arc<Progress>)>;

/// Commits through the writer of `shared`.
pub(crate) fn commit<T: Send + 'static>(
    shared: &Shared,
    propose: impl FnOnce(&State) -> (T, Effect) + Send + 'static,
) -> Pending<Durable<T>> {
    let (reply, pending) = Pending::new();
    let job = Job::Commit(Box::new(move |state| {
        // One that panics proposes nothing: it saw State and could not touch it.
        let Some((value, effect)) = unless_panicking("a call", || propose(state)) else {
            let _ = reply.send(Err(Error::Internal));
            return None;
        };
        let answer = move |outcome: Result<Durable<()>, Error>| {
            // Whoever asked may have gone away; the commit stands all the same.
            let _ = reply.send(outcome.map(|durable| durable.map(|()| value)));
        };
        Some(Proposal { effect, reply: Box::new(answer) })
    }));
    match shared.send(job) {
        Ok(()) => pending,
        Err(error) => Pending::failed(error),
    }
}

impl Engine {
    /// Starts the threads that carry the tail into parts and look after cold State.
    pub(crate) fn follow(&self) -> Result<(), Error> {
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("lake", move || {
            let again = Arc::clone(&shared);
            guard(&again, "the lake follower", || threads::follow(&shared, threads::LAKE));
        })?;
        self.0.keep(handle);
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("cold", move || {
            let again = Arc::clone(&shared);
            guard(&again, "the cold follower", || threads::follow(&shared, threads::COLD));
        })?;
        self.0.keep(handle);
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("imports", move || {
            guard(&shared, "the import follower", || threads::carry_on(&shared));
        })?;
        self.0.keep(handle);
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("results", move || {
            guard(&shared, "the follower of results", || threads::hand_out(&shared));
        })?;
        self.0.keep(handle);
        Ok(())
    }

    /// Starts the thread that delivers the records of trails into `archive`.
    ///
    /// # Errors
    /// No thread to be had.
    pub fn deliver_to(&self, archive: Arc<dyn Archive>) -> Result<(), Error> {
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("delivery", move || {
            guard(&shared, "the delivery follower", || threads::deliver(&shared, &*archive));
        })?;
        self.0.keep(handle);
        Ok(())
    }

    /// Starts a thread for each bucket of others, if any are told: one that is slow or gone must
    /// not keep the others waiting.
    pub(crate) fn deliver_outside(&self) -> Result<(), Error> {
        let outside = self.0.shared.settings.outside.iter();
        for (archive, bucket) in outside.flat_map(Outside::each) {
            let shared = Arc::clone(&self.0.shared);
            let handle = spawn("outside", move || {
                guard(&shared, "the follower of a bucket outside", || {
                    threads::deliver_outside(&shared, &*archive, &bucket);
                });
            })?;
            self.0.keep(handle);
        }
        Ok(())
    }

    /// The buckets of this directory, to deliver to.
    pub fn own_buckets(&self) -> Arc<dyn Archive> {
        Arc::new(OwnBuckets::new(&self.0.shared))
    }

    /// What delivers, a step at a time: for simulations.
    pub fn delivery(&self) -> Delivery {
        Delivery::new(&self.0.shared)
    }

    /// Clock and randomness.
    pub fn env(&self) -> &Env {
        &self.0.shared.env
    }

    /// What the engine was told.
    pub fn settings(&self) -> &Settings {
        &self.0.shared.settings
    }

    /// Where the directory lies.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What is kept, as of now.
    pub fn state(&self) -> Arc<State> {
        self.0.shared.state()
    }

    /// Runs `propose` on the single writer, between two states. What it proposes becomes durable
    /// in one frame, is applied and joins the tail before the answer comes. `propose` is pure.
    pub fn commit<T: Send + 'static>(
        &self,
        propose: impl FnOnce(&State) -> (T, Effect) + Send + 'static,
    ) -> Pending<Durable<T>> {
        commit(&self.0.shared, propose)
    }

    /// Runs a read that may take time on the readers' threads. Those of one account wait for each
    /// other; another's wait for none of them.
    pub fn ask<T: Send + 'static>(
        &self,
        account: &AccountId,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Pending<T> {
        self.ask_on(&self.0.readers, account, work)
    }

    /// Runs what may take minutes: where it waits, look-ups do not wait with it.
    pub fn ask_long<T: Send + 'static>(
        &self,
        account: &AccountId,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Pending<T> {
        self.ask_on(&self.0.queriers, account, work)
    }

    fn ask_on<T: Send + 'static>(
        &self,
        readers: &Mutex<Option<Readers>>,
        account: &AccountId,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Pending<T> {
        let (reply, pending) = Pending::new();
        let engine = self.clone();
        let read = Box::new(move || {
            let answer = unless_panicking("a read", || work(&engine)).ok_or(Error::Internal);
            // Whoever asked may have gone away.
            let _ = reply.send(answer);
        });
        let readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
        match readers.as_ref().map_or(Err(Error::Closed), |readers| readers.send(account, read)) {
            Ok(()) => pending,
            Err(error) => Pending::failed(error),
        }
    }

    /// Finds the newest records that pass. Takes time: not for the door's own threads.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn search(&self, question: &Search) -> Result<Page, Error> {
        ask::search(&self.0.shared, question)
    }

    /// All records with an id, those included that lost to an earlier one.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn records_with_id(&self, id: &str) -> Result<Vec<Found>, Error> {
        let term = lake::Term::is(lake::Attribute::EventId, id);
        let question = Search { terms: vec![term], include_hidden: true, ..Search::default() };
        Ok(self.search(&question)?.rows)
    }

    /// Parts and tail as of now.
    pub fn snapshot(&self) -> Snapshot {
        self.0.shared.view.load().snapshot()
    }

    /// Earliest and latest event time, of one owner or of all.
    pub fn extent(&self, owner: Option<&AccountId>) -> Option<(Timestamp, Timestamp)> {
        self.snapshot().extent(owner)
    }

    /// Whose key it is.
    ///
    /// # Errors
    /// Why it may not be used.
    pub fn resolve_key(&self, id: &str, token: Option<&str>) -> Result<Resolved, KeyError> {
        let shared = &self.0.shared;
        identity::resolve(&shared.state(), &shared.vault, shared.env.now(), id, token)
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.shared.vault
    }

    /// Makes a temporary key for `parent`.
    pub fn issue_session(&self, parent: &Identity, lifetime_s: u32) -> SessionCredentials {
        identity::issue(&self.0.shared.vault, &self.0.shared.env, parent, lifetime_s)
    }

    /// Starts an import on threads of its own and gives its id. One runs at a time.
    ///
    /// # Errors
    /// [`Error::ImportRunning`]; paths that cannot be read.
    pub fn start_import(&self, request: ImportRequest) -> Result<String, Error> {
        let mut running = self.0.imports.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_idle(&running)?;
        let progress = Arc::new(Progress::default());
        let run = import::start(&self.0.shared, &progress, &request)?;
        let id = run.id().to_owned();
        let (imports, own) = (Arc::clone(&self.0.imports), id.clone());
        let thread = spawn("import", move || {
            if let Some(Err(error)) = unless_panicking("the import", || run.finish()) {
                tracing::error!(error = &error as &dyn std::error::Error, "the import failed");
            }
            let mut running = imports.lock().unwrap_or_else(PoisonError::into_inner);
            // The next one may have begun as soon as this one was seen to end.
            running.take_if(|(id, _)| *id == own);
        })?;
        *running = Some((id.clone(), progress));
        self.0.keep(thread);
        Ok(id)
    }

    /// Refuses while an import runs: one that was seen to end does not.
    fn check_idle(&self, running: &Running) -> Result<(), Error> {
        let state = self.state();
        let runs = |id: &str| state.import(id).is_none_or(|import| import.ended.is_none());
        match running {
            Some((id, _)) if runs(id) => Err(Error::ImportRunning { id: id.clone() }),
            _ => Ok(()),
        }
    }

    /// An import, up to the moment.
    pub fn import(&self, id: &str) -> Option<Import> {
        let mut import = self.state().import(id)?.clone();
        let running = self.0.imports.lock().unwrap_or_else(PoisonError::into_inner);
        let is_running = import.status == ImportStatus::Running;
        if let Some((_, progress)) = running.as_ref().filter(|(it, _)| is_running && it == id) {
            progress.show(&mut import);
        }
        Some(import)
    }

    /// Brings imports from buckets a round further; whether there was one. The engine's own thread
    /// does so all the time.
    ///
    /// # Errors
    /// What the disk says.
    pub fn carry_imports_on(&self) -> Result<bool, Error> {
        followers::imports::step(&self.0.shared)
    }

    /// Puts the next file of every query whose rows are to be delivered; whether there was one. The
    /// engine's own thread does so all the time.
    ///
    /// # Errors
    /// What the disk says.
    pub fn deliver_results(&self) -> Result<bool, Error> {
        followers::results::Results::default().step(&self.0.shared)
    }

    /// Imports records that are at hand, each with its owner, in one frame.
    ///
    /// # Errors
    /// What the disk says.
    pub fn import_records(
        &self,
        label: &str,
        records: impl Iterator<Item = (AccountId, Vec<u8>)>,
    ) -> Result<Import, Error> {
        import::records(&self.0.shared, label, records)
    }

    /// Carries the tail into parts now; returns how many records.
    ///
    /// # Errors
    /// What the disk says.
    pub fn seal(&self) -> Result<usize, Error> {
        followers::lake::seal(&self.0.shared)
    }

    /// Merges one group of small parts, if there is one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn compact(&self) -> Result<bool, Error> {
        followers::lake::compact(&self.0.shared)
    }

    /// Merges some runs of cold State, if that is worth while.
    ///
    /// # Errors
    /// What the disk says.
    pub fn merge_cold(&self) -> Result<bool, Error> {
        followers::cold::merge(&self.0.shared)
    }

    /// Drops the parts whose every record came in too long ago; returns how many.
    ///
    /// # Errors
    /// What the disk says.
    pub fn retain(&self) -> Result<usize, Error> {
        followers::lake::retain(&self.0.shared)
    }

    /// Takes event data stores away that were deleted seven days ago, and keys of KMS whose waiting
    /// time is over; returns how many.
    ///
    /// # Errors
    /// What the disk says.
    pub fn expire(&self) -> Result<usize, Error> {
        let stores = followers::stores::expire(&self.0.shared)?;
        Ok(stores + followers::keys::expire(&self.0.shared)?)
    }

    /// Waits for what the writer does behind its answers: for simulations, so that they repeat.
    pub fn settle(&self) {
        let (reply, settled) = sync_channel(1);
        // A writer that has stopped has nothing left to do.
        if self.0.shared.jobs.send(Job::Settle(reply)).is_ok() {
            let _ = settled.recv();
        }
    }

    /// Empties the directory, users and keys excepted: for tests, under `--dev` only. The journal
    /// goes on, so that the reset itself stays on record.
    ///
    /// # Errors
    /// [`Error::NotDev`]; [`Error::ImportRunning`]; what the disk says.
    pub fn reset(&self) -> Result<(), Error> {
        let shared = &self.0.shared;
        if !shared.settings.dev {
            return Err(Error::NotDev);
        }
        let running = self.0.imports.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_idle(&running)?;
        let (reply, pending) = Pending::new();
        shared.send_patiently(Job::Reset(reply))?;
        followers::lake::unlink(shared, &pending.wait()?);
        janitor::unlink_dropped(shared)?;
        Ok(())
    }

    /// How the directory is doing.
    pub fn status(&self) -> Status {
        let shared = &self.0.shared;
        let view = shared.view.load();
        let tail = || view.generations();
        let tail_records = tail().map(|generation| generation.len() as u64).sum::<u64>();
        let extent = view.snapshot().extent(None);
        let owners: BTreeSet<&AccountId> = view.parts.iter().map(|p| &p.meta.owner).collect();
        Status {
            records: view.parts.iter().map(|p| p.meta.rows).sum::<u64>() + tail_records,
            next_seq: view.state.next_seq().0,
            parts: view.parts.len() as u64,
            part_bytes: view.parts.iter().map(|p| p.meta.bytes).sum(),
            tail_records,
            tail_bytes: tail().map(|generation| generation.bytes() as u64).sum(),
            conflicts: view.state.conflicts(),
            owners: owners.len() as u64,
            time_min_ms: extent.map(|(first, _)| first.0),
            time_max_ms: extent.map(|(_, last)| last.0),
            cache_bytes: shared.cache.weight(),
            dev: view.state.birth().is_some_and(|birth| birth.dev),
            poisoned: shared.poisoned().map(|error| error.to_string()),
        }
    }

    /// Finishes what is under way, writes State out and stops all threads. What was acknowledged
    /// is durable with or without it.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Inner {
    /// Takes a thread among those that are waited for at the end.
    fn keep(&self, thread: JoinHandle<()>) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }

    /// Whether this is one of the engine's threads, which must not wait for the others.
    fn is_own_thread(&self) -> bool {
        let current = std::thread::current().id();
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.iter().any(|thread| thread.thread().id() == current)
    }

    fn close(&self) {
        if !self.is_own_thread() {
            // What cannot be removed now goes at the next start.
            let _ = janitor::unlink_dropped(&self.shared);
        }
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.queries.close();
        self.shared.settings.outside.iter().for_each(|outside| outside.archive.stop());
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.queriers.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The writer may have stopped already.
        let _ = self.shared.jobs.send(Job::Stop);
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let current = std::thread::current().id();
        for thread in threads.drain(..).filter(|thread| thread.thread().id() != current) {
            // The follower need not sleep its time out.
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("a thread of the engine ended in a panic");
            }
        }
    }
}

/// INVARIANT (one writer): the lock is let go of only when no thread writes any more.
impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

pub(crate) fn spawn(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, Error> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map_err(Error::io("start thread", name))
}

/// A bug in one piece of work is the end of that work, not of the thread it runs on.
fn unless_panicking<T>(who: &str, work: impl FnOnce() -> T) -> Option<T> {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    outcome.map_err(|_| tracing::error!("{who} panicked; it is answered as such")).ok()
}

/// A panic on the writer or in a follower means that we no longer know what is true: stop taking
/// writes rather than guess.
pub(crate) fn guard(shared: &Shared, who: &str, work: impl FnOnce()) {
    if unless_panicking(who, work).is_none() {
        shared.poison(&format!("{who} panicked"));
    }
}
