//! A disk that does not do what it says.

use super::Bug;
use model::disk::{Disk, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A disk with one bug.
#[derive(Debug)]
pub(super) struct Buggy {
    disk: Arc<dyn Disk>,
    bug: Bug,
}

impl Buggy {
    pub(super) fn new(disk: Arc<dyn Disk>, bug: Bug) -> Self {
        Self { disk, bug }
    }

    fn wrap(&self, file: Arc<dyn File>) -> Arc<dyn File> {
        Arc::new(BuggyFile { file, bug: self.bug, owes_sync: AtomicBool::new(false) })
    }
}

impl Disk for Buggy {
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
        if self.bug == Bug::NoDirectoryFsync { Ok(()) } else { self.disk.sync_dir(dir) }
    }
}

#[derive(Debug)]
struct BuggyFile {
    file: Arc<dyn File>,
    bug: Bug,
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
        if self.bug == Bug::IgnoredShortWrite { Ok(()) } else { written }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }

    fn sync(&self) -> io::Result<()> {
        match self.bug {
            Bug::AckBeforeFsync => {
                self.owes_sync.store(true, Ordering::Relaxed);
                Ok(())
            }
            Bug::RetryAfterFailedFsync => self.file.sync().or_else(|_| self.file.sync()),
            _ => self.file.sync(),
        }
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}
