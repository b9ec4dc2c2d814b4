//! One moment of a directory, also of one that a server writes to: every file of it, held open
//! and cut at the length that it had. What is trimmed, merged or begun meanwhile changes nothing.
//!
//! Nothing is ever written, made, locked or removed.

use crate::queries::QUERIES;
use crate::runs::COLD;
use crate::shared::PARTS;
use crate::store::{JOURNAL, STATE};
use crate::{Error, directory};
use model::disk::{Disk, File};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often a moment is looked for while files come and go, and how long is waited in between.
const TRIES: usize = 200;
const PAUSE: Duration = Duration::from_millis(10);

/// A disk that stands still.
#[derive(Debug)]
pub(crate) struct Still {
    names: BTreeMap<PathBuf, Vec<String>>,
    files: BTreeMap<PathBuf, Result<Arc<dyn File>, io::ErrorKind>>,
}

impl Still {
    /// Holds a moment of `disk`.
    ///
    /// # Errors
    /// What the disk says; `ResourceBusy` where files came and went all the time.
    pub(crate) fn hold(disk: &dyn Disk) -> Result<Self, Error> {
        for _ in 0..TRIES {
            if let Some(still) = Self::try_hold(disk)? {
                return Ok(still);
            }
            std::thread::sleep(PAUSE);
        }
        Err(Error::io("hold a moment of", ".")(io::ErrorKind::ResourceBusy.into()))
    }

    /// `None` where something came or went meanwhile.
    ///
    /// INVARIANT (one moment): States are held before the journal, so that it leads through them;
    /// the names of segments, States, runs and parts are the same before and after it, so that what
    /// was live at its end is held.
    fn try_hold(disk: &dyn Disk) -> Result<Option<Self>, Error> {
        let before = names(disk)?;
        let mut files = BTreeMap::new();
        for name in [directory::STAMP, directory::KEY] {
            hold_file(disk, PathBuf::from(name), &mut files);
        }
        for dir in [QUERIES, STATE, COLD, PARTS, JOURNAL] {
            for name in before.get(Path::new(dir)).into_iter().flatten() {
                hold_file(disk, Path::new(dir).join(name), &mut files);
            }
        }
        let after = names(disk)?;
        let same = lasting(&before).eq(lasting(&after));
        let gone = |path: &&PathBuf| {
            matches!(files.get(*path), Some(Err(io::ErrorKind::NotFound)))
                && [PARTS, COLD].iter().any(|dir| path.starts_with(dir))
                && is_lasting(&path.to_string_lossy())
        };
        let whole = same && !files.keys().any(|path| gone(&path));
        Ok(whole.then_some(Self { names: before, files }))
    }

    /// Whether nothing of ours lies here.
    pub(crate) fn is_empty(&self) -> bool {
        let stamp = self.files.get(Path::new(directory::STAMP));
        let nothing = matches!(stamp, None | Some(Err(io::ErrorKind::NotFound)));
        let dirs = [JOURNAL, STATE, PARTS].map(|dir| self.names.get(Path::new(dir)));
        nothing && dirs.iter().flatten().all(|names| names.is_empty())
    }
}

fn names(disk: &dyn Disk) -> Result<BTreeMap<PathBuf, Vec<String>>, Error> {
    let dirs = [JOURNAL, STATE, COLD, PARTS, QUERIES].map(PathBuf::from);
    let list = |dir: PathBuf| match disk.list(&dir) {
        Ok(names) => Ok((dir, names)),
        Err(error) => Err(Error::io("list", dir)(error)),
    };
    dirs.into_iter().map(list).collect()
}

/// What must not come or go while a moment is held.
fn lasting(names: &BTreeMap<PathBuf, Vec<String>>) -> impl Iterator<Item = (&PathBuf, &String)> {
    let dirs = names.iter().filter(|(dir, _)| *dir != Path::new(QUERIES));
    let all = dirs.flat_map(|(dir, names)| names.iter().map(move |name| (dir, name)));
    all.filter(|(_, name)| is_lasting(name))
}

/// Files under way have other names.
fn is_lasting(name: &str) -> bool {
    !name.ends_with(".new")
}

fn hold_file(
    disk: &dyn Disk,
    path: PathBuf,
    files: &mut BTreeMap<PathBuf, Result<Arc<dyn File>, io::ErrorKind>>,
) {
    let open = || {
        let file = disk.open(&path)?;
        let len = file.len()?;
        Ok(Arc::new(Held { file, len }) as Arc<dyn File>)
    };
    let held = open().map_err(|error: io::Error| error.kind());
    files.insert(path, held);
}

fn refused() -> io::Error {
    io::ErrorKind::ReadOnlyFilesystem.into()
}

impl Disk for Still {
    fn create(&self, _: &Path) -> io::Result<Arc<dyn File>> {
        Err(refused())
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        match self.files.get(path) {
            Some(Ok(file)) => Ok(Arc::clone(file)),
            Some(Err(kind)) => Err((*kind).into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(refused())
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        Err(refused())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        Ok(self.names.get(dir).cloned().unwrap_or_default())
    }

    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Err(refused())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// A file as long as it was.
#[derive(Debug)]
struct Held {
    file: Arc<dyn File>,
    len: u64,
}

impl File for Held {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = left.min(buffer.len());
        self.file.read_at(buffer.get_mut(..len).unwrap_or_default(), offset)
    }

    fn append(&self, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        Err(refused())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }
}
