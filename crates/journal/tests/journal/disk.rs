//! Simulated disks with given files, and journals on them.

use crate::frames::HERE;
use journal::sim::SimDisk;
use journal::{Error, Frame, Journal, Options, Position, Recovery};
use model::disk::{Disk, read_all};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where journals lie.
pub(crate) fn dir() -> &'static Path {
    Path::new("journal")
}

/// The segment that begins with this frame.
pub(crate) fn segment(first: u64) -> PathBuf {
    dir().join(format!("{first:020}.seg"))
}

/// A disk that holds these files, durably.
pub(crate) fn disk_of(files: &[(PathBuf, Vec<u8>)]) -> SimDisk {
    let disk = SimDisk::new(1);
    for (path, bytes) in files {
        let dir = path.parent().unwrap();
        disk.create_dir(dir).unwrap();
        let file = disk.create(path).unwrap();
        file.append(bytes).unwrap();
        file.sync().unwrap();
        disk.sync_dir(dir).unwrap();
    }
    disk
}

/// All files of a directory.
pub(crate) fn files_of(disk: &dyn Disk, dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let names = disk.list(dir).unwrap();
    let paths = names.iter().map(|name| dir.join(name));
    paths.map(|path| (path.clone(), read_all(disk, &path).unwrap())).collect()
}

/// A journal that was opened, and what it held.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) recovery: Recovery,
    pub(crate) frames: Vec<Frame>,
}

pub(crate) fn open_with(disk: Arc<dyn Disk>, options: &Options) -> Result<Opened, Error> {
    let mut frames = Vec::new();
    let (journal, recovery) = Journal::open(disk, dir(), HERE, options, &mut |frame| {
        frames.push(frame);
        Ok(())
    })?;
    Ok(Opened { journal, recovery, frames })
}

pub(crate) fn open(disk: &SimDisk) -> Result<Opened, Error> {
    open_with(Arc::new(disk.clone()), &Options::default())
}

pub(crate) fn create(disk: &SimDisk, options: &Options) -> Journal {
    Journal::create(Arc::new(disk.clone()), dir(), HERE, options).unwrap()
}

/// Segments of at most so many bytes, plus one frame.
pub(crate) fn segments_of(bytes: u64) -> Options {
    Options { segment_bytes_max: bytes, ..Options::default() }
}

/// The journal must pass through `at`.
pub(crate) fn through(at: Position) -> Options {
    Options { through: Some(at), ..Options::default() }
}
