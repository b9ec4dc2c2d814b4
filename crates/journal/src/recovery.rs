//! Opening a journal after whatever happened to it.

use crate::walk::{Place, Walk};
use crate::{Error, Position, error, segment};
use model::disk::File;
use std::path::Path;
use std::sync::Arc;

/// What was found when a journal was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// How many frames the journal holds.
    pub frames: u64,
    /// In how many segments.
    pub segments: u64,
    /// Before its first frame.
    pub from: Position,
    /// After its last frame.
    pub to: Position,
    /// Length of what followed the last whole frame: a frame whose writing a crash cut short, so
    /// it was never acknowledged. Dropped when the journal is opened. In bytes.
    pub torn_bytes: u64,
    /// Whether a segment was there whose making a crash cut short. Removed when the journal is
    /// opened; it held nothing.
    pub unfinished_segment: bool,
}

impl Recovery {
    /// `None` where there is no journal.
    pub(crate) fn of(walk: &Walk) -> Option<Self> {
        let (from, to) = walk.ends?;
        Some(Self {
            frames: walk.frames,
            segments: walk.segments.len() as u64,
            from,
            to,
            torn_bytes: walk.torn_bytes,
            unfinished_segment: walk.unfinished.is_some(),
        })
    }
}

/// Removes what a crash left half done and makes all that was read durable; returns the last
/// segment, open. May itself be cut short at any point and repeated.
///
/// Also what seems in order is synced: it may have been read from the page cache only, and a
/// later frame must not be acknowledged on top of one that a power cut can still take away.
pub(crate) fn repair(place: Place<'_>, walk: &Walk) -> Result<Option<Arc<dyn File>>, Error> {
    let Some(last) = walk.segments.last() else {
        return Ok(None);
    };
    if let Some(path) = &walk.unfinished {
        remove(place, path)?;
    }
    let path = segment::path(place.dir, last.first);
    let file = place.disk.open(&path).map_err(Error::io("open", &path))?;
    if walk.torn_bytes > 0 {
        file.truncate(last.bytes).map_err(Error::io("truncate", &path))?;
    }
    file.sync().map_err(Error::io("sync", &path))?;
    error::sync_dir(place.disk, place.dir)?;
    Ok(Some(file))
}

/// Removes a segment's file, durably.
pub(crate) fn remove(place: Place<'_>, path: &Path) -> Result<(), Error> {
    place.disk.remove(path).map_err(Error::io("remove", path))?;
    error::sync_dir(place.disk, place.dir)
}
