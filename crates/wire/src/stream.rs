//! A body too long to hold: bytes as they are read.

use std::fmt;

use bytes::Bytes;

/// Bytes of which so many are promised; whoever writes them asks for piece after piece.
pub struct Stream {
    /// How many bytes there are, in all pieces together.
    pub bytes: u64,
    /// The pieces; an error ends the answer before its promised end, so that nobody takes it for
    /// whole.
    pub pieces: Box<dyn Iterator<Item = Result<Bytes, String>> + Send>,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
