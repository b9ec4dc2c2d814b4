//! The ledger's numbering: which leaf, and which of its owner's records, comes next.

use crate::derive;
use lake::Facts;
use ledger::Frontier;
use model::{AccountId, Change};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the ledger's numbering has got.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Numbers {
    pub(crate) frontier: Frontier,
    /// Records of each owner so far.
    owners: BTreeMap<AccountId, u64>,
    /// What to go back to, should the frame not become durable.
    #[serde(skip)]
    undo: Undo,
}

#[derive(Clone, Debug, Default)]
struct Undo {
    frontier: Frontier,
    owners: Vec<(AccountId, u64)>,
}

impl Numbers {
    /// Records of each owner so far, of those that have any.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (&AccountId, u64)> {
        let all = self.owners.iter().map(|(owner, number)| (owner, *number));
        all.filter(|(_, number)| *number > 0)
    }

    /// Begins a frame: [`Numbers::roll_back`] returns here.
    pub(crate) fn mark(&mut self) {
        self.undo = Undo { frontier: self.frontier.clone(), owners: Vec::new() };
    }

    /// Forgets the frame that was begun.
    pub(crate) fn roll_back(&mut self) {
        self.frontier = std::mem::take(&mut self.undo.frontier);
        for (owner, before) in self.undo.owners.drain(..).rev() {
            self.owners.insert(owner, before);
        }
    }

    /// Takes a record in as the next leaf.
    pub(crate) fn take(&mut self, owner: &AccountId, facts: &Facts) {
        let number = match self.owners.get_mut(owner) {
            Some(number) => number,
            None => self.owners.entry(owner.clone()).or_default(),
        };
        self.undo.owners.push((owner.clone(), *number));
        self.frontier.append(derive::leaf(owner, *number, facts));
        *number += 1;
    }

    pub(crate) fn frontier_text(&self) -> String {
        serde_json::to_string(&self.frontier).unwrap_or_default()
    }

    /// Takes over the frontier that an import's frame carries: the journal does not have the
    /// bytes of its records.
    pub(crate) fn jump(&mut self, changes: &[Change]) -> Result<(), serde_json::Error> {
        let frontier = changes.iter().find_map(|change| match change {
            Change::LedgerAdvanced { frontier } => Some(frontier),
            _ => None,
        });
        let Some(frontier) = frontier else {
            return Ok(());
        };
        self.frontier = serde_json::from_str(frontier)?;
        for change in changes {
            if let Change::PartsReplaced { added, .. } = change {
                for part in added {
                    *self.owners.entry(part.owner.clone()).or_default() += part.rows;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Origin, RecordId, Timestamp};

    #[test]
    fn rolling_back_leaves_no_trace() {
        let facts = Facts {
            id: RecordId([1; 16]),
            time: Timestamp(1),
            ingested: Timestamp(2),
            origin: Origin::Recorded,
            len: 3,
            sum: 0,
            payload: [4; 32],
        };
        let [a, b] = ["111122223333", "444455556666"].map(|id| AccountId::parse(id).unwrap());
        let mut numbers = Numbers::default();
        numbers.take(&a, &facts);
        numbers.mark();
        let before = serde_json::to_string(&numbers.frontier).unwrap();
        for owner in [&a, &b, &a] {
            numbers.take(owner, &facts);
        }
        numbers.roll_back();
        assert_eq!(numbers.frontier_text(), before);
        assert_eq!((numbers.owners.get(&a), numbers.owners.get(&b)), (Some(&1), Some(&0)));
    }
}
