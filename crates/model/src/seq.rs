//! A place in the log. Seq numbers records: leaf `n` of the ledger is record `n`.

use serde::{Deserialize, Serialize};

/// The number of a record in its data directory, from 0, without gaps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The place `count` records later.
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Consecutive records: `first` inclusive, `count` of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeqRange {
    /// The first record of the range.
    pub first: Seq,
    /// How many records the range holds.
    pub count: u64,
}

impl SeqRange {
    /// The first place after the range.
    pub const fn end(self) -> Seq {
        self.first.plus(self.count)
    }

    /// Whether the range holds `seq`.
    pub const fn contains(self, seq: Seq) -> bool {
        seq.0 >= self.first.0 && seq.0 < self.end().0
    }
}
