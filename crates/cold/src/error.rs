//! What can go wrong with a store, and what to do about it.

use model::disk;
use std::io;
use std::path::{Path, PathBuf};

/// Why a store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk refused.
    #[error("cannot {operation} `{path}`; check the disk and its permissions, then try again")]
    Io {
        /// What was tried, as a verb.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// A run is not what was written.
    #[error(
        "run `{path}` is damaged at byte {offset}: {what}; restore the file from a backup, then \
         start again"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in bytes from its beginning.
        offset: u64,
        /// What was found.
        what: &'static str,
    },
    /// A run of a later version, or an encrypted one.
    #[error(
        "run `{path}` is of version {version} with key {key}, which this binary does not read; \
         start the newer pugmark that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
        /// The key that it is encrypted with; 0: none.
        key: u32,
    },
    /// A run of another data directory.
    #[error("run `{path}` belongs to another data directory; restore the right one from a backup")]
    WrongDirectory {
        /// The file.
        path: PathBuf,
    },
    /// A key, a value or a run beyond its limit.
    #[error("a {what} of {bytes} bytes is beyond the limit of {limit}; make it shorter")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Whoever asked for it does not want it any more.
    #[error("merging was given up; it is begun anew when it is wanted")]
    Interrupted,
    /// A store that was read from State and not yet told where its runs lie: a mistake of the
    /// caller.
    #[error("run `{run}` was not opened; attach the store to its disk first")]
    Detached {
        /// The run's name.
        run: String,
    },
}

impl Error {
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match disk::is_rot(&source) {
            // Said by a disk that checks what it reads.
            true => Corrupt("it cannot be decrypted").of(path, 0),
            false => Self::Io { operation, path: path.to_owned(), source },
        }
    }
}

/// Why decoding stopped, and where in what was decoded; the file is added by whoever knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Corrupt(pub(crate) &'static str);

impl Corrupt {
    pub(crate) fn of(self, path: &Path, offset: u64) -> Error {
        Error::Damaged { path: path.to_owned(), offset, what: self.0 }
    }
}
