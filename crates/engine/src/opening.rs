//! Opening a data directory: what lies there is read and brought up to date, what every directory
//! has from its first start on is made, and the threads begin.

use crate::bodies::janitor;
use crate::encryption;
use crate::engine::{Engine, Inner, commit, guard, spawn};
use crate::error::Error;
use crate::membership::Memberships;
use crate::queries::{self, Registry};
use crate::readers::Readers;
use crate::runs::{COLD, Kept};
use crate::settings::{COLD_CACHE_BYTES, QUERIERS, QUERIES_PER_ACCOUNT, QUEUE_MAX, Settings};
use crate::shared::{PARTS, Shared};
use crate::state::ADMIN;
use crate::vault::{Secret, Vault};
use crate::view::View;
use crate::writer::{Job, Writer};
use crate::{Env, directory, followers, identity, outside, store};
use arc_swap::ArcSwap;
use crypt::CryptDisk;
use journal::{RealDisk, Recovery, fault};
use lake::{Generation, Part, PartCache};
use model::disk::Disk;
use model::resource::{AccessKey, Birth, KeyStatus, User};
use model::{Change, Effect};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

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
        opened.engine.deliver_to(opened.engine.own_buckets())?;
        opened.engine.deliver_outside()?;
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
        let disk = fault::disk(disk);
        let (disk, crypt) = encryption::begin(disk, path, &settings, &env)?;
        let (stamp, key) = directory::identify(&*disk, path, &settings, &env, crypt.is_some())?;
        for name in [PARTS, COLD] {
            disk.create_dir(Path::new(name)).map_err(Error::io("create", path.join(name)))?;
        }
        let wrong_key = || directory::wrong_key(path);
        let vault = Vault::new(&key, env.clone()).ok_or_else(wrong_key)?;
        let blocks = cold::BlockCache::new(COLD_CACHE_BYTES);
        let keys = crypt.as_ref().map(CryptDisk::keys);
        let found = store::load(&disk, stamp.id(), &vault, &settings, &blocks, keys)?;
        let found = found.ok_or_else(wrong_key)?;
        let stamp = encryption::finish(keys, &*disk, stamp, &found.journal)?;
        let kept = Kept::found(&*disk, &stamp.id(), &found.state)?;
        kept.remove_orphans(&*disk, &found.state)?;
        janitor::remove_orphans(&*disk, &found.state)?;
        let cache = PartCache::new(settings.cache_bytes);
        let view = view(&*disk, &found, &cache)?;
        let (jobs, queue) = sync_channel(QUEUE_MAX);
        let (worker, parts) = (settings.worker.clone(), path.join(PARTS));
        let queries = Registry::new(worker, parts, keys.cloned(), settings.workers);
        let shared = Arc::new(Shared {
            tail_bytes: view.tail_bytes().into(),
            view: ArcSwap::from_pointee(view),
            directory: stamp.id(),
            stopping: Default::default(),
            merging_ended: Default::default(),
            poison: Mutex::default(),
            turn: Mutex::default(),
            staging: Mutex::default(),
            merging: Mutex::default(),
            importing: Mutex::default(),
            lifecycle: Mutex::default(),
            env,
            settings,
            vault,
            disk,
            crypt,
            cache,
            blocks,
            bodies: Default::default(),
            queries,
            jobs,
        });
        remove_orphans(&shared)?;
        let (recovery, bytes) = (found.recovery, found.journal.bytes());
        let writer = Writer {
            shared: Arc::clone(&shared),
            journal: found.journal,
            state: found.state,
            numbers: found.numbers,
            marks: found.marks,
            memberships: Memberships::default(),
            kept,
            spill_at: shared.settings.cold_bytes,
            is_merged: false,
            snapshot_frame: found.snapshot_frame,
            bytes_at_snapshot: bytes.min(1),
        };
        let engine = Self::start(shared, writer, queue, path, lock)?;
        let (admin, is_new) = engine.bear(stamp.name(), stamp.generation)?;
        Ok(Opened { engine, admin, is_new, recovery })
    }

    /// Starts the threads that answer and the one that writes.
    fn start(
        shared: Arc<Shared>,
        writer: Writer,
        queue: Receiver<Job>,
        path: &Path,
        lock: Option<directory::Lock>,
    ) -> Result<Self, Error> {
        // As many again as one account may have: where one fills all of its own, others find some.
        let each = shared.settings.threads.max(1);
        let (readers, mut handles) = Readers::start(2 * each, each)?;
        let (queriers, more) = Readers::start(QUERIERS, QUERIES_PER_ACCOUNT)?;
        handles.extend(more);
        handles.push(spawn("writer", {
            let shared = Arc::clone(&shared);
            move || guard(&shared, "the writer", || writer.run(&queue))
        })?);
        Ok(Self(Arc::new(Inner {
            shared,
            readers: Mutex::new(Some(readers)),
            queriers: Mutex::new(Some(queriers)),
            threads: Mutex::new(handles),
            imports: Arc::default(),
            path: path.to_owned(),
            _lock: lock,
        })))
    }

    /// Makes what every directory has from its first start on, and gives the admin's key. What the
    /// engine was told of buckets outside is kept from then on.
    fn bear(&self, name: &str, generation: u64) -> Result<(NewKey, bool), Error> {
        let shared = &self.0.shared;
        let state = self.state();
        let is_new = state.birth().is_none();
        if is_new {
            let changes = first_changes(shared, name, generation);
            let effect = Effect { changes, ..Effect::default() };
            commit(shared, move |_| ((), effect)).wait()?.into_inner();
        }
        outside::settle(shared, &self.0.path)?;
        let state = self.state();
        let damaged = |what: &str| Error::Damaged { path: self.0.path.clone(), what: what.into() };
        let key = state.admin_key().ok_or_else(|| damaged("there is no administrator"))?;
        let secret = shared.vault.open(&key.id, &key.secret);
        let secret = secret.ok_or_else(|| damaged("the administrator's key cannot be read"))?;
        Ok((NewKey { id: key.id.clone(), secret }, is_new))
    }
}

/// Removes files that State knows nothing of.
fn remove_orphans(shared: &Arc<Shared>) -> Result<(), Error> {
    followers::lake::remove_orphans(shared)?;
    queries::registry::remove_orphans(shared)?;
    followers::delivery::stage::remove_orphans(shared)
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
