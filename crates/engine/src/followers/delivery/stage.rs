//! The bytes of planned files, durable until their bucket has them.

use crate::State;
use crate::error::Error;
use crate::shared::Shared;
use ledger::Hash;
use model::disk;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

/// Where they lie, below the data directory, each under the SHA-256 of its bytes.
pub(crate) const DELIVERY: &str = "delivery";

fn path(file_hash: &str) -> PathBuf {
    Path::new(DELIVERY).join(file_hash)
}

/// Held from writing bytes to the frame that names them.
///
/// INVARIANT (named or held): files of two trails may have the same bytes, and one thread may plan
/// the second while another removes the first: no bytes go while some are written and not named.
pub(super) fn hold(shared: &Shared) -> MutexGuard<'_, ()> {
    shared.staging.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes bytes durably and gives their hash. To be [held](hold) until they are named.
pub(super) fn write(shared: &Shared, bytes: &[u8]) -> Result<Hash, Error> {
    let hash = Hash::of_bytes(bytes);
    shared.disk.create_dir(Path::new(DELIVERY)).map_err(Error::io("create", DELIVERY))?;
    let path = path(&hash.to_string());
    disk::replace(&*shared.disk, &path, bytes).map_err(Error::io("write", &path))?;
    Ok(hash)
}

/// Reads bytes back; what is not what was written is an error.
pub(super) fn read(shared: &Shared, file_hash: &str) -> Result<Vec<u8>, Error> {
    let path = path(file_hash);
    let bytes = disk::read_all(&*shared.disk, &path).map_err(Error::io("read", &path))?;
    match Hash::of_bytes(&bytes).to_string() == file_hash {
        true => Ok(bytes),
        false => Err(Error::Damaged { path, what: "it is not what was written".to_owned() }),
    }
}

/// Removes bytes that no plan names any more. What stays behind goes at the next start.
pub(super) fn remove(shared: &Shared, file_hash: &str) {
    let _staging = hold(shared);
    if names(&shared.state()).contains(file_hash) {
        return;
    }
    let path = path(file_hash);
    if let Err(error) = shared.disk.remove(&path)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "a delivered file was not removed");
    }
}

/// Removes what no plan names: an attempt that a crash cut short.
pub(crate) fn remove_orphans(shared: &Shared) -> Result<(), Error> {
    let state = shared.state();
    let named = names(&state);
    let found = shared.disk.list(Path::new(DELIVERY)).map_err(Error::io("list", DELIVERY))?;
    for name in found.iter().filter(|name| !named.contains(name.as_str())) {
        match shared.disk.remove(&path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io("remove", path(name))(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn names(state: &State) -> HashSet<&str> {
    let planned = state.deliveries().courses().flat_map(|course| course.planned.values());
    planned.map(|file| file.file_hash.as_str()).collect()
}
