//! Random work on a journal, cut off at random, recovered, and compared with the oracle.

use crate::disk::{Opened, dir, open_with};
use crate::frames::{HERE, frame};
use crate::oracle::{Oracle, Violation};
use journal::sim::{Random, SimDisk, WriteFault};
use journal::snapshot::{self, Snapshot};
use journal::{Error, Journal, Options, Position};
use model::disk::Disk;
use std::path::Path;
use std::sync::Arc;

/// Puts something between the journal and the disk.
pub(crate) type Wrap = fn(SimDisk) -> Arc<dyn Disk>;

/// Nothing in between.
pub(crate) fn plain(disk: SimDisk) -> Arc<dyn Disk> {
    Arc::new(disk)
}

/// What happened in a run, to see that it was not all idle.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cycles: u64,
    pub(crate) frames: u64,
    pub(crate) torn: u64,
    pub(crate) unfinished: u64,
    pub(crate) cut_recoveries: u64,
    pub(crate) trims: u64,
    pub(crate) snapshots: u64,
    pub(crate) no_space: u64,
    pub(crate) poisoned: u64,
    pub(crate) doubts_kept: u64,
    pub(crate) trace: u64,
}

/// Runs `cycles` lives of one data directory.
pub(crate) fn run(seed: u64, cycles: u64, wrap: Wrap) -> Result<Tally, Violation> {
    let mut run = Run {
        sim: SimDisk::new(seed),
        wrap,
        random: Random::new(!seed),
        oracle: Oracle::default(),
        tally: Tally::default(),
        failed_syncs: 0,
        trim_failed: false,
    };
    for _ in 0..cycles {
        run.cycle()?;
    }
    run.tally.trace = run.sim.trace_hash();
    run.tally.cycles = cycles;
    Ok(run.tally)
}

struct Run {
    sim: SimDisk,
    wrap: Wrap,
    random: Random,
    oracle: Oracle,
    tally: Tally,
    /// As counted when the last life ended.
    failed_syncs: u64,
    /// In this life.
    trim_failed: bool,
}

fn states() -> &'static Path {
    Path::new("state")
}

impl Run {
    fn disk(&self) -> Arc<dyn Disk> {
        (self.wrap)(self.sim.clone())
    }

    fn cycle(&mut self) -> Result<(), Violation> {
        let mut journal = self.recover()?;
        self.arm();
        for _ in 0..self.random.below(12) {
            self.step(&mut journal)?;
        }
        self.sim.set_capacity(None);
        self.end_life();
        Ok(())
    }

    /// A crash mostly, sometimes the end of the process alone, also in the middle of a call.
    ///
    /// But never the end of the process alone after a sync failed while trimming, or between a
    /// failed sync and the cutting off of its frame: what the kernel shows then is not what is
    /// durable, and the journal cannot know (`docs/formats/journal.md`, limits).
    fn end_life(&mut self) {
        let failed = self.sim.counts().failed_syncs;
        let is_cut = failed > self.failed_syncs && !self.sim.is_powered();
        let is_excused = is_cut || std::mem::take(&mut self.trim_failed);
        self.failed_syncs = failed;
        self.sim = match self.random.once_in(4) && !is_excused {
            true => self.sim.restart(),
            false => self.sim.crash(),
        };
    }

    fn arm(&mut self) {
        if self.random.below(3) > 0 {
            self.sim.cut_power_at(1 + self.random.below(25));
        }
        if self.random.once_in(6) {
            self.sim.fail_sync_at(1 + self.random.below(8));
        }
        if self.random.once_in(6) {
            let faults = [WriteFault::Broken, WriteFault::Full, WriteFault::Short];
            let fault = faults[self.random.below(3) as usize];
            self.sim.fail_write_at(1 + self.random.below(8), fault);
        }
    }

    /// Opens the journal, perhaps cut off again while doing so.
    fn recover(&mut self) -> Result<Journal, Violation> {
        for _ in 0..100 {
            if self.random.once_in(4) {
                self.sim.cut_power_at(1 + self.random.below(6));
            }
            match self.try_recover()? {
                Some(journal) if self.sim.is_powered() => {
                    self.sim = self.sim.clone();
                    return Ok(journal);
                }
                _ => self.tally.cut_recoveries += 1,
            }
            self.end_life();
        }
        Err("does not come up".to_owned())
    }

