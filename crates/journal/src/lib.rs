//! What was acknowledged is still there after the plug is pulled.
//!
//! The journal is an append-only log of [`Frame`]s in segment files, each frame bound to the one
//! before it by a hash chain. [`Journal::append`] is the only maker of [`Durable`], so nothing
//! can be answered that is not on disk. `docs/formats/journal.md` and `docs/formats/snapshot.md`
//! describe the bytes. This crate knows fsync, frame bytes and the chain; it does not interpret
//! what a frame holds, and never reads a clock.

mod chain;
mod compression;
mod damage;
mod durable;
mod envelope;
mod error;
pub mod fault;
mod frame;
mod journal;
mod new_segment;
mod options;
mod payload;
mod position;
mod real_disk;
mod recovery;
mod rot;
mod sealing;
mod segment;
pub mod sim;
pub mod snapshot;
mod varint;
mod walk;
mod window;

pub use chain::Chain;
pub use damage::Damage;
pub use durable::Durable;
pub use error::{Error, Refusal};
pub use frame::{Frame, LedgerHead};
pub use journal::Journal;
pub use options::{FRAME_BYTES_MAX, Options, SEGMENT_BYTES_MAX};
pub use position::Position;
pub use real_disk::RealDisk;
pub use recovery::Recovery;
