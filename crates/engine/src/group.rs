//! Calls that go into one frame, gathered by the writer.

use crate::state::State;
use crate::writer::Answer;
use lake::Entry;
use model::{AccountId, Change, Origin, RecordId};
use std::collections::HashSet;

/// Calls that go into one frame.
pub(crate) struct Group {
    pub(crate) state: State,
    pub(crate) changes: Vec<Change>,
    /// Their numbers come last.
    pub(crate) entries: Vec<Entry>,
    /// What clients put in it.
    pub(crate) puts: HashSet<(AccountId, RecordId)>,
    pub(crate) replies: Vec<Answer<()>>,
    pub(crate) bytes: usize,
}

impl Group {
    pub(crate) fn new(state: &State) -> Self {
        Self {
            state: state.clone(),
            changes: Vec::new(),
            entries: Vec::new(),
            puts: HashSet::new(),
            replies: Vec::new(),
            bytes: 0,
        }
    }
}

/// What makes a record that a client put the same record.
pub(crate) fn put_id(entry: &Entry) -> Option<(AccountId, RecordId)> {
    let is_put = entry.record.origin == Origin::Put;
    is_put.then(|| (entry.record.owner.clone(), entry.id))
}
