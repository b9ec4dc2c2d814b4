//! What can go wrong with a data directory.

use std::io;
use std::path::PathBuf;

/// Why the engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the directory.
    #[error(
        "data directory `{path}` is in use by another pugmark; stop it, or name another \
         directory with --data"
    )]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// The directory, or a file of it, cannot be used.
    #[error("cannot {operation} `{path}`; check that the path exists and who may use it")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A newer binary wrote the directory.
    #[error(
        "data directory `{path}` has format {found}, this binary reads up to {known}; start \
         the newer pugmark that wrote it"
    )]
    NewerFormat {
        /// The directory.
        path: PathBuf,
        /// The format it has.
        found: u64,
        /// The newest format known here.
        known: u64,
    },
    /// A file is not what was written.
    #[error("`{path}` is damaged: {what}; restore it from a backup, then start again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The directory is encrypted, and no key was given.
    #[error(
        "data directory `{path}` is encrypted, or is to be, and there is no key; name the file \
         that holds it with --key-file FILE or PUGMARK_KEY_FILE"
    )]
    NoRootKey {
        /// The directory.
        path: PathBuf,
    },
    /// The keys of an encrypted directory cannot be had.
    #[error(transparent)]
    Keys(#[from] crypt::Error),
    /// The journal refused.
    #[error("the journal failed")]
    Journal(#[from] journal::Error),
    /// Cold State could not be written or read.
    #[error("cold State failed")]
    Cold(#[from] cold::Error),
    /// The bytes of an object are gone, or are not what was written.
    #[error(
        "the bytes of `{object}` in `{file}` cannot be read: {what}; restore the file from a \
         backup, then try again"
    )]
    Body {
        /// Bucket and key.
        object: String,
        /// Where they are.
        file: String,
        /// What is wrong with them.
        what: String,
    },
    /// What is encrypted with a key of KMS waits for that key.
    #[error(transparent)]
    Key(#[from] crate::keys::KeyProblem),
    /// The object was removed between finding it and reading it.
    #[error("`{object}` was removed meanwhile; ask for it again")]
    ObjectGone {
        /// Bucket and key.
        object: String,
    },
    /// A part could not be written or read.
    #[error("the lake failed")]
    Lake(#[from] lake::Error),
    /// The directory was made by `--dev`, where anybody may call.
    #[error(
        "data directory `{path}` was made with --dev, where every key is accepted; start it \
         with --dev again, or name another directory with --data"
    )]
    BornDev {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds real keys, which `--dev` would not check.
    #[error(
        "data directory `{path}` was made for signed calls, and --dev would let anybody in; \
         name another directory with --data, or start without --dev"
    )]
    BornSecure {
        /// The directory.
        path: PathBuf,
    },
    /// The configuration names a bucket of others as one of ours is called.
    #[error(
        "the configuration says that bucket `{name}` lies outside, and there is one of that name \
         in data directory `{path}`; take [outside_buckets.{name}] out, or start without it and \
         empty and delete the bucket here"
    )]
    BucketHere {
        /// The bucket.
        name: String,
        /// The directory.
        path: PathBuf,
    },
    /// More waits than may wait.
    #[error("too many requests are waiting; try again in a moment")]
    Overloaded,
    /// A disk write failed; nothing can be acknowledged any more.
    #[error(
        "the server stopped taking writes after a failed disk write ({cause}); check the disk \
         and restart it"
    )]
    Poisoned {
        /// What failed.
        cause: String,
    },
    /// The disk is full.
    #[error(
        "the disk that holds the journal is full; free some space and try again, no restart \
         is needed"
    )]
    NoSpace,
    /// The records of one call are beyond what is written at once; nothing was.
    #[error("{bytes} bytes at once are beyond the limit of {limit}; send them in pieces")]
    TooLarge {
        /// Bytes of the call's records.
        bytes: usize,
        /// Most that are taken.
        limit: usize,
    },
    /// The engine is closing.
    #[error("the server is stopping; try again when it is back")]
    Closed,
    /// A bug: the work panicked.
    #[error("an internal error occurred; the server's log tells more")]
    Internal,
    /// An import runs already.
    #[error("import {id} is running; wait for it (`pugmark status` shows how far it is)")]
    ImportRunning {
        /// Its id.
        id: String,
    },
    /// Nothing to import was found.
    #[error("nothing to import: {what}")]
    NothingToImport {
        /// What is missing.
        what: String,
    },
    /// The statement is not answered.
    #[error("{}", .0.message)]
    Query(lake::feed::Refusal),
    /// The account has as many queries under way as it may have.
    #[error("{limit} queries are under way; wait for one of them, or cancel it")]
    TooManyQueries {
        /// How many there may be.
        limit: usize,
    },
    /// A query has more rows than are kept.
    #[error("the answer has more than {rows} rows; add a LIMIT, or narrow the query down")]
    AnswerTooLarge {
        /// Rows that there was room for.
        rows: u64,
    },
    /// A query was cancelled or the server stopped.
    #[error("the query was ended before its answer was complete")]
    QueryEnded,
    /// A query took too long.
    #[error(
        "the query took more than {seconds} seconds; narrow it down, by eventTime first of all"
    )]
    QueryTimedOut {
        /// How long it may take.
        seconds: u64,
    },
    /// The process that answered died of the statement.
    #[error(
        "the query needed more than a worker may use and was ended; narrow it down, by \
         eventTime first of all, or select fewer columns"
    )]
    WorkerDied,
    /// The engine was opened without a way to answer SQL.
    #[error("this process answers no SQL; ask a server, or use `pugmark sql`")]
    NoWorker,
    /// What was being rewritten is gone.
    #[error("the data directory was reset meanwhile; nothing is left to do")]
    Overtaken,
    /// A question that cannot be asked so.
    #[error("{what}")]
    BadQuestion {
        /// What is wrong with it, and what to ask instead.
        what: String,
    },
    /// There is no key to sign digests with.
    #[error("digests cannot be signed: {what}; the server will try again")]
    NoKey {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The operation exists under `--dev` only.
    #[error("a reset needs a server started with --dev")]
    NotDev,
}

/// What an error means to whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It is not there.
    NotFound,
    /// It does not fit the present state.
    Conflict,
    /// What was asked is outside its limits.
    Invalid,
    /// Too much at once; later it will go.
    Throttled,
    /// The server cannot, for now.
    Unavailable,
    /// The server is at fault.
    Internal,
}

impl Error {
    /// What the error means to whoever asked.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NothingToImport { .. } | Self::ObjectGone { .. } => ErrorKind::NotFound,
            Self::ImportRunning { .. } | Self::Key(_) | Self::Locked { .. } | Self::NotDev => {
                ErrorKind::Conflict
            }
            Self::BadQuestion { .. } => ErrorKind::Invalid,
            Self::Overloaded | Self::TooManyQueries { .. } => ErrorKind::Throttled,
            Self::Poisoned { .. } | Self::NoSpace | Self::Closed => ErrorKind::Unavailable,
            _ => ErrorKind::Internal,
        }
    }

    pub(crate) fn io(
        operation: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { operation, path, source }
    }
}
