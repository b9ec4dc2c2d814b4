//! When the newest record came in.

use super::still::Still;
use crate::store::{JOURNAL, STATE, Stored};
use crate::{Error, encryption};
use crypt::{CryptDisk, RootKey};
use journal::{Frame, Journal, Options, Position, RealDisk, snapshot};
use model::Timestamp;
use std::path::Path;

/// When the newest record of the data directory at `path` came in; `None` where there is none, or
/// where nobody can tell. Changes nothing, also while a server writes.
///
/// # Errors
/// [`Error::NoRootKey`] where it is encrypted and `root` is missing; what the disk says; a
/// journal or State that cannot be read.
pub fn newest_entry(path: &Path, root: Option<&RootKey>) -> Result<Option<Timestamp>, Error> {
    let real = RealDisk::read_only(path.to_owned());
    let keys = encryption::keys_of(&real, root)?;
    let disk = match &keys {
        Some(keys) => Still::hold(&CryptDisk::new(&real, keys.clone()))?,
        None => Still::hold(&real)?,
    };
    let Some(directory) = Journal::directory(&disk, Path::new(JOURNAL))? else {
        return Ok(None);
    };
    let mut newest = None;
    let mut visit = |_: Position, frame: Frame| {
        newest = newest.max(frame.records.iter().map(|record| record.ingested).max());
        Ok(())
    };
    let options = Options { through: None, keys, ..Options::default() };
    Journal::inspect(&disk, Path::new(JOURNAL), directory, &options, &mut visit)?;
    let dir = Path::new(STATE);
    if let Some(place) = snapshot::places(&disk, dir)?.pop()
        && let Ok(stored) = Stored::read(&snapshot::read(&disk, dir, &directory, place)?)
    {
        newest = newest.max(stored.state.parts().map(|part| part.ingested_max).max());
    }
    Ok(newest)
}
