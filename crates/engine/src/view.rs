//! What everybody but the writer sees: one unmoving moment of all there is.

use crate::State;
use crate::settings::ENTRY_BYTES;
use lake::{Generation, Part, Snapshot};
use model::Seq;
use std::sync::Arc;

/// State, parts and tail as of one commit.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) state: Arc<State>,
    pub(crate) parts: Arc<Vec<Arc<Part>>>,
    /// Generation that commits join.
    pub(crate) active: Arc<Generation>,
    /// Generations on their way into parts, oldest first.
    pub(crate) sealing: Vec<Closed>,
}

/// A generation that takes no more records.
#[derive(Clone, Debug)]
pub(crate) struct Closed {
    pub(crate) generation: Arc<Generation>,
    /// The first number behind it.
    pub(crate) end: Seq,
}

impl View {
    pub(crate) fn snapshot(&self) -> Snapshot {
        let tail = self.generations().cloned().collect();
        Snapshot { parts: Arc::clone(&self.parts), tail, end: self.state.next_seq() }
    }

    /// About what the tail takes in memory, in bytes.
    pub(crate) fn tail_bytes(&self) -> usize {
        let weight = |it: &Arc<Generation>| it.bytes() + it.len() * ENTRY_BYTES;
        self.generations().map(weight).sum()
    }

    /// The tail.
    pub(crate) fn generations(&self) -> impl Iterator<Item = &Arc<Generation>> {
        self.sealing.iter().map(|closed| &closed.generation).chain([&self.active])
    }
}
