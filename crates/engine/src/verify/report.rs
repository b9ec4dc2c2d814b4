//! What verification found.

use serde::Serialize;

/// Flaws, doubts and notes told of one directory, each; the rest is counted.
const TOLD_MAX: usize = 1_000;

/// What is wrong, in one word. Later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// A file that nothing names and no crash leaves.
    Unreferenced,
    /// Something that was recorded is missing.
    Gap,
    /// Something ends earlier than it did.
    Truncated,
    /// Something is not what was written.
    Tampered,
    /// Two histories that exclude each other.
    Fork,
}

impl Verdict {
    /// The word, in capitals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreferenced => "UNREFERENCED",
            Self::Gap => "GAP",
            Self::Truncated => "TRUNCATED",
            Self::Tampered => "TAMPERED",
            Self::Fork => "FORK",
        }
    }
}

/// Something that disproves the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flaw {
    /// What it is.
    pub verdict: Verdict,
    /// Where: a path below the data directory.
    pub file: String,
    /// Where in the file, in bytes, as far as that is known.
    pub offset: Option<u64>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What to do about it.
    pub next: &'static str,
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    /// Where: a path below the data directory.
    pub file: String,
    /// Why it could not.
    pub cause: String,
    /// What to do about it.
    pub next: &'static str,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// Segments of the journal.
    pub segments: u64,
    /// Frames of the journal.
    pub frames: u64,
    /// The number of the next frame: what was proved ends before it.
    pub end: u64,
    /// Written-out States.
    pub snapshots: u64,
    /// Runs of cold State, read back whole.
    pub runs: u64,
    /// Bytes of these runs.
    pub run_bytes: u64,
    /// Files of objects' bytes, read back whole.
    pub bodies: u64,
    /// Bytes of these files.
    pub body_bytes: u64,
    /// Files and digests of trails that lie in our own buckets as they were delivered.
    pub delivered: u64,
    /// Parts, read back whole.
    pub parts: u64,
    /// Bytes of these parts.
    pub part_bytes: u64,
    /// Records in these parts.
    pub part_records: u64,
    /// Records that are in the journal only.
    pub tail_records: u64,
    /// Leaves of the ledger whose records were hashed again and give its root.
    pub leaves: u64,
    /// Leaves whose records are here, but whose neighbours are gone, so that the root cannot be
    /// computed over them.
    pub leaves_alone: u64,
    /// Records that retention, a reset or the merging of duplicates took.
    pub records_gone: u64,
    /// Answers of queries.
    pub answers: u64,
    /// Bytes of a frame whose writing was cut short; never acknowledged.
    pub torn_bytes: u64,
}

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was looked at is what was written, and all of it could be looked at.
    Proved,
    /// It is not; the worst verdict.
    Disproved(Verdict),
    /// Something could not be looked at, or there is nothing.
    CannotTell,
}

/// What verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What disproves, worst first.
    pub flaws: Vec<Flaw>,
    /// What could not be looked at.
    pub doubts: Vec<Doubt>,
    /// What is no reason for alarm, but worth knowing.
    pub notes: Vec<String>,
    /// Flaws, doubts and notes beyond those told.
    pub untold: u64,
    /// How much was looked at.
    pub checked: Checked,
}

impl Report {
    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        match self.flaws.iter().map(|flaw| flaw.verdict).max() {
            Some(worst) => Outcome::Disproved(worst),
            None if self.doubts.is_empty() => Outcome::Proved,
            None => Outcome::CannotTell,
        }
    }

    pub(crate) fn find(&mut self, flaw: Flaw) {
        match self.flaws.len() < TOLD_MAX {
            true => self.flaws.push(flaw),
            false => self.untold += 1,
        }
    }

    pub(crate) fn doubt(&mut self, file: impl ToString, cause: String, next: &'static str) {
        match self.doubts.len() < TOLD_MAX {
            true => self.doubts.push(Doubt { file: file.to_string(), cause, next }),
            false => self.untold += 1,
        }
    }

    pub(crate) fn note(&mut self, note: String) {
        match self.notes.len() < TOLD_MAX {
            true => self.notes.push(note),
            false => self.untold += 1,
        }
    }

    /// Worst first; of one verdict in the order of files.
    pub(crate) fn sort(&mut self) {
        self.flaws.sort_by(|a, b| {
            b.verdict.cmp(&a.verdict).then_with(|| (&a.file, a.offset).cmp(&(&b.file, b.offset)))
        });
    }
}

/// What to do where something is damaged.
pub(crate) const RESTORE: &str =
    "keep a copy of the directory as it is, then restore the file from a backup and verify again";

impl Flaw {
    pub(crate) fn new(
        verdict: Verdict,
        file: impl ToString,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let (file, offset) = (file.to_string(), None);
        let (expected, found) = (expected.into(), found.into());
        Self { verdict, file, offset, expected, found, next: RESTORE }
    }

    pub(crate) fn at(self, offset: u64) -> Self {
        Self { offset: Some(offset), ..self }
    }

    pub(crate) fn next(self, next: &'static str) -> Self {
        Self { next, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_is_the_verdict_and_a_doubt_is_no_proof() {
        let mut report = Report::default();
        assert_eq!(report.outcome(), Outcome::Proved);
        report.doubt("a", "unreadable".to_owned(), RESTORE);
        assert_eq!(report.outcome(), Outcome::CannotTell);
        for verdict in [Verdict::Gap, Verdict::Tampered, Verdict::Unreferenced] {
            report.find(Flaw::new(verdict, "a", "one", "other"));
        }
        report.sort();
        assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Tampered));
        assert_eq!(report.flaws[0].verdict, Verdict::Tampered);
    }

    #[test]
    fn a_thousand_flaws_are_told_and_the_rest_counted() {
        let mut report = Report::default();
        (0..1_003).for_each(|n| report.find(Flaw::new(Verdict::Gap, n, "", "")));
        assert_eq!((report.flaws.len(), report.untold), (1_000, 3));
    }
}
