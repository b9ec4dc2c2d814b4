//! Limits, all in one place.

/// Longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 4 << 10;

/// Longest value, in bytes: an object of ten thousand parts is described in half of it.
pub const VALUE_BYTES_MAX: usize = 4 << 20;

/// A block whose keys and values have this many bytes gets no further entry.
pub(crate) const BLOCK_BYTES: usize = 16 << 10;

/// Most bytes of a block's keys and values: the last entry may go over.
pub(crate) const BLOCK_BYTES_MAX: usize = BLOCK_BYTES + KEY_BYTES_MAX + VALUE_BYTES_MAX;

/// Most bytes of a block as it is stored: three numbers go with each entry, and every entry but
/// the first and the last has a byte of its own.
pub(crate) const STORED_BYTES_MAX: usize = BLOCK_BYTES_MAX + 12 * (BLOCK_BYTES + 2);

/// Most bytes of the index of one run: it is kept in memory.
pub(crate) const INDEX_BYTES_MAX: usize = 256 << 20;

/// Bytes that are gathered before they are written.
pub(crate) const WRITE_BYTES: usize = 1 << 20;

/// Where there are more runs than this, the newest are merged whatever their sizes.
pub(crate) const RUNS_WANTED: usize = 8;

/// As many runs of a size are worth merging.
pub(crate) const MERGE_MIN: usize = 4;

/// What an entry in memory takes beside its bytes: about.
pub(crate) const ENTRY_BYTES: usize = 96;
