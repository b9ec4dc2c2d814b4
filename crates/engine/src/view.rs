//! What everybody but the writer sees: one unmoving moment of all there is.

use crate::State;
use lake::{Generation, Part, Snapshot};
use std::sync::Arc;

/// State, parts and tail as of one commit.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) state: Arc<State>,
    pub(crate) parts: Arc<Vec<Arc<Part>>>,
    /// Generation that commits join.
    pub(crate) active: Arc<Generation>,
    /// Generations on their way into parts.
    pub(crate) sealing: Vec<Arc<Generation>>,
}

impl View {
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut tail = self.sealing.clone();
        tail.push(Arc::clone(&self.active));
        Snapshot { parts: Arc::clone(&self.parts), tail, end: self.state.next_seq() }
    }
}
