//! The product without any HTTP: open a directory, commit, ask.

use crate::error::Error;
use crate::import::{self, ImportRequest, Progress};
use crate::pending::Pending;
use crate::readers::Readers;
use crate::settings::{QUEUE_MAX, Settings};
use crate::shared::{PARTS, Shared};
use crate::vault::{Secret, Vault};
use crate::view::View;
use crate::writer::{Job, Proposal, Writer};
use crate::{Env, KeyError, Resolved, SessionCredentials, State, Status};
use crate::{ask, directory, followers, identity, store};
use arc_swap::ArcSwap;
use journal::{Durable, RealDisk, Recovery};
use lake::{Found, Generation, Page, Part, PartCache, Search, Snapshot};
use model::disk::Disk;
use model::resource::{AccessKey, Birth, Import, ImportStatus, KeyStatus, User};
use model::{AccountId, Change, Effect, Identity, Timestamp};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// An open data directory. Cheap to clone; all clones are the same one.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    readers: Mutex<Option<Readers>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    imports: Mutex<Option<(String, Arc<Progress>)>>,
    path: PathBuf,
    _lock: Option<directory::Lock>,
}

/// What opening a directory gave.
#[derive(Debug)]
pub struct Opened {
    /// The directory, open.
    pub engine: Engine,
    /// The administrator's key; made at the first start.
    pub admin: NewKey,
    /// Whether this was the first start.
    pub is_new: bool,
    /// What the journal had to say.
    pub recovery: Option<Recovery>,
}

/// A key with its secret in the clear.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// `AKIA…`.
    pub id: String,
    /// To sign with.
    pub secret: Secret,
}

/// The user that the first start makes.
const ADMIN: &str = "admin";
/// How often the lake follower looks around, in milliseconds.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);

/// Commits through the writer of `shared`.
pub(crate) fn commit<T: Send + 'static>(
    shared: &Shared,
    propose: impl FnOnce(&State) -> (T, Effect) + Send + 'static,
) -> Pending<Durable<T>> {
    let (reply, pending) = Pending::new();
    let job = Job::Commit(Box::new(move |state| {
        let (value, effect) = propose(state);
        let answer = move |outcome: Result<Durable<()>, Error>| {
            // Whoever asked may have gone away; the commit stands all the same.
            let _ = reply.send(outcome.map(|durable| durable.map(|()| value)));
        };
        Proposal { effect, reply: Box::new(answer) }
    }));
    match shared.send(job) {
        Ok(()) => pending,
        Err(error) => Pending::failed(error),
    }
}

impl Engine {
    /// Opens the directory at `path`, makes it where it is new, and brings State and tail up to
    /// the last acknowledged frame.
    ///
    /// # Errors
    /// [`Error::Locked`] where another process has it; damage, newer formats, wrong modes.
    pub fn open(path: &Path, settings: Settings) -> Result<Opened, Error> {
        let lock = directory::lock(path)?;
        let disk: Arc<dyn Disk> = Arc::new(RealDisk::new(path.to_owned()));
        let opened = Self::open_on(disk, path, settings, Env::system(), Some(lock))?;
        opened.engine.follow()?;
        Ok(opened)
    }

    /// As [`Engine::open`], on any disk, clock and randomness, and without a thread that follows:
    /// for simulations, which call [`Engine::seal`] and [`Engine::compact`] when they please.
    ///
    /// # Errors
    /// Those of [`Engine::open`].
    pub fn simulated(disk: Arc<dyn Disk>, settings: Settings, env: Env) -> Result<Opened, Error> {
        Self::open_on(disk, Path::new("simulated"), settings, env, None)
    }

