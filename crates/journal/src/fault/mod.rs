//! Crashes at named places, and bugs, on purpose: what the crash lab must find. They exist only in
//! a build with the feature `seeded-bugs`; in every other build all of this is nothing, and the
//! compiler sees it.
//!
//! `PUGMARK_KILL_AT=<phase>:<n>` aborts the process when it comes to a phase for the nth time;
//! `PUGMARK_BUG=<name>` turns one bug on.

#[cfg(feature = "seeded-bugs")]
mod armed;

#[cfg(feature = "seeded-bugs")]
pub(crate) use armed::save_in_place;
#[cfg(feature = "seeded-bugs")]
pub use armed::{disk, has, passes};

#[cfg(not(feature = "seeded-bugs"))]
use crate::Error;
#[cfg(not(feature = "seeded-bugs"))]
use model::disk::Disk;
#[cfg(not(feature = "seeded-bugs"))]
use std::{path::Path, sync::Arc};

/// A place where a crash hurts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A frame is written and not yet synced.
    Commit,
    /// State is about to be written out, or was, and older ones are still there.
    Snapshot,
    /// A segment of the journal was removed.
    Trim,
    /// The parts of a sealed generation are written and not yet on the manifest.
    Seal,
    /// A merged part is written and not yet on the manifest, or it is, and those that it stands
    /// for are still there.
    Compaction,
    /// The parts of an import are written and not yet on the manifest.
    Import,
    /// A file for a trail is written and not planned yet, or planned and not put yet.
    Plan,
    /// The body of a trail's file or digest is durable and nothing names it yet, or it is put and
    /// its bytes still wait for being put.
    Put,
    /// A digest is signed and written, and not planned yet, or planned and not put yet.
    Digest,
    /// A body has its lasting name, and nothing names it yet.
    Body,
}

/// A bug that stores have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A sync answers at once and is done before the next write.
    AckBeforeFsync,
    /// Directories are never synced.
    NoDirectoryFsync,
    /// Merged parts are removed before the manifest names what stands for them.
    UnlinkBeforeManifest,
    /// A write that was cut short passes for whole.
    IgnoredShortWrite,
    /// A sync that failed is tried again, and believed.
    RetryAfterFailedFsync,
    /// What a torn frame says of its length is believed.
    TrustedLength,
    /// The last frame's checksum is not looked at.
    SkippedLastChecksum,
    /// Which ids clients put is not kept: what comes again in another frame counts again.
    DedupNotPersisted,
    /// The ledger is written out with records that the journal does not have yet.
    LeafBeforeJournal,
    /// State is written over what was there.
    NonAtomicSnapshot,
    /// A follower's cursor moves first: the journal is told that records are in parts which are not
    /// durable, or in files for a trail which are written afterwards.
    CursorBeforeEffect,
    /// An import is said to be there before its parts are durable.
    ImportFrameBeforeParts,
}

/// Comes by a phase.
#[cfg(not(feature = "seeded-bugs"))]
#[inline]
pub const fn passes(_: Phase) {}

/// Whether a bug is turned on.
#[cfg(not(feature = "seeded-bugs"))]
#[inline]
pub const fn has(_: Bug) -> bool {
    false
}

/// The disk, with the bugs of disks that are turned on.
#[cfg(not(feature = "seeded-bugs"))]
#[inline]
pub fn disk(disk: Arc<dyn Disk>) -> Arc<dyn Disk> {
    disk
}

/// [`Bug::NonAtomicSnapshot`]; never called in this build.
#[cfg(not(feature = "seeded-bugs"))]
pub(crate) const fn save_in_place(_: &dyn Disk, _: &Path, _: &[u8]) -> Result<(), Error> {
    Ok(())
}
