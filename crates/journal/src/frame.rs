//! The smallest thing the journal writes: all of it or none.

use model::{Change, Record, Seq};

/// The smallest thing the journal writes. A change and the record of that change are in the same
/// frame, so neither can exist without the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 0, 1, 2, … in a data directory.
    pub number: u64,
    /// Seq of the first record; the others follow.
    pub first: Seq,
    /// How many Seqs, after those of the records, are taken by the parts that this frame adds.
    pub reserved: u64,
    /// Steps of resources, in order.
    pub changes: Vec<Change>,
    /// Things that happened, in order.
    pub records: Vec<Record>,
    /// The ledger after this frame.
    pub head: LedgerHead,
}

impl Frame {
    /// The first Seq after this frame: where the next one begins.
    ///
    /// INVARIANT (no gap): `first + records + reserved` of a frame is `first` of the next.
    pub const fn end(&self) -> Seq {
        let records = self.records.len() as u64;
        Seq(self.first.0.saturating_add(records).saturating_add(self.reserved))
    }
}

/// Size and root of the ledger's tree. The journal carries it and does not interpret it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerHead {
    /// How many leaves.
    pub size: u64,
    /// The tree's root.
    pub root: [u8; 32],
}
