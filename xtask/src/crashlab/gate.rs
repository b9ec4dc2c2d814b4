//! The gates: each a kind of fault, and how much of it.

use anyhow::Result;

use super::clock_jump;
use super::full;
use super::lab::Lab;
use super::phase;
use super::series::{self, Fault};
use super::simulation;
use super::slow;
use super::strace;
use super::sweep;
use super::table::Row;
use super::tail;
use super::tally::Tally;
use super::torn;

/// A kind of fault, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// kill -9 at random times.
    Kills(usize),
    /// Power cuts at random times.
    Cuts(usize),
    /// Garbage at the journal's end, bits turned over.
    Torn(usize),
    /// The disk runs full.
    Full(usize),
    /// The disk is slow.
    Slow(usize),
    /// The clock jumps.
    Clock(usize),
    /// A long journal behind the last State.
    Tail(usize),
    /// The n-th of every system call, for n up to this.
    Sweep(usize),
    /// The n-th sync only.
    SyncSweep(usize),
    /// Seeded lives on a simulated disk.
    Simulation(usize),
    /// A named place of the engine: its number, and how often it is hit.
    Phase(usize, usize),
}

impl Gate {
    /// As the table names it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Kills(_) => Fault::Kill.name().to_owned(),
            Self::Cuts(_) => Fault::Cut.name().to_owned(),
            Self::Torn(_) => "torn journal".to_owned(),
            Self::Full(_) => "full disk".to_owned(),
            Self::Slow(_) => "slow disk".to_owned(),
            Self::Clock(_) => "clock jump".to_owned(),
            Self::Tail(_) => "long tail".to_owned(),
            Self::Sweep(_) => "syscall sweep".to_owned(),
            Self::SyncSweep(_) => "sync sweep".to_owned(),
            Self::Simulation(_) => "simulation".to_owned(),
            Self::Phase(number, _) => format!("phase {}", place(number).0),
        }
    }

    /// Runs it where the machine permits it, and says why where it does not.
    pub(super) fn attempt(self, lab: &Lab) -> Result<Row> {
        if let Err(why) = self.permitted(lab) {
            return Ok(Row::NotRun(format!("{why:#}")));
        }
        let mut tally = Tally::default();
        self.run(lab, &mut tally)?;
        Ok(Row::Run(tally))
    }

    fn permitted(self, lab: &Lab) -> Result<()> {
        match self {
            Self::Kills(_) | Self::Torn(_) | Self::Tail(_) | Self::Phase(..) => Ok(()),
            Self::Cuts(_) => series::permits(lab, Fault::Cut),
            Self::Full(_) => full::permits(),
            Self::Slow(_) | Self::Sweep(_) | Self::SyncSweep(_) => strace::permits(),
            Self::Clock(_) => clock_jump::library().map(drop),
            Self::Simulation(_) => simulation::permits(),
        }
    }

    fn run(self, lab: &Lab, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Kills(count) => series::run(lab, Fault::Kill, count, tally),
            Self::Cuts(count) => series::run(lab, Fault::Cut, count, tally),
            Self::Torn(count) => torn::run(lab, count, tally),
            Self::Full(count) => full::run(lab, count, tally),
            Self::Slow(count) => slow::run(lab, count, tally),
            Self::Clock(count) => clock_jump::run(lab, count, tally),
            Self::Tail(count) => tail::run(lab, count, tally),
            Self::Sweep(nth_max) => sweep::run(lab, &sweep::CALLS, nth_max, tally),
            Self::SyncSweep(nth_max) => sweep::run(lab, &["fdatasync", "fsync"], nth_max, tally),
            Self::Simulation(seeds) => simulation::run(lab, seeds, tally),
            Self::Phase(number, hits) => {
                let (phase, nth_max) = place(number);
                phase::run(lab, phase, nth_max, hits, tally)
            }
        }
    }
}

/// The phase of a number; the last one for numbers beyond.
fn place(number: usize) -> (&'static str, usize) {
    phase::PHASES.get(number).copied().unwrap_or(("import", 1))
}

/// The number of a phase.
pub(super) fn phase_number(name: &str) -> usize {
    phase::PHASES.iter().position(|(phase, _)| *phase == name).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_have_names() {
        assert_eq!(Gate::Phase(phase_number("seal"), 1).name(), "phase seal");
        assert!(phase::PHASES.iter().all(|(name, _)| place(phase_number(name)).0 == *name));
    }
}
