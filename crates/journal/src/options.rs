//! Limits, all in one place, and what a caller may choose.

use crate::Position;
use crypt::Keys;

/// Most bytes of a frame's payload, before and after compression.
pub const FRAME_BYTES_MAX: usize = 64 << 20;

/// A segment that has reached this many bytes gets no further frame.
pub const SEGMENT_BYTES_MAX: u64 = 64 << 20;

/// Most bytes of a snapshot, before and after compression.
pub(crate) const SNAPSHOT_BYTES_MAX: usize = 1 << 30;

/// Payloads shorter than this are stored as they are.
pub(crate) const COMPRESSED_BYTES_MIN: usize = 256;

/// What shrinks more than this is stored as it is, and a file that claims more is not believed:
/// it bounds what a damaged or forged length can make us allocate.
pub(crate) const COMPRESSION_RATIO_MAX: usize = 1_000;

/// What a caller may choose when opening a journal.
#[derive(Clone, Debug)]
pub struct Options {
    /// A segment that has reached this many bytes gets no further frame. Tests make it small.
    pub segment_bytes_max: u64,
    /// A place the journal must pass through: that of the snapshot which was loaded, or
    /// [`Position::start`] where there is none. It shows what a journal alone cannot: that frames
    /// are missing at its end or its beginning. `None` demands nothing.
    pub through: Option<Position>,
    /// What frames are encrypted under; `None`: they are not.
    pub keys: Option<Keys>,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes_max: SEGMENT_BYTES_MAX, through: None, keys: None }
    }
}
