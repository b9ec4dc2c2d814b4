//! Keys and values of any number, in order, as of one moment.
//!
//! A [`Store`] is a value: cloning it is cheap, and a clone never changes. What was put last lies
//! in memory, what was spilled in immutable files, the runs, which are merged now and then. The
//! list of runs is all that a written-out store holds; `docs/formats/cold.md` describes the files.

mod block;
mod cache;
mod cursor;
mod error;
mod format;
mod home;
mod level;
mod limits;
mod merge;
mod run;
mod scan;
mod store;
mod varint;
mod writing;

pub use cache::BlockCache;
pub use error::Error;
pub use home::Home;
pub use limits::{KEY_BYTES_MAX, VALUE_BYTES_MAX};
pub use merge::{Merge, Merged};
pub use run::{Run, RunMeta};
pub use scan::Scan;
pub use store::Store;

/// A key or a value. Copies share the bytes.
pub type Bytes = std::sync::Arc<[u8]>;
