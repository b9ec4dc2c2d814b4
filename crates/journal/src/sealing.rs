//! Which frames are encrypted, and under what.

use crate::segment::{Header, Sealing};
use crate::walk::Place;
use crate::{Damage, Error};
use crypt::FrameCipher;
use std::io;
use std::path::Path;

/// What a new segment is encrypted under; `None` where nothing is.
pub(crate) fn begin(place: Place<'_>) -> io::Result<Option<(Sealing, FrameCipher)>> {
    let Some(keys) = place.keys else { return Ok(None) };
    let (key, salt, cipher) = keys.new_frame_cipher(place.disk)?;
    Ok(Some((Sealing { key, salt }, cipher)))
}

/// What opens the frames of a segment; `None` where they are in the clear.
///
/// INVARIANT (nothing clear is believed): once a directory is encrypted, a segment that is not is
/// damage, but for those from before.
pub(crate) fn of(
    place: Place<'_>,
    path: &Path,
    header: &Header,
) -> Result<Option<FrameCipher>, Error> {
    match (header.sealing, place.keys) {
        (None, Some(keys)) if header.at.frame >= keys.clear_frames() => {
            Err(Error::damaged(path, 0, Damage::Clear))
        }
        (None, _) => Ok(None),
        (Some(Sealing { key, .. }), None) => Err(Error::Encrypted { path: path.to_owned(), key }),
        (Some(Sealing { key, salt }), Some(keys)) => {
            keys.frame_cipher(key, &salt).map(Some).map_err(Error::io("decrypt", path))
        }
    }
}
