//! A disk on which the making of parts waits until it is let through: to stop an engine in the
//! middle of something.

use model::disk::{Disk, File};
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// The keeper's side of the gate.
#[derive(Debug)]
pub(crate) struct Keeper {
    arrived: Receiver<()>,
    open: SyncSender<()>,
}

impl Keeper {
    /// Waits until somebody is about to make a part.
    pub(crate) fn wait(&self) {
        self.arrived.recv().unwrap();
    }

    /// Lets one through.
    pub(crate) fn let_through(&self) {
        self.open.send(()).unwrap();
    }
}

/// A disk with a gate.
#[derive(Debug)]
pub(crate) struct Gate<D> {
    disk: D,
    arrive: SyncSender<()>,
    opened: Mutex<Receiver<()>>,
}

impl<D: Disk> Gate<D> {
    pub(crate) fn new(disk: D) -> (Arc<Self>, Keeper) {
        let ((arrive, arrived), (open, opened)) = (sync_channel(9), sync_channel(9));
        let gate = Self { disk, arrive, opened: Mutex::new(opened) };
        (Arc::new(gate), Keeper { arrived, open })
    }
}

impl<D: Disk> Disk for Gate<D> {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        if path.starts_with("parts") {
            self.arrive.send(()).unwrap();
            self.opened.lock().unwrap().recv().unwrap();
        }
        self.disk.create(path)
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.disk.open(path)
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
        self.disk.sync_dir(dir)
    }
}
