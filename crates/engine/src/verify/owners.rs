//! Which record of its owner a record is: the ledger's leaves say so, and nothing else keeps it.

use super::report::{Flaw, Report, Verdict};
use super::seqs::Seqs;
use crate::numbers::Numbers;
use crate::store::STATE;
use lake::Entry;
use ledger::Frontier;
use model::{AccountId, PartMeta, Seq, SeqRange};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The records of each owner from `cut` on: below it some are gone, so that nobody can count.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    /// Below this number nothing can be said.
    pub(crate) cut: u64,
    held: BTreeMap<AccountId, Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// First and end of each range, and the owner's number of its first record.
    ranges: Vec<(u64, u64, u64)>,
}

impl Owners {
    /// Counts what parts and tail hold. `missing` are the numbers that neither has.
    pub(crate) fn count(
        parts: &[&PartMeta],
        tail: &[Arc<Entry>],
        missing: &Seqs,
        numbers: &Numbers,
        report: &mut Report,
    ) -> Self {
        let cut = missing.end();
        let mut ranges: BTreeMap<AccountId, Vec<SeqRange>> = BTreeMap::new();
        for part in parts {
            ranges.entry(part.owner.clone()).or_default().extend(&part.seqs);
        }
        for entry in tail {
            let range = SeqRange { first: entry.seq, count: 1 };
            ranges.entry(entry.record.owner.clone()).or_default().push(range);
        }
        let mut totals: BTreeMap<&AccountId, u64> = numbers.owners().collect();
        let mut held = BTreeMap::new();
        for (owner, ranges) in ranges {
            let seqs = Seqs::of(&ranges).from(cut);
            let total = totals.remove(&owner).unwrap_or(0);
            if let Some(base) = base(&owner, total, seqs.count(), cut, report) {
                held.insert(owner, Held::new(&seqs, base));
            }
        }
        for (owner, total) in totals.into_iter().filter(|_| cut == 0) {
            tell(owner, total, 0, report);
        }
        Self { cut, held }
    }

    /// The owner's number of a record; `None` where it cannot be told.
    pub(crate) fn number(&self, owner: &AccountId, seq: Seq) -> Option<u64> {
        let ranges = &self.held.get(owner)?.ranges;
        let place = ranges.partition_point(|(_, end, _)| *end <= seq.0);
        let (first, _, number) = ranges.get(place)?;
        Some(number + seq.0.checked_sub(*first)?)
    }
}

impl Held {
    fn new(seqs: &Seqs, base: u64) -> Self {
        let mut number = base;
        let range = |(first, end): (u64, u64)| {
            let start = number;
            number += end - first;
            (first, end, start)
        };
        Self { ranges: seqs.ranges().map(range).collect() }
    }
}

/// The owner's number of the first record that is counted.
fn base(owner: &AccountId, total: u64, held: u64, cut: u64, report: &mut Report) -> Option<u64> {
    let base = total.checked_sub(held).filter(|base| cut > 0 || *base == 0);
    if base.is_none() {
        tell(owner, total, held, report);
    }
    base
}

fn tell(owner: &AccountId, total: u64, held: u64, report: &mut Report) {
    let verdict = if held < total { Verdict::Gap } else { Verdict::Tampered };
    let expected = format!("{total} records of {owner}, as the ledger counted");
    report.find(Flaw::new(verdict, STATE, expected, format!("{held}")));
}

/// Compares the leaves with the ledger's right edge, subtree by subtree.
pub(crate) fn compare(
    frontier: &Frontier,
    subtrees: &ledger::Subtrees,
    cut: u64,
    is_whole: bool,
    report: &mut Report,
) {
    for (first, size, hash) in frontier.subtrees() {
        let end = first + size;
        match subtrees.root(first, size) {
            Some(root) if root == hash => report.checked.leaves += size,
            Some(root) => {
                let expected = format!("records {first} to {} to hash to {hash}", end - 1);
                let found = format!("{root}: some of them, or root.key, are not what they were");
                report.find(Flaw::new(Verdict::Tampered, "parts", expected, found));
            }
            None if first >= cut && is_whole => {
                let expected = format!("all of the records {first} to {}", end - 1);
                report.find(Flaw::new(Verdict::Gap, "parts", expected, "not all of them"));
            }
            None => {}
        }
    }
}