    /// `None` where the power went.
    fn try_recover(&mut self) -> Result<Option<Journal>, Violation> {
        let disk = self.disk();
        let loaded = match snapshot::load_newest(&*disk, states(), &HERE) {
            Ok(loaded) => loaded,
            Err(_) if !self.sim.is_powered() => return Ok(None),
            Err(error) => return Err(format!("{error:?}")),
        };
        let loaded = loaded.map(|loaded| loaded.snapshot);
        let start = Position::start(&HERE);
        let options = Options {
            segment_bytes_max: 2_000,
            through: Some(loaded.as_ref().map_or(start, |snapshot| snapshot.at)),
            keys: None,
        };
        let opened = match open_with(disk, &options) {
            Ok(opened) => opened,
            Err(_) if !self.sim.is_powered() => return Ok(None),
            Err(Error::Missing { .. }) if !self.oracle.created => return self.create(&options),
            Err(error) => return Err(format!("{error:?}")),
        };
        self.oracle.check_snapshot(loaded.as_ref())?;
        self.check(opened).map(Some)
    }

    fn create(&mut self, options: &Options) -> Result<Option<Journal>, Violation> {
        match Journal::create(self.disk(), dir(), HERE, options) {
            Ok(journal) => {
                self.oracle.created = true;
                Ok(Some(journal))
            }
            Err(_) if !self.sim.is_powered() => Ok(None),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    fn check(&mut self, opened: Opened) -> Result<Journal, Violation> {
        let before = self.oracle.acked.len();
        self.oracle.check(&opened.recovery, &opened.frames)?;
        self.tally.torn += u64::from(opened.recovery.torn_bytes > 0);
        self.tally.unfinished += u64::from(opened.recovery.unfinished_segment);
        self.tally.doubts_kept += (self.oracle.acked.len() - before) as u64;
        let at = opened.journal.position();
        let end = self.oracle.acked.last().map_or(0, |frame| frame.end().0);
        if (at.frame, at.seq.0) != (self.oracle.acked.len() as u64, end) {
            return Err(format!("stands at {at:?}"));
        }
        Ok(opened.journal)
    }

    fn step(&mut self, journal: &mut Journal) -> Result<(), Violation> {
        match self.random.below(12) {
            0 => self.save(journal.position()),
            1 => self.trim(journal),
            2 => self.limit(journal),
            3 => self.sim.set_capacity(None),
            _ => return self.append(journal),
        }
        Ok(())
    }

    fn append(&mut self, journal: &mut Journal) -> Result<(), Violation> {
        let frame = frame(journal.position(), &mut self.random);
        let was_poisoned = journal.is_poisoned();
        match journal.append(frame.clone()) {
            Ok(_) if was_poisoned => return Err("a poisoned journal acknowledged".to_owned()),
            Ok(durable) => {
                self.tally.frames += 1;
                self.oracle.acked.push(durable.into_inner());
            }
            Err(Error::NoSpace { .. }) => self.tally.no_space += 1,
            Err(Error::Poisoned { .. }) if was_poisoned => {}
            Err(Error::Io { .. }) if journal.is_poisoned() => {
                self.tally.poisoned += 1;
                self.oracle.doubt = Some(frame);
            }
            Err(error) => return Err(format!("{error:?}")),
        }
        Ok(())
    }

    fn trim(&mut self, journal: &mut Journal) {
        let below = self.random.below(self.oracle.needless() + 1);
        self.oracle.trimmed = self.oracle.trimmed.max(below);
        match journal.trim(below) {
            Ok(removed) => self.tally.trims += removed as u64,
            Err(_) => self.trim_failed = true,
        }
    }

    /// The disk becomes nearly full.
    fn limit(&mut self, journal: &Journal) {
        let spare = self.random.below(3_000);
        self.sim.set_capacity(Some(journal.bytes() + spare));
    }

    fn save(&mut self, at: Position) {
        let payload = vec![self.random.number() as u8; self.random.below(2_000) as usize];
        let snapshot = Snapshot { at, payload };
        if self.oracle.snapshots.last().is_some_and(|last| last.at == at) {
            return;
        }
        let saved = snapshot::save(&*self.disk(), states(), &HERE, &snapshot);
        match saved {
            Ok(()) => {
                self.tally.snapshots += 1;
                self.oracle.snapshot_doubts.clear();
                self.oracle.snapshots.push(snapshot);
            }
            Err(_) => self.oracle.snapshot_doubts.push(snapshot),
        }
    }
}
