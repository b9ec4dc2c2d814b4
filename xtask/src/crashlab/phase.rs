//! Crashes at named places of the engine, in a binary built to have them.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::lab::Lab;
use super::site::Site;
use super::tally::Tally;
use crate::clock::Stopwatch;
use crate::server::Server;

/// `<phase>:<n>`: the process aborts when it comes to the phase for the n-th time.
const KILL_AT: &str = "PUGMARK_KILL_AT";
/// The phases, and up to which passage each is hit.
pub(super) const PHASES: [(&str, usize); 10] = [
    ("commit", 300),
    ("snapshot", 2),
    ("trim", 2),
    ("seal", 3),
    ("compaction", 2),
    ("import", 2),
    ("plan", 4),
    ("put", 6),
    ("digest", 4),
    ("body", 40),
];
const CYCLES_MAX: usize = 25;
/// A passage that does not come in this time is not waited for.
const WAITING: Duration = Duration::from_secs(8);
const POLL: Duration = Duration::from_millis(2);
const FIRST_SERIES: usize = 700_000;

/// Until the phase was hit so often, or twice as many cycles are over.
pub(super) fn run(
    lab: &Lab,
    phase: &str,
    nth_max: usize,
    hits: usize,
    totals: &mut Tally,
) -> Result<()> {
    let number = PHASES.iter().position(|(name, _)| *name == phase).unwrap_or(0);
    let mut series = FIRST_SERIES + 10_000 * number;
    let mut cycles_left = 2 * hits;
    while totals.faults < hits && cycles_left > 0 && totals.violated() == 0 {
        series += 1;
        let mut site = Site::new(lab, phase, series, |_| Ok(None))?;
        let cycles = cycles_left.min(CYCLES_MAX);
        cycles_left -= cycles;
        if let Err(error) = live(&mut site, phase, nth_max, cycles, hits - totals.faults) {
            site.violate(&format!("{error:#}"));
        }
        totals.absorb(&site.tally);
        lab.note(&format!("phase {phase}"), 2 * hits, totals);
    }
    totals.reach(phase, totals.faults);
    Ok(())
}

/// A phase that was hit too seldom is a violation of what was asked for, though of no promise: who
/// looks for bugs does not count it.
pub(super) fn expect(tally: &mut Tally, name: &str, hits: usize) {
    if tally.faults < hits && tally.violated() == 0 {
        let found = tally.faults;
        tally.violate(name, &format!("it was hit {found} times, {hits} were asked for"));
    }
}

fn live(
    site: &mut Site<'_>,
    phase: &str,
    nth_max: usize,
    cycles: usize,
    hits: usize,
) -> Result<()> {
    site.open_with_trail()?;
    for _ in 0..cycles {
        site.next_cycle();
        site.end_server()?;
        let mut random = site.lab.random(site.series, site.cycle, usize::MAX);
        let nth = 1 + random.below(nth_max);
        if abort_at(site, &format!("{phase}:{nth}"))? {
            site.tally.faults += 1;
        }
        let launch = site.launch();
        site.recover(&launch)?;
        site.check_cycle()?;
        if site.tally.faults >= hits || site.tally.violated() > 0 {
            break;
        }
    }
    site.finish()
}

/// A start with the fail point, and work until it is hit: whether it was.
fn abort_at(site: &mut Site<'_>, place: &str) -> Result<bool> {
    let mut server = site.launch().with(KILL_AT, place).spawn()?;
    // It may be hit while it starts: then it does not answer.
    let answers = server.answering(Duration::from_secs(60)).is_ok();
    site.server = Some(server);
    if answers {
        site.begin_import()?;
        site.disturb(|server, _, _| until_ended(server))?;
    }
    let ended = site.server.as_mut().context("no server")?.ended()?;
    let was_aborted = ended.is_some_and(|status| status.code().is_none());
    site.end_server()?;
    Ok(was_aborted)
}

fn until_ended(server: &mut Server) -> Result<()> {
    let watch = Stopwatch::start();
    while watch.elapsed() < WAITING && server.ended()?.is_none() {
        thread::sleep(POLL);
    }
    Ok(())
}
