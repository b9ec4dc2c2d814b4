//! What can go wrong with a journal, and what to do about it.

use crate::Damage;
use model::disk::{self, Disk};
use std::io;
use std::path::{Path, PathBuf};

/// Why whoever is shown a frame does not take it.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong with a journal or a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk failed. After a failed write or sync the journal is poisoned.
    #[error("cannot {operation} `{path}`: check the disk and its permissions, then restart")]
    Io {
        /// What was tried, as a verb.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// The disk is full. The frame was taken back; the journal goes on once there is room.
    #[error("no space for {bytes} bytes in `{path}`; nothing was written: free some, then repeat")]
    NoSpace {
        /// The segment.
        path: PathBuf,
        /// How many bytes were to be written.
        bytes: u64,
        /// What the disk said.
        source: io::Error,
    },
    /// A write or sync failed earlier. What is on disk is unknown until it is read again, and a
    /// sync that failed once must not be believed when it succeeds the next time.
    #[error("the journal stopped when it could not {operation} `{path}`: restart to read it again")]
    Poisoned {
        /// What failed, as a verb.
        operation: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// The frame is beyond [`crate::FRAME_BYTES_MAX`]; nothing was written.
    #[error("a frame of {bytes} bytes is beyond the limit of {limit}: commit it in pieces")]
    TooLarge {
        /// Bytes of its payload.
        bytes: usize,
        /// Most bytes a payload may have.
        limit: usize,
    },
    /// The frame does not continue the journal: a mistake of the caller. Nothing was written.
    #[error("frame {frame} at {seq} does not continue the journal: {next} at {next_seq} does")]
    OutOfOrder {
        /// Number of the frame.
        frame: u64,
        /// Its first Seq.
        seq: u64,
        /// Number the next frame must have.
        next: u64,
        /// Its first Seq.
        next_seq: u64,
    },
    /// The frame's changes cannot be written as JSON; nothing was written.
    #[error("cannot write the changes of frame {frame} as JSON")]
    Encode {
        /// Number of the frame.
        frame: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// A file of a later version.
    #[error(
        "`{path}` has version {version}: \
         this directory was written by a newer pugmark, use that one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// A frame holds something that this version does not know.
    #[error(
        "frame {frame} in `{path}` holds {what} unknown here: \
         this directory was written by a newer pugmark, use that one"
    )]
    Unknown {
        /// The segment.
        path: PathBuf,
        /// Number of the frame.
        frame: u64,
        /// What kind of thing is unknown.
        what: &'static str,
        /// Why it could not be read, where there is more to say.
        source: Option<serde_json::Error>,
    },
    /// A file that is encrypted, and no keys were given.
    #[error("`{path}` is encrypted under key {key}: open the directory with its key file")]
    Encrypted {
        /// The file.
        path: PathBuf,
        /// Number of the key.
        key: u32,
    },
    /// A file of another data directory.
    #[error("`{path}` belongs to another data directory: put the right file back")]
    WrongDirectory {
        /// The file.
        path: PathBuf,
    },
    /// An alarm: acknowledged data is damaged, moved or missing. Nothing was changed on disk.
    #[error("`{path}` is damaged at byte {offset}: {damage}; restore it from a backup")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong.
        damage: Damage,
    },
    /// An alarm: the journal does not pass through the place it must.
    #[error(
        "the journal in `{dir}` holds frames {first} to before {end} and does not lead \
         through frame {frame} as the snapshot saw it: restore both from the same backup"
    )]
    NotThrough {
        /// The journal's directory.
        dir: PathBuf,
        /// First frame it holds.
        first: u64,
        /// First frame it does not hold.
        end: u64,
        /// The frame it must pass through.
        frame: u64,
    },
    /// There is a journal already.
    #[error("there is a journal in `{dir}` already: open it, or choose another directory")]
    Exists {
        /// The journal's directory.
        dir: PathBuf,
    },
    /// There is no journal.
    #[error("there is no journal in `{dir}`: create one, or restore it from a backup")]
    Missing {
        /// The journal's directory.
        dir: PathBuf,
    },
    /// Whoever was shown a frame did not take it.
    #[error("frame {frame} was read but not taken")]
    Refused {
        /// Number of the frame.
        frame: u64,
        /// Why.
        source: Refusal,
    },
}

impl Error {
    /// Says what was tried on what, for `map_err`.
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }

    /// What a disk that checks what it reads says of a State: rot is told as damage.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match disk::is_rot(&source) {
            true => Self::damaged(path, 0, Damage::Snapshot),
            false => Self::io("read", path)(source),
        }
    }

    /// Damage in a file.
    pub(crate) fn damaged(path: &Path, offset: u64, damage: Damage) -> Self {
        Self::Damaged { path: path.to_owned(), offset, damage }
    }
}

/// Makes the names in `dir` durable.
pub(crate) fn sync_dir(disk: &dyn Disk, dir: &Path) -> Result<(), Error> {
    disk.sync_dir(dir).map_err(Error::io("sync directory", dir))
}
