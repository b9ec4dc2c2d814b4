//! A place between two frames.

use crate::{Chain, Frame};
use model::Seq;

/// A place between two frames: what the next frame must be like. Also names all that came
/// before, for the chain hash covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Number of the next frame.
    pub frame: u64,
    /// The first Seq that is still free.
    pub seq: Seq,
    /// The chain's hash after the frame before.
    pub chain: Chain,
}

impl Position {
    /// Where a data directory's journal begins.
    pub fn start(directory: &[u8; 16]) -> Self {
        Self { frame: 0, seq: Seq(0), chain: Chain::start(directory) }
    }

    /// The place after `frame`, which ends the chain in `chain`.
    pub(crate) fn after(frame: &Frame, chain: Chain) -> Self {
        Self { frame: frame.number.saturating_add(1), seq: frame.end(), chain }
    }
}
