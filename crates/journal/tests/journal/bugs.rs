//! A harness that cannot fail proves nothing: disks with seeded bugs, each of which it must catch.

use crate::harness::{Wrap, run};
use journal::sim::SimDisk;
use model::disk::{Disk, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Bug {
    /// Files are never synced.
    IgnoreSync,
    /// Directories are never synced.
    IgnoreDirSync,
    /// A sync answers at once and is done before the next call.
    AnswerFirst,
    /// A sync that failed is tried again, and believed the second time.
    RetrySync,
    /// A write that was cut short passes for whole.
    IgnoreShortWrite,
    /// Cutting a file does nothing.
    IgnoreTruncate,
}

#[derive(Debug)]
struct Buggy(SimDisk, Bug);

impl Buggy {
    fn wrap(&self, file: Arc<dyn File>) -> Arc<dyn File> {
        Arc::new(BuggyFile { file, bug: self.1, owes_sync: AtomicBool::new(false) })
    }
}

impl Disk for Buggy {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.wrap(self.0.create(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.wrap(self.0.open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.0.list(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.0.create_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match self.1 {
            Bug::IgnoreDirSync => Ok(()),
            _ => self.0.sync_dir(dir),
        }
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
        match self.owes_sync.swap(false, Ordering::Relaxed) {
            true => self.file.sync(),
            false => Ok(()),
        }
    }
}

impl File for BuggyFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.pay()?;
        match self.bug {
            Bug::IgnoreShortWrite => self.file.append(bytes).or(Ok(())),
            _ => self.file.append(bytes),
        }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        match self.bug {
            Bug::IgnoreTruncate => Ok(()),
            _ => self.file.truncate(len),
        }
    }

    fn sync(&self) -> io::Result<()> {
        match self.bug {
            Bug::IgnoreSync => Ok(()),
            Bug::AnswerFirst => {
                self.owes_sync.store(true, Ordering::Relaxed);
                Ok(())
            }
            Bug::RetrySync => self.file.sync().or_else(|_| self.file.sync()),
            _ => self.file.sync(),
        }
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}

/// The first seed that catches the bug.
fn caught(wrap: Wrap) -> Option<(u64, String)> {
    (0..500).find_map(|seed| Some((seed, run(seed, 10, wrap).err()?)))
}

fn check(wrap: Wrap) {
    let caught = caught(wrap);
    println!("{caught:?}");
    assert!(caught.is_some(), "500 seeds did not catch it");
}

#[test]
fn catches_an_ignored_sync() {
    check(|disk| Arc::new(Buggy(disk, Bug::IgnoreSync)));
}

#[test]
fn catches_an_ignored_directory_sync() {
    check(|disk| Arc::new(Buggy(disk, Bug::IgnoreDirSync)));
}

#[test]
fn catches_an_answer_before_the_sync() {
    check(|disk| Arc::new(Buggy(disk, Bug::AnswerFirst)));
}

#[test]
fn catches_a_failed_sync_that_is_tried_again() {
    check(|disk| Arc::new(Buggy(disk, Bug::RetrySync)));
}

#[test]
fn catches_an_ignored_short_write() {
    check(|disk| Arc::new(Buggy(disk, Bug::IgnoreShortWrite)));
}

#[test]
fn catches_an_ignored_truncate() {
    check(|disk| Arc::new(Buggy(disk, Bug::IgnoreTruncate)));
}
