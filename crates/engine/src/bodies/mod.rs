//! The bytes of objects: in files named for their hash, each encrypted under a key of its own.

mod cipher;
mod digests;
pub(crate) mod janitor;
mod reading;
mod sealing;
mod staging;

pub use cipher::BodyKey;
pub(crate) use cipher::stored_len;
pub use digests::{Summed, joined_checksum, joined_etag, sums_of};
pub(crate) use reading::Clear;
pub use reading::{BodyReader, OpenKey};
pub use staging::{StagedBody, Staging};

use crate::State;
use crate::engine::Engine;
use crate::error::Error;
use crate::shared::Shared;
use crate::vault::Vault;
use model::resource::{BodyRef, ChecksumAlgorithm, Object, Sealed};
use sealing::Sealing;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where bodies lie, and where they are before they have a name.
pub(crate) const OBJECTS: &str = "objects";
pub(crate) const STAGE: &str = "objects/stage";

/// The directory of a file: the first two digits of its name.
pub(crate) fn dir_of(name: &str) -> PathBuf {
    Path::new(OBJECTS).join(name.get(..2).unwrap_or_default())
}

pub(crate) fn path_of(name: &str) -> PathBuf {
    dir_of(name).join(name)
}

/// What opens the bodies of an object for proof: with the directory's own key and, where it is
/// encrypted with one, a key of KMS, switched off or not. `Err` with the key's ARN where that is
/// gone.
pub(crate) fn opener<'a>(
    state: &State,
    vault: &'a Vault,
    object: &Object,
) -> Result<impl Fn(&str, &Sealed) -> Option<BodyKey> + use<'a>, String> {
    let sealing = Sealing::for_proof(state, object)?;
    Ok(move |name: &str, sealed: &Sealed| sealing.open(vault, name, sealed))
}

/// Reads a range of an object, or all of it.
pub(crate) fn open(
    shared: &Arc<Shared>,
    object: &Object,
    range: Option<Range<u64>>,
) -> Result<BodyReader, Error> {
    let label = format!("{}/{}", object.bucket, object.key);
    let place = (object.bucket.as_str(), object.key.as_str());
    let sealing = Sealing::of(&shared.state(), &object.encryption, place, shared.env.now())?;
    let own = Arc::clone(shared);
    let open_key = move |name: &str, sealed: &Sealed| sealing.open(&own.vault, name, sealed);
    match BodyReader::new(shared, label.clone(), &object.bodies, range, Arc::new(open_key)) {
        Err(Error::Body { .. }) if !is_there(shared, object)? => {
            Err(Error::ObjectGone { object: label })
        }
        outcome => outcome,
    }
}

/// Whether an object is still there as it was.
fn is_there(shared: &Shared, object: &Object) -> Result<bool, Error> {
    let Object { bucket, key, version, bodies, .. } = object;
    let found = shared.state().object_version(bucket, key, version)?;
    Ok(found.is_some_and(|found| found.bodies == *bodies))
}

impl Engine {
    /// Begins to take bytes in. MD5 and SHA-256 of them are told at the end, and what is `asked`.
    ///
    /// # Errors
    /// [`Error::Poisoned`]: nothing could name them.
    pub fn stage(&self, asked: &[ChecksumAlgorithm]) -> Result<Staging, Error> {
        match self.0.shared.poisoned() {
            Some(error) => Err(error),
            None => Staging::begin(&self.0.shared, asked),
        }
    }

    /// Reads a range of an object, or all of it.
    ///
    /// # Errors
    /// [`Error::Key`] where it is encrypted with a key of KMS that cannot be used now;
    /// [`Error::ObjectGone`] where the object was removed meanwhile; [`Error::Body`] where its
    /// bytes are gone or not what was written: each chunk is checked before it is given.
    pub fn body(&self, object: &Object, range: Option<Range<u64>>) -> Result<BodyReader, Error> {
        open(&self.0.shared, object, range)
    }

    /// Reads a range of bodies put together, or all of them, whose keys `open` opens. `label`
    /// names them in messages.
    ///
    /// # Errors
    /// Those of [`Engine::body`].
    pub fn body_with(
        &self,
        label: &str,
        bodies: &[BodyRef],
        range: Option<Range<u64>>,
        open: OpenKey,
    ) -> Result<BodyReader, Error> {
        BodyReader::new(&self.0.shared, label.to_owned(), bodies, range, open)
    }

    /// Looks at the next stretch of the buckets that have lifecycle rules; returns how many
    /// versions and uploads went and markers came. The engine's own threads do so over and over.
    ///
    /// # Errors
    /// What the disk says.
    pub fn live_on(&self) -> Result<usize, Error> {
        crate::followers::lifecycle::step(&self.0.shared)
    }

    /// Removes files of bodies that nothing names any more; returns how many. The engine's own
    /// threads do so now and then.
    ///
    /// # Errors
    /// What the disk says.
    pub fn unlink_bodies(&self) -> Result<usize, Error> {
        janitor::unlink_dropped(&self.0.shared)
    }
}
