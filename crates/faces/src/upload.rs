//! Bodies that are on disk before anybody is told of them.

use model::resource::{BodyRef, Checksum};

/// A body that was taken in, checked and synced, and belongs to nothing yet.
#[derive(Debug)]
pub struct Staged {
    /// Length in the clear, in bytes.
    pub(crate) size: u64,
    /// MD5 in hex.
    pub(crate) etag: String,
    /// The checksum that was demanded, or the one that S3 makes of every object.
    pub(crate) checksum: Option<Checksum>,
    /// Where the bytes are; `None` where there are none.
    pub(crate) body: Option<BodyRef>,
}
