//! What can go wrong with keys.

use std::io;

/// Why the keys of a directory cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk failed.
    #[error("cannot {operation} the key ring; check the disk and who may use it")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The disk's answer.
        source: io::Error,
    },
    /// The root key is another one.
    #[error(
        "this is not the key of the data directory: it was encrypted under root key {expected}, \
         this one is {found}; name the right key file"
    )]
    WrongKey {
        /// Id of the key that the ring is sealed with, 16 hex digits.
        expected: String,
        /// Id of the key that was given.
        found: String,
    },
    /// The ring is not what was written.
    #[error("the key ring is damaged: {what}; restore the file from a backup")]
    Damaged {
        /// What was found.
        what: &'static str,
    },
    /// A later version wrote the ring.
    #[error(
        "the key ring has version {version}, newer than this binary reads; start the newer \
         pugmark that wrote it"
    )]
    Newer {
        /// Its version.
        version: u32,
    },
    /// More keys than a ring holds.
    #[error("the key ring is full: it holds {limit} keys; use a new data directory")]
    Full {
        /// Most keys of a ring.
        limit: usize,
    },
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}
