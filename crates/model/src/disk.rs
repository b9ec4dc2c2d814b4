//! The disk as a parameter, so that a seeded simulation can own it.
//!
//! Paths are relative to the data directory. Promises are those of POSIX: bytes survive a power
//! cut only after [`File::sync`], names only after [`Disk::sync_dir`].

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A data directory's disk.
pub trait Disk: Debug + Send + Sync {
    /// Makes a new, empty file; an existing one of that name is an error.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    /// Opens a file for reading and appending.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    /// Gives a file another name, replacing what bore it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a name.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, sorted; empty where there is no such directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Makes a directory and those above it, durably.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

macro_rules! disk_behind {
    ($to:ty) => {
        impl<T: Disk + ?Sized> Disk for $to {
            fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
                (**self).create(path)
            }

            fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
                (**self).open(path)
            }

            fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
                (**self).rename(from, to)
            }

            fn remove(&self, path: &Path) -> io::Result<()> {
                (**self).remove(path)
            }

            fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
                (**self).list(dir)
            }

            fn create_dir(&self, dir: &Path) -> io::Result<()> {
                (**self).create_dir(dir)
            }

            fn sync_dir(&self, dir: &Path) -> io::Result<()> {
                (**self).sync_dir(dir)
            }
        }
    };
}

disk_behind!(&T);
disk_behind!(Arc<T>);

/// An open file. All writes go to its end.
pub trait File: Debug + Send + Sync {
    /// Reads into `buffer` from `offset` on; returns how many bytes (fewer only at the end).
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of `bytes` at the end.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file to `len` bytes.
    fn truncate(&self, len: u64) -> io::Result<()>;
    /// Makes what was written durable (`fdatasync`).
    fn sync(&self) -> io::Result<()>;
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether there is nothing in it.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// Whether a disk that checks what it reads says that bytes are not those that were written.
pub fn is_rot(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}

/// Reads exactly `len` bytes from `offset` on.
///
/// # Errors
/// `UnexpectedEof` where the file is shorter.
pub fn read_exact(file: &dyn File, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; len];
    if file.read_at(&mut buffer, offset)? == len {
        return Ok(buffer);
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "file is shorter than expected"))
}

/// Reads a whole file.
pub fn read_all(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path)?;
    let len = usize::try_from(file.len()?).map_err(io::Error::other)?;
    read_exact(&*file, 0, len)
}

/// Writes a file so that either all of it stands under its name or none: to a temporary name,
/// synced, renamed, directory synced.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    match disk.remove(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = disk.create(&temporary)?;
    file.append(bytes)?;
    file.sync()?;
    disk.rename(&temporary, path)?;
    disk.sync_dir(path.parent().unwrap_or(Path::new("")))
}
