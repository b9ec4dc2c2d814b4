//! Where the files of trails are put: a bucket of ours, or somebody else's.

use crate::State;
use model::Effect;
use model::resource::{PlannedFile, Trail};
use std::fmt::Debug;

/// A file that is to be put.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The trail as it is now.
    pub trail: &'a Trail,
    /// The plan: bucket, key, hashes.
    pub file: &'a PlannedFile,
    /// The bytes, compressed.
    pub bytes: &'a [u8],
    /// The object's own metadata, without `x-amz-meta-`.
    pub metadata: Vec<(&'static str, String)>,
}

impl Outgoing<'_> {
    /// What every file is.
    pub const CONTENT_TYPE: &'static str = "application/json";
    /// How every file is compressed.
    pub const CONTENT_ENCODING: &'static str = "gzip";
    /// The canned ACL that every file is put with: policies of buckets ask for it.
    pub const ACL: &'static str = "bucket-owner-full-control";
}

/// Why a bucket did not take a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// S3's word for it: `NoSuchBucket`, `AccessDenied`.
    pub code: String,
    /// What was tried, and what may help.
    pub message: String,
}

/// What goes into the frame that confirms a file, made by the writer between two states: of a
/// bucket of ours the object itself, of others nothing.
pub type Put = Box<dyn FnOnce(&State) -> Result<Effect, Refusal> + Send>;

/// Where files are put. The same file may come again after a crash, with the same name and the
/// same bytes: that must leave one object.
pub trait Archive: Debug + Send + Sync {
    /// Puts a file, or makes all ready for [`Put`] to do so.
    ///
    /// # Errors
    /// Why it cannot be put now.
    fn put(&self, state: &State, file: &Outgoing<'_>) -> Result<Put, Refusal>;

    /// Ends what is under way, and whatever comes after: the engine closes. An archive whose
    /// `put` does not take long has nothing to end.
    fn stop(&self) {}
}
