//! Kills and power cuts at random times: many cycles on one data directory, the server running on
//! between them.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::lab::Lab;
use super::site::Site;
use super::tally::Tally;
use super::volume::Volume;
use crate::clock::Stopwatch;
use crate::random::Random;
use crate::server::Server;

/// Cycles on one data directory.
const CYCLES_MAX: usize = 25;
/// A fault comes this long after the writers begin, in seconds.
const FAULT_S: (f64, f64) = (0.005, 2.0);
/// With an import under way it comes sooner: the import is over soon.
const IMPORT_FAULT_S: (f64, f64) = (0.005, 0.4);
/// A second fault comes this long after the start of the server.
const SECOND_FAULT_S: (f64, f64) = (0.0, 0.25);
const SECOND_SHARE: f64 = 0.2;
/// Cuts before which the server is halted.
const EXACT_SHARE: f64 = 0.7;
const IMPORT_SHARE: f64 = 0.3;
const BIRTH_SHARE: f64 = 0.5;
/// The number under which a cycle's own choices are drawn, beyond every writer.
const CHOICES: usize = usize::MAX;

/// What happens to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// SIGKILL: the system keeps what was written.
    Kill,
    /// The power: the system forgets what was not synced.
    Cut,
}

impl Fault {
    /// As the table names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill -9",
            Self::Cut => "power cut",
        }
    }

    fn room(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Cut => "cut",
        }
    }

    /// Numbers of series: those of kills and of cuts do not meet.
    fn first_series(self) -> usize {
        match self {
            Self::Kill => 0,
            Self::Cut => 100_000,
        }
    }

    fn volume(self, room: &Path) -> Result<Option<Volume>> {
        match self {
            Self::Kill => Ok(None),
            Self::Cut => Volume::ext4(room, "disk", 2_048).map(Some),
        }
    }

    /// A cut is exact where the server is halted first: then no sync is under way that the file
    /// system might answer wrongly, and every acknowledgement counts.
    fn strike(self, server: &mut Server, volume: Option<&Volume>, is_exact: bool) -> Result<()> {
        if let (Self::Cut, Some(volume)) = (self, volume) {
            if is_exact {
                server.halt()?;
            }
            volume.cut()?;
            if is_exact {
                volume.is_exact();
            }
        }
        server.kill();
        Ok(())
    }
}

/// Whether this machine permits the fault, and why not.
pub(super) fn permits(lab: &Lab, fault: Fault) -> Result<()> {
    let room = lab.fresh("permitted")?;
    match fault.volume(&room)? {
        Some(mut volume) => {
            volume.cut()?;
            volume.restore()
        }
        None => Ok(()),
    }
}

/// So many cycles, in series of some; it stops when a series shows a violation, or the patience
/// ends.
pub(super) fn run(lab: &Lab, fault: Fault, cycles: usize, totals: &mut Tally) -> Result<()> {
    let (next, watch, shared) = (AtomicUsize::new(0), Stopwatch::start(), Mutex::new(totals));
    let totals = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || -> Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let left = cycles.saturating_sub(number * CYCLES_MAX);
            let is_late = lab.patience.is_some_and(|patience| watch.elapsed() > patience);
            if left == 0 || is_late || totals().violated() > 0 {
                return Ok(());
            }
            let tally = one(lab, fault, fault.first_series() + number, left.min(CYCLES_MAX))?;
            let mut totals = totals();
            totals.absorb(&tally);
            lab.note(fault.name(), cycles, &totals);
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..lab.lanes).map(|_| scope.spawn(work)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap_or(Ok(())))
    })
}

/// One data directory from its birth to its last check.
fn one(lab: &Lab, fault: Fault, series: usize, cycles: usize) -> Result<Tally> {
    let mut site = Site::new(lab, fault.room(), series, |room| fault.volume(room))?;
    let lived = live(&mut site, fault, cycles);
    // What keeps a site from going on is the server's doing: the lab's own needs are met before.
    if let Err(error) = lived {
        site.violate(&format!("{error:#}"));
    }
    Ok(site.tally.clone())
}

fn live(site: &mut Site<'_>, fault: Fault, cycles: usize) -> Result<()> {
    let mut random = site.lab.random(site.series, 0, CHOICES);
    if random.fraction() < BIRTH_SHARE {
        interrupt(site, fault, &mut random)?;
    }
    site.open_with_trail()?;
    for _ in 0..cycles {
        cycle(site, fault)?;
        if site.tally.violated() > 0 {
            break;
        }
    }
    site.finish()
}

/// Writers, a fault, perhaps a second one, recovery, checks.
fn cycle(site: &mut Site<'_>, fault: Fault) -> Result<()> {
    site.next_cycle();
    let mut random = site.lab.random(site.series, site.cycle, CHOICES);
    let with_import = random.fraction() < IMPORT_SHARE;
    let at = within(&mut random, if with_import { IMPORT_FAULT_S } else { FAULT_S });
    let is_exact = random.fraction() < EXACT_SHARE;
    site.tally.reach("cut with the server halted", usize::from(is_exact && fault == Fault::Cut));
    if with_import {
        site.begin_import()?;
    }
    site.disturb(|server, volume, _| {
        thread::sleep(at);
        fault.strike(server, volume, is_exact)
    })?;
    site.tally.faults += 1;
    clear(site, fault)?;
    if random.fraction() < SECOND_SHARE {
        interrupt(site, fault, &mut random)?;
    }
    let launch = site.launch();
    site.recover(&launch)?;
    site.check_cycle()
}

/// A start that does not get far.
fn interrupt(site: &mut Site<'_>, fault: Fault, random: &mut Random) -> Result<()> {
    let mut server = site.launch().spawn()?;
    thread::sleep(within(random, SECOND_FAULT_S));
    fault.strike(&mut server, site.volume.as_ref(), false)?;
    site.server = Some(server);
    site.tally.faults += 1;
    clear(site, fault)
}

/// The processes are gone; the power comes back.
fn clear(site: &mut Site<'_>, fault: Fault) -> Result<()> {
    site.end_server()?;
    site.doubt();
    match (&mut site.volume, fault) {
        (Some(volume), Fault::Cut) => volume.restore(),
        _ => Ok(()),
    }
}

fn within(random: &mut Random, (from, to): (f64, f64)) -> Duration {
    Duration::from_secs_f64(from + random.fraction() * (to - from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_within_their_time() {
        let mut random = Random::new(1, 1);
        for _ in 0..100 {
            let at = within(&mut random, FAULT_S).as_secs_f64();
            assert!((FAULT_S.0..FAULT_S.1).contains(&at), "{at}");
        }
    }
}
