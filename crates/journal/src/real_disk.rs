//! The disk of this machine.

use model::disk::{Disk, File};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The disk of this machine, below one directory. Remembers nothing but where that is.
#[derive(Clone, Debug)]
pub struct RealDisk {
    root: PathBuf,
    is_read_only: bool,
}

impl RealDisk {
    /// Everything below `root`, which need not be there yet: `create_dir` makes it.
    pub const fn new(root: PathBuf) -> Self {
        Self { root, is_read_only: false }
    }

    /// The same, for looking only: files are opened for reading, whatever would change something
    /// is refused, and syncing does nothing.
    pub const fn read_only(root: PathBuf) -> Self {
        Self { root, is_read_only: true }
    }

    fn check_writable(&self) -> io::Result<()> {
        match self.is_read_only {
            true => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            false => Ok(()),
        }
    }

    /// INVARIANT (nothing outside): a path is names only, so it stays below the root.
    fn path(&self, path: &Path) -> io::Result<PathBuf> {
        let mut names = path.components();
        if names.all(|name| matches!(name, Component::Normal(_))) {
            return Ok(self.root.join(path));
        }
        let what = format!("`{}` is not a path below the data directory", path.display());
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    }

    /// The names that a new directory hangs on: its own, those above it, and the root's.
    fn sync_upward(&self, dir: &Path) -> io::Result<()> {
        for above in dir.ancestors() {
            sync(&self.root.join(above))?;
        }
        match self.root.parent() {
            Some(parent) if parent != Path::new("") => sync(parent),
            _ => Ok(()),
        }
    }
}

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.check_writable()?;
        let mut options = OpenOptions::new();
        // What is recorded is nobody else's to read, whatever the umask.
        let options = options.read(true).append(true).create_new(true).mode(0o600);
        Ok(Arc::new(RealFile(options.open(self.path(path)?)?)))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut options = OpenOptions::new();
        let options = options.read(true).append(!self.is_read_only);
        Ok(Arc::new(RealFile(options.open(self.path(path)?)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_writable()?;
        fs::rename(self.path(from)?, self.path(to)?)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.check_writable()?;
        fs::remove_file(self.path(path)?)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.path(dir)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.push(text(entry?.file_name())?);
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.check_writable()?;
        fs::create_dir_all(self.path(dir)?)?;
        self.sync_upward(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match self.is_read_only {
            true => Ok(()),
            false => sync(&self.path(dir)?),
        }
    }
}

fn sync(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

fn text(name: OsString) -> io::Result<String> {
    name.into_string().map_err(|name| {
        let what = format!("the name `{}` is not UTF-8", name.display());
        io::Error::new(io::ErrorKind::InvalidData, what)
    })
}

#[derive(Debug)]
struct RealFile(fs::File);

impl File for RealFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut read = 0;
        while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset + read as u64) {
                Ok(0) => break,
                Ok(len) => read += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    /// Goes on after short writes and interruptions.
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(&mut &self.0, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}
