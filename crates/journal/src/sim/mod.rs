//! A disk in memory that forgets as real ones do.
//!
//! Every file has what the page cache shows and what is on the platter. A crash keeps any subset
//! of the unsynced 512-byte sectors, any length in between, and any subset of the unsynced steps
//! of names. A failed sync forgets, as Linux does. All chance comes from one seed: the same calls
//! on the same seed give the same disk, shown by [`SimDisk::trace_hash`].

mod buggy;
mod fault;
mod inode;
mod names;
mod random;
mod state;
mod trace;

pub use buggy::{BuggyDisk, DiskBug};
pub use fault::WriteFault;
pub use random::Random;
pub use state::Counts;

use fault::dead;
use model::disk::{Disk, File};
use names::Number;
use state::State;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A simulated disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
    life: u64,
}

impl SimDisk {
    /// An empty disk.
    pub fn new(seed: u64) -> Self {
        Self { state: Arc::new(Mutex::new(State::new(seed))), life: 0 }
    }

    /// The power goes and comes back: what was not synced survives in part or not at all. All
    /// earlier handles are dead; the returned one sees what is left. Faults end, save for the
    /// capacity.
    pub fn crash(&self) -> Self {
        self.live(State::crash)
    }

    /// The process dies and is started again while the kernel lives (`kill -9`): nothing that was
    /// written is lost, but all earlier handles are dead.
    pub fn restart(&self) -> Self {
        self.live(State::restart)
    }

    /// The power goes during the `nth` call from now on that changes something (1: the next).
    /// Every later call fails until [`SimDisk::crash`].
    pub fn cut_power_at(&self, nth: u64) {
        self.lock().faults.power = Some(nth);
    }

    /// The `nth` sync from now on, of a file or a directory, fails and forgets (1: the next).
    pub fn fail_sync_at(&self, nth: u64) {
        self.lock().faults.sync = Some(nth);
    }

    /// The `nth` write from now on fails (1: the next).
    pub fn fail_write_at(&self, nth: u64, fault: WriteFault) {
        self.lock().faults.write = Some((nth, fault));
    }

    /// All files together hold at most so many bytes; `None` lifts the limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.lock().faults.capacity = bytes;
    }

    /// Rot: flips one bit of a file, on the platter and in the page cache.
    ///
    /// # Errors
    /// `NotFound` where there is no such file.
    pub fn flip(&self, path: &Path, byte: usize, bit: u8) -> io::Result<()> {
        let mut state = self.lock();
        let number = state.find(path)?;
        state.inode(number)?.flip(byte, bit);
        Ok(())
    }

    /// Every file, wherever it lies.
    pub fn files(&self) -> Vec<PathBuf> {
        self.lock().names.all().map(Path::to_owned).collect()
    }

    /// Whether the power is on.
    pub fn is_powered(&self) -> bool {
        self.lock().powered
    }

    /// How often each call was made since the disk is.
    pub fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// A fingerprint of all calls and of all that chance did.
    pub fn trace_hash(&self) -> u64 {
        self.lock().trace.hash()
    }

    fn live(&self, change: impl Fn(&mut State)) -> Self {
        let mut state = self.lock();
        change(&mut state);
        Self { state: Arc::clone(&self.state), life: state.life }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn alive(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.lock();
        match state.powered && state.life == self.life {
            true => Ok(state),
            false => Err(dead()),
        }
    }

    fn file(&self, path: &Path, number: Number) -> Arc<dyn File> {
        Arc::new(SimFile { disk: self.clone(), path: path.to_owned(), number })
    }
}

impl Disk for SimDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let number = self.alive()?.create(path)?;
        Ok(self.file(path, number))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let number = self.alive()?.find(path)?;
        Ok(self.file(path, number))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.alive()?.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.alive()?.remove(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        Ok(self.alive()?.names.list(dir))
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.alive()?.names.make_dir(dir);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.alive()?.sync_dir(dir)
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    path: PathBuf,
    number: Number,
}

impl File for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.alive()?;
        state.counts.reads += 1;
        let bytes = state.inode(self.number)?.current();
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let rest = bytes.get(offset..).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(len)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.disk.alive()?.append(self.number, &self.path, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.disk.alive()?.truncate(self.number, &self.path, len)
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.alive()?.sync(self.number, &self.path)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.alive()?.inode(self.number)?.current().len() as u64)
    }
}
