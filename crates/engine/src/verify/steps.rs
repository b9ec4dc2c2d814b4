//! The manifest's steps, frame by frame: what is sealed, imported, merged and let go of must add
//! up, number by number.

use super::report::{Flaw, Report, Verdict};
use super::seqs::Seqs;
use crate::State;
use crate::store::JOURNAL;
use journal::Frame;
use lake::Entry;
use model::{Change, PartId, PartMeta, Seq};
use std::sync::Arc;

/// What was let go of, as far as the journal goes back.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// The first record that the journal could hold.
    from: Seq,
    dropped: Seqs,
}

impl Steps {
    /// The journal begins with this record.
    pub(crate) fn begin(&mut self, from: Seq) {
        self.from = from;
    }

    pub(crate) fn into_dropped(self) -> Seqs {
        self.dropped
    }

    /// Checks a frame against State and tail as they were before it.
    pub(crate) fn check(
        &mut self,
        frame: &Frame,
        state: &State,
        tail: &[Arc<Entry>],
        report: &mut Report,
    ) {
        for change in &frame.changes {
            match change {
                Change::PartsReplaced { added, removed, sealed_to } => {
                    let step = Step { frame, state, tail, added, removed };
                    step.check(*sealed_to, self.from, report);
                    self.dropped = self.dropped.with(&step.dropped());
                }
                Change::Reset => {
                    self.dropped = self.dropped.with(&Seqs::between(0, frame.first.0));
                }
                _ => {}
            }
        }
    }
}

/// One step of the manifest.
struct Step<'a> {
    frame: &'a Frame,
    state: &'a State,
    tail: &'a [Arc<Entry>],
    added: &'a [PartMeta],
    removed: &'a [PartId],
}

impl Step<'_> {
    fn check(&self, sealed_to: Option<u64>, from: Seq, report: &mut Report) {
        for part in self.added {
            let numbers: u64 = part.seqs.iter().map(|range| range.count).sum();
            if numbers != part.rows {
                let expected = format!("{} record numbers of part {}", part.rows, part.id.0);
                self.tell(report, expected, format!("{numbers}"));
            }
        }
        let added = Seqs::of(self.added.iter().flat_map(|part| &part.seqs));
        let rows: u64 = self.added.iter().map(|part| part.rows).sum();
        if added.count() != rows {
            self.tell(report, format!("{rows} record numbers"), "some of them twice".to_owned());
        }
        match (self.frame.reserved, sealed_to) {
            (0, None) => self.check_merge(&added, report),
            (0, Some(end)) => self.check_seal(&added, end, from, report),
            (reserved, _) => self.check_import(&added, reserved, report),
        }
    }

    /// An import's parts hold the numbers that its frame reserves.
    fn check_import(&self, added: &Seqs, reserved: u64, report: &mut Report) {
        let first = self.frame.first.0 + self.frame.records.len() as u64;
        let expected = Seqs::between(first, first + reserved);
        if *added != expected {
            self.tell(report, format!("parts of records {expected}"), format!("{added}"));
        }
    }

    /// Sealed parts hold the tail up to where it is sealed, as far back as the journal goes.
    fn check_seal(&self, added: &Seqs, end: u64, from: Seq, report: &mut Report) {
        let sealed = self.tail.iter().map(|entry| entry.seq).filter(|seq| seq.0 < end);
        let expected = Seqs::each(sealed.filter(|seq| *seq >= from));
        let added = added.from(from.0);
        if added != expected {
            self.tell(report, format!("parts of records {expected}"), format!("{added}"));
        }
    }

    /// What is merged was in the parts that it stands for.
    fn check_merge(&self, added: &Seqs, report: &mut Report) {
        let strange = added.without(&self.removed());
        if !strange.is_empty() {
            let expected = "records of the parts that were merged".to_owned();
            self.tell(report, expected, format!("also {strange}"));
        }
        for id in self.removed.iter().filter(|id| self.state.part(id).is_none()) {
            let expected = format!("part {} on the manifest", id.0);
            self.tell(report, expected, "it is not, and yet it is taken off".to_owned());
        }
    }

    /// Numbers of the parts that are taken off the manifest.
    fn removed(&self) -> Seqs {
        let parts = self.removed.iter().filter_map(|id| self.state.part(id));
        Seqs::of(parts.flat_map(|part| &part.seqs))
    }

    /// Numbers that are on no part afterwards: what retention takes, and what came twice with the
    /// same bytes, which is merged into one, or sealed into a part that is there already.
    fn dropped(&self) -> Seqs {
        let is_there = |part: &&PartMeta| {
            self.state.part(&part.id).is_some() && !self.removed.contains(&part.id)
        };
        let twice: Vec<&PartMeta> = self.added.iter().filter(is_there).collect();
        let twice = Seqs::of(twice.iter().flat_map(|part| &part.seqs));
        let added = Seqs::of(self.added.iter().flat_map(|part| &part.seqs));
        self.removed().without(&added).with(&twice)
    }

    fn tell(&self, report: &mut Report, expected: String, found: String) {
        let found = format!("frame {}: {found}", self.frame.number);
        report.find(Flaw::new(Verdict::Gap, JOURNAL, expected, found));
    }
}
