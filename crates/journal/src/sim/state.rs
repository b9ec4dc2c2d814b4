//! All that a simulated disk is, behind one lock.

use super::fault::{Faults, WriteFault, broken, dead, full};
use super::inode::Inode;
use super::names::{Names, Number};
use super::random::Random;
use super::trace::Trace;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// How often each call was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `append`.
    pub writes: u64,
    /// `sync` of a file.
    pub syncs: u64,
    /// `sync_dir`.
    pub dir_syncs: u64,
    /// `create`, `rename`, `remove`, `truncate`.
    pub others: u64,
    /// `read_at`.
    pub reads: u64,
    /// Syncs of files and directories that failed and forgot.
    pub failed_syncs: u64,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) random: Random,
    /// Handles of an earlier life are dead.
    pub(super) life: u64,
    pub(super) powered: bool,
    pub(super) names: Names,
    pub(super) inodes: BTreeMap<Number, Inode>,
    next: Number,
    pub(super) faults: Faults,
    pub(super) counts: Counts,
    pub(super) trace: Trace,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            life: 0,
            powered: true,
            names: Names::default(),
            inodes: BTreeMap::new(),
            next: 0,
            faults: Faults::default(),
            counts: Counts::default(),
            trace: Trace::new(seed),
        }
    }

    /// Begins a call that changes something. When the power goes during it, `Err` if that was
    /// before the call's work was done, else the call goes on and the next ones fail.
    fn begin(&mut self, call: &str, path: &Path) -> io::Result<()> {
        self.trace.add(call.as_bytes());
        self.trace.add(path.as_os_str().as_encoded_bytes());
        if !self.faults.power_fails() {
            return Ok(());
        }
        self.powered = false;
        match self.random.coin() {
            true => Ok(()),
            false => Err(dead()),
        }
    }

    /// Ends a call: nobody hears of success once the power is off.
    fn end(&mut self) -> io::Result<()> {
        self.trace.add(&[u8::from(self.powered)]);
        match self.powered {
            true => Ok(()),
            false => Err(dead()),
        }
    }

    pub(super) fn find(&self, path: &Path) -> io::Result<Number> {
        self.names.find(path).ok_or(io::ErrorKind::NotFound.into())
    }

    pub(super) fn create(&mut self, path: &Path) -> io::Result<Number> {
        self.counts.others += 1;
        self.begin("create", path)?;
        if self.names.find(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !self.names.has_dir_of(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let number = self.next;
        self.next += 1;
        self.inodes.insert(number, Inode::default());
        self.names.put(path, number);
        self.end().map(|()| number)
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.counts.others += 1;
        self.begin("rename", to)?;
        let number = self.find(from)?;
        self.names.rename(from, to, number);
        self.end()
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.counts.others += 1;
        self.begin("remove", path)?;
        self.find(path)?;
        self.names.remove(path);
        self.end()
    }

    pub(super) fn sync_dir(&mut self, dir: &Path) -> io::Result<()> {
        self.counts.dir_syncs += 1;
        self.begin("sync_dir", dir)?;
        if self.faults.sync_fails() {
            self.counts.failed_syncs += 1;
            self.trace.add(b"fails");
            self.names.fail_sync(dir, &mut self.random);
            return Err(broken());
        }
        self.names.sync(dir);
        self.end()
    }

    pub(super) fn inode(&mut self, number: Number) -> io::Result<&mut Inode> {
        self.inodes.get_mut(&number).ok_or_else(dead)
    }

    pub(super) fn append(&mut self, number: Number, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.counts.writes += 1;
        self.begin("append", path)?;
        self.trace.add(bytes);
        let (len, error) = self.write_outcome(bytes.len());
        let written = bytes.get(..len).unwrap_or(bytes);
        self.inode(number)?.append(written);
        self.trace.add(&(len as u64).to_le_bytes());
        error.map_or(Ok(()), Err)?;
        self.end()
    }

    /// How much of a write is done, and what is said about it.
    fn write_outcome(&mut self, len: usize) -> (usize, Option<io::Error>) {
        let part = self.random.below(len as u64) as usize;
        match self.faults.write_fails() {
            Some(WriteFault::Broken) => return (0, Some(broken())),
            Some(WriteFault::Short) => return (part, Some(broken())),
            Some(WriteFault::Full) => return (part, Some(full())),
            None if !self.powered => return (part, None),
            None => {}
        }
        match self.free() {
            Some(free) if (len as u64) > free => (free as usize, Some(full())),
            _ => (len, None),
        }
    }

    /// Bytes that still fit; `None` where there is no limit.
    fn free(&self) -> Option<u64> {
        let len = |number| self.inodes.get(&number).map_or(0, |inode| inode.current().len());
        let used: usize = self.names.files().map(len).sum();
        Some(self.faults.capacity?.saturating_sub(used as u64))
    }

    pub(super) fn truncate(&mut self, number: Number, path: &Path, len: u64) -> io::Result<()> {
        self.counts.others += 1;
        self.begin("truncate", path)?;
        self.trace.add(&len.to_le_bytes());
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.inode(number)?.truncate(len);
        self.end()
    }

    pub(super) fn sync(&mut self, number: Number, path: &Path) -> io::Result<()> {
        self.counts.syncs += 1;
        self.begin("sync", path)?;
        let fails = self.faults.sync_fails();
        let inode = self.inodes.get_mut(&number).ok_or_else(dead)?;
        if fails {
            self.counts.failed_syncs += 1;
            self.trace.add(b"fails");
            inode.fail_sync(&mut self.random);
            return Err(broken());
        }
        inode.sync();
        self.end()
    }

    /// The power goes and comes back.
    pub(super) fn crash(&mut self) {
        self.trace.add(b"crash");
        self.names.lose_power(&mut self.random);
        for inode in self.inodes.values_mut() {
            inode.lose_power(&mut self.random);
        }
        let named: Vec<Number> = self.names.files().collect();
        self.inodes.retain(|number, _| named.contains(number));
        self.restart();
    }

    /// The process dies and is started again; the kernel lives.
    pub(super) fn restart(&mut self) {
        self.trace.add(b"restart");
        self.life += 1;
        self.powered = true;
        self.faults.sync = None;
        self.faults.write = None;
        self.faults.power = None;
    }
}
