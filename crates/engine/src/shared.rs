//! What the engine's threads share.

use crate::bodies::janitor::Bodies;
use crate::encryption::Crypt;
use crate::error::Error;
use crate::queries::Registry;
use crate::settings::Settings;
use crate::vault::Vault;
use crate::view::View;
use crate::writer::Job;
use crate::{Env, State};
use arc_swap::ArcSwap;
use cold::BlockCache;
use crypt::KeyName;
use journal::fault::{self, Bug};
use lake::{Part, PartCache};
use model::PartMeta;
use model::disk::{self, Disk};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};

/// Where parts lie, below the data directory.
pub(crate) const PARTS: &str = "parts";

/// Cache of a part that is read once from end to end.
const ASIDE_BYTES: u64 = 64 << 20;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) env: Env,
    pub(crate) settings: Settings,
    pub(crate) vault: Vault,
    pub(crate) disk: Arc<dyn Disk>,
    /// The same, where it is encrypted.
    pub(crate) crypt: Option<Crypt>,
    /// The directory's random name.
    pub(crate) directory: [u8; 16],
    pub(crate) cache: PartCache,
    /// Blocks of cold State.
    pub(crate) blocks: BlockCache,
    pub(crate) bodies: Bodies,
    pub(crate) queries: Registry,
    pub(crate) view: ArcSwap<View>,
    /// What the tail takes in memory, about, in bytes; the writer says so.
    pub(crate) tail_bytes: AtomicUsize,
    pub(crate) jobs: SyncSender<Job>,
    pub(crate) stopping: AtomicBool,
    /// Parts were met that cannot be merged.
    pub(crate) merging_ended: AtomicBool,
    pub(crate) poison: Mutex<Option<String>>,
    /// Held by whoever rewrites parts: one seals, merges or drops at a time.
    pub(crate) turn: Mutex<()>,
    /// Held from the writing of a file's bytes to the frame that names them, and from a look at
    /// what is named to the removal of what is not.
    pub(crate) staging: Mutex<()>,
    /// Held by whoever merges runs of cold State.
    pub(crate) merging: Mutex<()>,
    /// How far the lifecycle's follower is.
    pub(crate) lifecycle: Mutex<crate::followers::lifecycle::Round>,
    /// Held by whoever imports, from a look at what there is to the frame that adds to it.
    pub(crate) importing: Mutex<()>,
}

impl Shared {
    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&self.view.load().state)
    }

    /// Hands a call to the writer, without waiting for room.
    pub(crate) fn send(&self, job: Job) -> Result<(), Error> {
        if let Some(error) = self.poisoned() {
            return Err(error);
        }
        if self.tail_bytes.load(Ordering::Relaxed) >= self.settings.tail_bytes {
            return Err(Error::Overloaded);
        }
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Overloaded,
            TrySendError::Disconnected(_) => Error::Closed,
        })
    }

    /// Hands a job to the writer, waiting for room: for the engine's own threads.
    pub(crate) fn send_patiently(&self, job: Job) -> Result<(), Error> {
        if let Some(error) = self.poisoned() {
            return Err(error);
        }
        self.jobs.send(job).map_err(|_| Error::Closed)
    }

    /// From here on no write is taken.
    pub(crate) fn poison(&self, cause: &str) {
        tracing::error!(cause, "writes are refused from here on");
        let mut poison = self.poison.lock().unwrap_or_else(PoisonError::into_inner);
        poison.get_or_insert_with(|| cause.to_owned());
    }

    pub(crate) fn poisoned(&self) -> Option<Error> {
        let poison = self.poison.lock().unwrap_or_else(PoisonError::into_inner);
        poison.clone().map(|cause| Error::Poisoned { cause })
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Writes a part's file, durably unless `bug` is built in and on, and opens it. A part is
    /// named for its content: where the name is there already, from an attempt that a crash cut
    /// short, it is written anew.
    pub(crate) fn write_part(&self, meta: PartMeta, bytes: &[u8], bug: Bug) -> Result<Part, Error> {
        let path = PathBuf::from(PARTS).join(meta.id.file_name());
        let written = match fault::has(bug) {
            true => self.disk.create(&path).and_then(|file| file.append(bytes)),
            false => disk::replace(&*self.disk_for(&meta), &path, bytes),
        };
        if let Err(error) = written {
            // Half a part must not take the room that is missing. It may not have come that far.
            let _ = self.disk.remove(&path.with_extension("new"));
            return Err(Error::io("write", &path)(error));
        }
        Ok(Part::open(&*self.disk, Path::new(PARTS), meta, &self.cache)?)
    }

    /// The disk that a part is written to: where the directory is encrypted, under the key of its
    /// owner and month.
    fn disk_for(&self, meta: &PartMeta) -> Arc<dyn Disk> {
        match &self.crypt {
            Some(crypt) => Arc::new(crypt.under(KeyName::of_part(meta))),
            None => Arc::clone(&self.disk),
        }
    }

    /// Opens a part with a small cache of its own: reading it whole leaves no trace in ours.
    pub(crate) fn open_aside(&self, meta: PartMeta) -> Result<Part, Error> {
        let cache = PartCache::new(ASIDE_BYTES);
        Ok(Part::open(&*self.disk, Path::new(PARTS), meta, &cache)?)
    }
}
