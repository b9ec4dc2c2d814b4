//! What can go wrong with parts.

use model::disk;
use std::io;

/// Why the lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk refused.
    #[error("cannot {operation} part `{part}`")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The part's name.
        part: String,
        /// The disk's answer.
        source: io::Error,
    },
    /// The bytes are not what was written.
    #[error("part `{part}` is damaged: {what}; restore the file from a backup, then start again")]
    Damaged {
        /// The part's name.
        part: String,
        /// What was found.
        what: String,
    },
    /// A part that a newer binary wrote.
    #[error(
        "part `{part}` has format version {version}, newer than this binary reads; \
         start the newer pugmark that wrote it"
    )]
    Newer {
        /// The part's name.
        part: String,
        /// The version it carries.
        version: u8,
    },
    /// More rows, or more bytes, than one part may hold.
    #[error("a part would become too large: {what}")]
    TooLarge {
        /// What went over.
        what: &'static str,
    },
}

impl Error {
    /// What the disk said of a part. One that checks what it reads tells rot.
    pub(crate) fn io(operation: &'static str, part: &str) -> impl FnOnce(io::Error) -> Self {
        let part = part.to_owned();
        move |source| match disk::is_rot(&source) {
            true => Self::Damaged { part, what: source.to_string() },
            false => Self::Io { operation, part, source },
        }
    }
}

/// Why decoding stopped; the part's name is added by whoever knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Corrupt(pub(crate) &'static str);

impl Corrupt {
    pub(crate) fn of(self, part: &str) -> Error {
        Error::Damaged { part: part.to_owned(), what: self.0.to_owned() }
    }
}
