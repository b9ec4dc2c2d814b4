//! Disks that do not do what they say: a harness must find every one of them.

use model::disk::{Disk, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is wrong with a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskBug {
    /// Files are never synced.
    IgnoreSync,
    /// Directories are never synced.
    IgnoreDirSync,
    /// A sync answers at once and is done before the next write.
    AnswerFirst,
    /// A sync that failed is tried again, and believed the second time.
    RetrySync,
    /// A write that was cut short passes for whole.
    IgnoreShortWrite,
    /// Cutting a file does nothing.
    IgnoreTruncate,
}

/// A disk with one bug.
#[derive(Debug)]
pub struct BuggyDisk {
    disk: Arc<dyn Disk>,
    bug: DiskBug,
}

impl BuggyDisk {
    /// `disk`, with a bug.
    pub fn new(disk: Arc<dyn Disk>, bug: DiskBug) -> Self {
        Self { disk, bug }
    }

    fn wrap(&self, file: Arc<dyn File>) -> Arc<dyn File> {
        Arc::new(BuggyFile { file, bug: self.bug, owes_sync: AtomicBool::new(false) })
    }
}

impl Disk for BuggyDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.disk.create(path).map(|file| self.wrap(file))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.disk.open(path).map(|file| self.wrap(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.disk.list(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.create_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        if self.bug == DiskBug::IgnoreDirSync { Ok(()) } else { self.disk.sync_dir(dir) }
    }
}

#[derive(Debug)]
struct BuggyFile {
    file: Arc<dyn File>,
    bug: DiskBug,
    owes_sync: AtomicBool,
}

impl BuggyFile {
    fn pay(&self) -> io::Result<()> {
        if self.owes_sync.swap(false, Ordering::Relaxed) { self.file.sync() } else { Ok(()) }
    }
}

impl File for BuggyFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.pay()?;
        let written = self.file.append(bytes);
        if self.bug == DiskBug::IgnoreShortWrite { Ok(()) } else { written }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        if self.bug == DiskBug::IgnoreTruncate { Ok(()) } else { self.file.truncate(len) }
    }

    fn sync(&self) -> io::Result<()> {
        match self.bug {
            DiskBug::IgnoreSync => Ok(()),
            DiskBug::AnswerFirst => {
                self.owes_sync.store(true, Ordering::Relaxed);
                Ok(())
            }
            DiskBug::RetrySync => self.file.sync().or_else(|_| self.file.sync()),
            _ => self.file.sync(),
        }
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}