    fn open_on(
        disk: Arc<dyn Disk>,
        path: &Path,
        settings: Settings,
        env: Env,
        lock: Option<directory::Lock>,
    ) -> Result<Opened, Error> {
        disk.create_dir(Path::new(PARTS)).map_err(Error::io("create", path.join(PARTS)))?;
        let stamp = directory::stamp(&*disk, path, &settings, &env)?;
        let key = directory::key(&*disk, path, &env)?;
        let damaged = || Error::Damaged { path: path.join("root.key"), what: "no key".into() };
        let vault = Vault::new(&key, env.clone()).ok_or_else(damaged)?;
        let found = store::load(&disk, stamp.id(), &vault, settings.segment_bytes)?;
        let cache = PartCache::new(settings.cache_bytes);
        let view = view(&*disk, &found, &cache)?;
        let (jobs, queue) = sync_channel(QUEUE_MAX);
        let threads = settings.threads;
        let shared = Arc::new(Shared {
            view: ArcSwap::from_pointee(view),
            directory: stamp.id(),
            stopping: Default::default(),
            poison: Mutex::default(),
            env,
            settings,
            vault,
            disk,
            cache,
            jobs,
        });
        followers::lake::remove_orphans(&shared)?;
        let (recovery, bytes) = (found.recovery, found.journal.bytes());
        let writer = Writer {
            shared: Arc::clone(&shared),
            journal: found.journal,
            state: found.state,
            numbers: found.numbers,
            marks: found.marks,
            snapshot_frame: found.snapshot_frame,
            bytes_at_snapshot: bytes.min(1),
        };
        let (readers, mut handles) = Readers::start(threads)?;
        handles.push(spawn("writer", {
            let shared = Arc::clone(&shared);
            move || guard(&shared, "the writer", || writer.run(&queue))
        })?);
        let engine = Self(Arc::new(Inner {
            shared,
            readers: Mutex::new(Some(readers)),
            threads: Mutex::new(handles),
            imports: Mutex::default(),
            path: path.to_owned(),
            _lock: lock,
        }));
        let (admin, is_new) = engine.bear(stamp.name(), stamp.generation)?;
        Ok(Opened { engine, admin, is_new, recovery })
    }

    /// Makes what every directory has from its first start on, and gives the admin's key.
    fn bear(&self, name: &str, generation: u64) -> Result<(NewKey, bool), Error> {
        let shared = &self.0.shared;
        let state = self.state();
        let is_new = state.birth().is_none();
        if is_new {
            let changes = first_changes(shared, name, generation);
            let effect = Effect { changes, records: Vec::new() };
            commit(shared, move |_| ((), effect)).wait()?.into_inner();
        }
        let state = self.state();
        let damaged = |what: &str| Error::Damaged { path: self.0.path.clone(), what: what.into() };
        let key = state.access_keys().find(|key| key.user == ADMIN);
        let key = key.ok_or_else(|| damaged("there is no administrator"))?;
        let secret = shared.vault.open(&key.id, &key.secret);
        let secret =
            secret.ok_or_else(|| damaged("`root.key` is not the key of this directory"))?;
        Ok((NewKey { id: key.id.clone(), secret }, is_new))
    }

