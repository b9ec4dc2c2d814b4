//! What can be made to go wrong.

use std::io;

/// How a write goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteFault {
    /// Nothing is written; the disk reports an I/O error.
    Broken,
    /// Part is written; the disk is full.
    Full,
    /// Part is written; the disk reports an I/O error.
    Short,
}

/// What is to go wrong, counted from now on; 1 is the next time.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub(super) sync: Option<u64>,
    pub(super) write: Option<(u64, WriteFault)>,
    /// Calls that change something, until the power goes.
    pub(super) power: Option<u64>,
    /// Most bytes in all files together.
    pub(super) capacity: Option<u64>,
}

impl Faults {
    /// Counts a sync; whether this is the one to fail.
    pub(super) fn sync_fails(&mut self) -> bool {
        due(&mut self.sync)
    }

    /// Counts a write; how it is to fail, if it is.
    pub(super) fn write_fails(&mut self) -> Option<WriteFault> {
        let (mut left, fault) = self.write.take().map(|(left, fault)| (Some(left), fault))?;
        let fails = due(&mut left);
        self.write = left.map(|left| (left, fault));
        fails.then_some(fault)
    }

    /// Counts a call; whether the power goes during it.
    pub(super) fn power_fails(&mut self) -> bool {
        due(&mut self.power)
    }
}

fn due(counter: &mut Option<u64>) -> bool {
    let left = counter.map(|left| left.saturating_sub(1));
    *counter = left.filter(|left| *left > 0);
    left == Some(0)
}

pub(super) fn broken() -> io::Error {
    io::Error::other("the disk is broken (simulated)")
}

pub(super) fn full() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "the disk is full (simulated)")
}

pub(super) fn dead() -> io::Error {
    io::Error::other("the power is off, or was since this was opened (simulated)")
}
