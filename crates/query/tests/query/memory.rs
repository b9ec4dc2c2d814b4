//! A disk in memory: files that are put there whole, and opened.

use model::disk::{Disk, File};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

#[derive(Debug, Default)]
pub(crate) struct MemoryDisk(Mutex<BTreeMap<PathBuf, Arc<Bytes>>>);

#[derive(Debug)]
struct Bytes(Vec<u8>);

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

impl MemoryDisk {
    pub(crate) fn put(&self, path: impl Into<PathBuf>, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(path.into(), Arc::new(Bytes(bytes)));
    }
}

impl Disk for MemoryDisk {
    fn create(&self, _: &Path) -> io::Result<Arc<dyn File>> {
        refused()
    }
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let found = self.0.lock().unwrap().get(path).cloned();
        Ok(found.ok_or(io::ErrorKind::NotFound)?)
    }
    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        refused()
    }
    fn remove(&self, _: &Path) -> io::Result<()> {
        refused()
    }
    fn list(&self, _: &Path) -> io::Result<Vec<String>> {
        refused()
    }
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        refused()
    }
    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        refused()
    }
}

impl File for Bytes {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
    fn append(&self, _: &[u8]) -> io::Result<()> {
        refused()
    }
    fn truncate(&self, _: u64) -> io::Result<()> {
        refused()
    }
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }
}
