//! Files of bodies that nothing names: dropped by a frame, staged in vain, or left by a crash.

use super::{OBJECTS, STAGE, dir_of, path_of};
use crate::error::Error;
use crate::objects::place;
use crate::shared::Shared;
use crate::writer::Job;
use crate::{State, objects::steps};
use model::disk::Disk;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that may wait to be removed; the rest is removed at the next start.
const DROPPED_MAX: usize = 100_000;

/// What is known of files of bodies besides State.
#[derive(Debug, Default)]
pub(crate) struct Bodies(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Directories that are there.
    dirs: HashSet<PathBuf>,
    /// Files that nothing may name any more.
    dropped: BTreeSet<String>,
    /// Files that are read, and by how many.
    held: HashMap<String, usize>,
}

impl Bodies {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a directory, once.
    pub(crate) fn make_dir(&self, disk: &dyn Disk, dir: &Path) -> Result<(), Error> {
        if self.known().dirs.contains(dir) {
            return Ok(());
        }
        disk.create_dir(dir).map_err(Error::io("create", dir))?;
        self.known().dirs.insert(dir.to_owned());
        Ok(())
    }

    /// Some files may be named by nothing any more.
    pub(crate) fn drop_files<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let mut known = self.known();
        for name in names {
            if known.dropped.len() < DROPPED_MAX {
                known.dropped.insert(name.to_owned());
            }
        }
    }

    /// These files stay until they are released.
    pub(crate) fn hold(&self, names: Vec<String>) -> Vec<String> {
        let mut known = self.known();
        for name in &names {
            *known.held.entry(name.clone()).or_default() += 1;
        }
        names
    }

    pub(crate) fn release(&self, names: &[String]) {
        let mut known = self.known();
        for name in names {
            if let Some(count) = known.held.get_mut(name) {
                *count -= 1;
                if *count == 0 {
                    known.held.remove(name);
                }
            }
        }
    }

    /// Takes what was dropped and nobody reads.
    fn take_dropped(&self) -> Vec<String> {
        let mut known = self.known();
        let known = &mut *known;
        let free: Vec<String> =
            known.dropped.iter().filter(|name| !known.held.contains_key(*name)).cloned().collect();
        known.dropped.retain(|name| known.held.contains_key(name));
        free
    }
}

/// Removes the files that were dropped; returns how many.
///
/// INVARIANT (named stays): what was proposed before is settled first, so that a file which a
/// frame names is seen to be named. Where nobody knows whether a frame is durable, nothing goes.
pub(crate) fn unlink_dropped(shared: &Shared) -> Result<usize, Error> {
    let names = shared.bodies.take_dropped();
    if names.is_empty() {
        return Ok(0);
    }
    let (reply, settled) = sync_channel(1);
    shared.send_patiently(Job::Settle(reply))?;
    settled.recv().map_err(|_| Error::Closed)?;
    let state = shared.state();
    let mut count = 0;
    for name in names {
        if shared.poisoned().is_some() || is_named(&state, &name)? {
            continue;
        }
        let path = path_of(&name);
        match shared.disk.remove(&path) {
            Ok(()) => count += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "old bytes were not removed");
            }
        }
    }
    Ok(count)
}

/// Whether State names a file.
pub(crate) fn is_named(state: &State, name: &str) -> Result<bool, Error> {
    Ok(state.cold().get(&place::body(name))?.is_some())
}

/// All files that State names and that lie in the directory of these two digits, in order.
pub(crate) fn named(state: &State, digits: &str) -> Result<Vec<String>, Error> {
    let prefix = place::body(digits);
    let end = place::behind(&prefix);
    let scan = state.cold().scan(Bound::Included(&prefix), Bound::Excluded(&end));
    let mut names = Vec::new();
    for entry in scan {
        let (at, _) = entry?;
        let name = at.get(prefix.len() - digits.len()..).unwrap_or_default();
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    Ok(names)
}

/// The directories in which files of bodies lie, by their two digits.
pub(crate) fn digits() -> impl Iterator<Item = String> {
    (0..=u8::MAX).map(|byte| format!("{byte:02x}"))
}

/// Removes what a crash left: all that is staged, and files of bodies that nothing names. One
/// directory at a time is held in memory.
pub(crate) fn remove_orphans(disk: &dyn Disk, state: &State) -> Result<(), Error> {
    disk.create_dir(Path::new(STAGE)).map_err(Error::io("create", STAGE))?;
    remove_all(disk, Path::new(STAGE), &[])?;
    for digits in digits() {
        let dir = Path::new(OBJECTS).join(&digits);
        if !disk.list(&dir).map_err(Error::io("list", &dir))?.is_empty() {
            remove_all(disk, &dir, &named(state, &digits)?)?;
        }
    }
    Ok(())
}

/// Removes files but for those whose names are kept, which are in order.
fn remove_all(disk: &dyn Disk, dir: &Path, kept: &[String]) -> Result<(), Error> {
    for name in disk.list(dir).map_err(Error::io("list", dir))? {
        if kept.binary_search(&name).is_err() {
            let path = dir.join(&name);
            disk.remove(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

/// All files that a State names, told as dropped: for a reset.
pub(crate) fn drop_all(shared: &Shared, state: &State) -> Result<(), Error> {
    for digits in digits() {
        let names = named(state, &digits)?;
        shared.bodies.drop_files(names.iter().map(String::as_str));
    }
    Ok(())
}

/// Told by the writer once a frame is durable.
pub(crate) fn frame_is_durable(shared: &Shared, changes: &[model::Change]) {
    let dropped = changes.iter().flat_map(steps::dropped).map(String::as_str);
    shared.bodies.drop_files(dropped);
}

/// Whether a file lies where its name says.
pub(crate) fn lies_right(name: &str, digits: &str) -> bool {
    steps::is_file_name(name) && dir_of(name).ends_with(digits)
}
