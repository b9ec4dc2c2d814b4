//! Making the next segment of a journal, so that a crash leaves it whole or without meaning.

use crate::segment::{self, HEADER_BYTES, Header, Segment};
use crate::walk::Place;
use crate::{Error, Position, sealing};
use crypt::FrameCipher;
use model::disk::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What failed, once and for all.
#[derive(Clone, Debug)]
pub(crate) struct Poison {
    /// The operation, as a verb.
    pub(crate) operation: &'static str,
    /// On what.
    pub(crate) path: PathBuf,
}

/// Why a segment was not made, and whether the journal must stop for it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What to answer.
    pub(crate) error: Error,
    /// Why the journal must stop, where it must.
    pub(crate) poison: Option<Poison>,
}

/// A segment that frames can be appended to.
#[derive(Debug)]
pub(crate) struct Begun {
    /// Where it is, with nothing in it.
    pub(crate) segment: Segment,
    /// Its file.
    pub(crate) file: Arc<dyn File>,
    /// What its frames are encrypted with; `None`: they are not.
    pub(crate) cipher: Option<FrameCipher>,
}

/// Makes a segment that continues the journal at `at`. No frame goes into it before its header
/// and its name are durable.
pub(crate) fn begin_segment(place: Place<'_>, at: Position) -> Result<Begun, Failure> {
    begin_with(place, at, write_header, give_up_segment)
}

/// The same, in the place of a segment of that name which holds no frame: one or the other is there
/// at any time.
pub(crate) fn begin_again(place: Place<'_>, at: Position) -> Result<Begun, Failure> {
    let write = |place: Place<'_>, path: &Path, bytes: &[u8]| {
        disk::replace(place.disk, path, bytes).map_err(|e| ("write", e))?;
        place.disk.open(path).map_err(|e| ("open", e))
    };
    begin_with(place, at, write, |_, path, operation, source| Failure {
        error: Error::io(operation, &path)(source),
        poison: Some(Poison { operation, path }),
    })
}

type Written = Result<Arc<dyn File>, (&'static str, io::Error)>;

fn begin_with(
    place: Place<'_>,
    at: Position,
    write: impl FnOnce(Place<'_>, &Path, &[u8]) -> Written,
    give_up: impl FnOnce(Place<'_>, PathBuf, &'static str, io::Error) -> Failure,
) -> Result<Begun, Failure> {
    let path = segment::path(place.dir, at.frame);
    let (sealing, cipher) = match sealing::begin(place) {
        Ok(begun) => begun.unzip(),
        Err(error) if is_full(&error) => {
            let bytes = HEADER_BYTES as u64;
            return Err(Failure {
                error: Error::NoSpace { path, bytes, source: error },
                poison: None,
            });
        }
        Err(error) => {
            let operation = "make a key for";
            let poison = Some(Poison { operation, path: path.clone() });
            return Err(Failure { error: Error::io(operation, &path)(error), poison });
        }
    };
    let header = Header { directory: *place.directory, at, sealing };
    match write(place, &path, &header.bytes()) {
        Ok(file) => {
            let segment = Segment { first: at.frame, bytes: HEADER_BYTES as u64 };
            Ok(Begun { segment, file, cipher })
        }
        Err((operation, error)) => Err(give_up(place, path, operation, error)),
    }
}

fn write_header(place: Place<'_>, path: &Path, bytes: &[u8]) -> Written {
    let file = place.disk.create(path).map_err(|e| ("create", e))?;
    file.append(bytes).map_err(|e| ("write to", e))?;
    file.sync().map_err(|e| ("sync", e))?;
    let synced = place.disk.sync_dir(place.dir);
    synced.map_err(|e| ("sync the directory of", e))?;
    Ok(file)
}

/// Takes a half-made segment away: after a failed sync its header may stand in the page cache
/// only, and must not be believed by a server started again. A full disk is no reason to stop,
/// unless the name stays in the way.
fn give_up_segment(
    place: Place<'_>,
    path: PathBuf,
    operation: &'static str,
    source: io::Error,
) -> Failure {
    let gone = match place.disk.remove(&path) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let was_write = matches!(operation, "create" | "write to");
    if gone && was_write && is_full(&source) {
        let bytes = HEADER_BYTES as u64;
        let error = Error::NoSpace { path, bytes, source };
        return Failure { error, poison: None };
    }
    let poison = Poison { operation, path: path.clone() };
    Failure { error: Error::io(operation, &path)(source), poison: Some(poison) }
}

/// Whether there was no room: the one failure of a write that can be undone and outlived.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