    /// Starts the thread that carries the tail into parts.
    fn follow(&self) -> Result<(), Error> {
        let shared = Arc::clone(&self.0.shared);
        let handle = spawn("lake", move || {
            let again = Arc::clone(&shared);
            guard(&again, "the lake follower", || follow(&shared));
        })?;
        self.0.threads.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        Ok(())
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

    /// Runs a read that may take time on the readers' threads.
    pub fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Pending<T> {
        let (reply, pending) = Pending::new();
        let engine = self.clone();
        let read = Box::new(move || {
            // Whoever asked may have gone away.
            let _ = reply.send(Ok(work(&engine)));
        });
        let readers = self.0.readers.lock().unwrap_or_else(PoisonError::into_inner);
        match readers.as_ref().map_or(Err(Error::Closed), |readers| readers.send(read)) {
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
        if let Some((id, _)) = running.as_ref() {
            return Err(Error::ImportRunning { id: id.clone() });
        }
        let progress = Arc::new(Progress::default());
        let run = import::start(&self.0.shared, &progress, &request)?;
        let id = run.id().to_owned();
        *running = Some((id.clone(), progress));
        drop(running);
        let engine = self.clone();
        spawn("import", move || {
            if let Err(error) = run.finish() {
                tracing::error!(%error, "the import failed");
            }
            *engine.0.imports.lock().unwrap_or_else(PoisonError::into_inner) = None;
        })?;
        Ok(id)
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

    /// Drops the parts whose every record came in too long ago; returns how many.
    ///
    /// # Errors
    /// What the disk says.
    pub fn retain(&self) -> Result<usize, Error> {
        followers::lake::retain(&self.0.shared)
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
        if let Some((id, _)) = running.as_ref() {
            return Err(Error::ImportRunning { id: id.clone() });
        }
        let (reply, pending) = Pending::new();
        shared.send_patiently(Job::Reset(reply))?;
        pending.wait()?;
        followers::lake::remove_orphans(shared)
    }

    /// How the directory is doing.
    pub fn status(&self) -> Status {
        let shared = &self.0.shared;
        let view = shared.view.load();
        let tail = || view.sealing.iter().chain([&view.active]);
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
        let shared = &self.0.shared;
        shared.stopping.store(true, Ordering::SeqCst);
        self.0.readers.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = shared.jobs.send(Job::Stop);
        let mut threads = self.0.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let current = std::thread::current().id();
        for thread in threads.drain(..).filter(|thread| thread.thread().id() != current) {
            if thread.join().is_err() {
                tracing::error!("a thread of the engine ended in a panic");
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // The writer may have stopped already.
        let _ = self.shared.jobs.try_send(Job::Stop);
    }
}

fn view(disk: &dyn Disk, found: &store::Found, cache: &PartCache) -> Result<View, Error> {
    let open = |meta: &model::PartMeta| {
        Part::open(disk, Path::new(PARTS), meta.clone(), cache).map(Arc::new)
    };
    let parts = found.state.parts().map(open).collect::<Result<Vec<_>, _>>()?;
    let active = Generation::default();
    active.join(found.tail.iter().cloned());
    Ok(View {
        state: Arc::new(found.state.clone()),
        parts: Arc::new(parts),
        active: Arc::new(active),
        sealing: Vec::new(),
    })
}

fn first_changes(shared: &Shared, name: &str, generation: u64) -> Vec<Change> {
    let (env, settings) = (&shared.env, &shared.settings);
    let (account, at) = (settings.account.clone(), env.now());
    let id = format!("AKIA{}", env.base32(16));
    let secret = identity::new_secret(env);
    let user = User {
        account: account.clone(),
        name: ADMIN.to_owned(),
        id: format!("AIDA{}", env.base32(17)),
        created: at,
        admin: true,
    };
    let key = AccessKey {
        secret: shared.vault.seal(&id, secret.expose()),
        id,
        account: account.clone(),
        user: ADMIN.to_owned(),
        status: KeyStatus::Active,
        created: at,
    };
    let birth = Birth { directory: name.to_owned(), account, at, dev: settings.dev, generation };
    vec![Change::Born(birth), Change::UserPut(user), Change::AccessKeyPut(key)]
}

fn spawn(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, Error> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map_err(Error::io("start thread", name))
}

/// A panic on the writer or in a follower means that we no longer know what is true: stop taking
/// writes rather than guess.
fn guard(shared: &Shared, who: &str, work: impl FnOnce()) {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    if outcome.is_err() {
        shared.poison(&format!("{who} panicked"));
    }
}

/// Seals, merges and drops, as it falls due, until the engine stops.
fn follow(shared: &Shared) {
    while !shared.is_stopping() && shared.poisoned().is_none() {
        let round = || -> Result<(), Error> {
            if followers::lake::is_due(shared) {
                followers::lake::seal(shared)?;
            }
            if shared.settings.compaction {
                followers::lake::compact(shared)?;
            }
            followers::lake::retain(shared).map(drop)
        };
        if let Err(error) = round() {
            tracing::warn!(%error, "the lake follower will try again");
            std::thread::sleep(FOLLOW_EVERY * 8);
        }
        std::thread::sleep(FOLLOW_EVERY);
    }
}
