//! A fault at the n-th system call, for every call that touches files and many n.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::lab::Lab;
use super::ledger::{Fate, Kind};
use super::site::Site;
use super::strace::{self, Injected, Injection};
use super::tally::Tally;
use super::verdict::Scope;
use crate::clock::Stopwatch;
use crate::server::Server;

/// The calls of a server that change files, and those that open them.
pub(super) const CALLS: [&str; 16] = [
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "fdatasync",
    "fsync",
    "rename",
    "renameat",
    "renameat2",
    "openat",
    "unlink",
    "unlinkat",
    "mkdir",
    "ftruncate",
    "fallocate",
];
/// How long writers call while a fault waits.
const WRITING: Duration = Duration::from_millis(700);
const POLL: Duration = Duration::from_millis(5);
/// The tracer writes its last words after the server has ended.
const TRACING: Duration = Duration::from_millis(30);
/// A start under strace takes longer.
const STARTING: Duration = Duration::from_secs(60);
const FIRST_SERIES: usize = 200_000;

/// When in a directory's life the fault comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// At its first start of all.
    Birth,
    /// At a later start, or while it works.
    Grown,
}

/// One fault.
#[derive(Debug, Clone, Copy)]
struct Case {
    life: Life,
    injection: Injection,
    call: &'static str,
    nth: usize,
}

/// Tries every call and every fault, for n up to `nth_max`, until a call has no n-th time.
pub(super) fn run(
    lab: &Lab,
    calls: &[&'static str],
    nth_max: usize,
    tally: &mut Tally,
) -> Result<()> {
    let mut series = FIRST_SERIES;
    for &call in calls {
        for life in [Life::Grown, Life::Birth] {
            for injection in Injection::SWEPT {
                for nth in steps(nth_max) {
                    series += 1;
                    let case = Case { life, injection, call, nth };
                    if !one(lab, case, series, tally)? {
                        break;
                    }
                }
            }
        }
        eprintln!("crashlab: sweep: {call} done, {} faults so far", tally.faults);
    }
    Ok(())
}

/// 1, 2, 3, 4, 6, 8, 12, 16, 24, …
fn steps(nth_max: usize) -> impl Iterator<Item = usize> {
    let powers = (1..20).flat_map(|power| [1_usize << power, 3 << (power - 1)]);
    std::iter::once(1).chain(powers).take_while(move |nth| *nth <= nth_max)
}

/// One fault on a directory of its own: whether it came.
fn one(lab: &Lab, case: Case, series: usize, totals: &mut Tally) -> Result<bool> {
    let mut site = Site::new(lab, "sweep", series, |_| Ok(None))?;
    site.may_refuse = true;
    site.name =
        format!("sweep, {} at {} {}, {:?}", case.injection.name(), case.call, case.nth, case.life);
    let came = match live(&mut site, case) {
        Ok(came) => came,
        Err(error) => {
            site.violate(&format!("{error:#}"));
            true
        }
    };
    if came {
        site.tally.faults += 1;
        site.tally.reach(&format!("{} {}", case.call, case.injection.name()), 1);
    }
    totals.absorb(&site.tally);
    Ok(came)
}

fn live(site: &mut Site<'_>, case: Case) -> Result<bool> {
    if case.life == Life::Grown {
        site.open()?;
        site.end_server()?;
    }
    site.next_cycle();
    let came = suffer(site, case)?;
    match case.life {
        Life::Grown => {
            let launch = site.launch();
            site.recover(&launch)?;
            site.check(Scope::Everything)?;
        }
        Life::Birth => site.open()?,
    }
    site.check_cycle()?;
    site.finish()?;
    Ok(came)
}

/// A start under strace, and work where it comes so far.
fn suffer(site: &mut Site<'_>, case: Case) -> Result<bool> {
    let trace = site.room.join("trace");
    let words = strace::words(case.injection, case.call, case.nth, &trace);
    let mut server = site.launch().wrapped(words).spawn()?;
    let answers = server.answering(STARTING).is_ok();
    let mut was_killed = !answers && server.ended()?.is_some_and(|status| status.code().is_none());
    site.server = Some(server);
    if answers && case.life == Life::Grown {
        site.begin_import()?;
        site.disturb(|server, _, _| {
            until_ended(server)?;
            was_killed = server.ended()?.is_some_and(|status| status.code().is_none());
            // A server that hangs must not hold the writers up.
            server.kill();
            Ok(())
        })?;
    }
    let injected = told_after_the_end(site, &trace);
    // A counter that wakes a thread is written too, and never fails in truth: whoever is told
    // that it did may panic. What was acknowledged must be kept all the same.
    site.may_panic = !injected.iter().all(Injected::is_of_data);
    site.end_server()?;
    site.may_panic = false;
    if case.injection == Injection::Eio {
        nothing_after(site, &injected);
    }
    Ok(was_killed || !injected.is_empty())
}

/// The trace is whole a moment after the process has ended.
fn told_after_the_end(site: &mut Site<'_>, trace: &Path) -> Vec<Injected> {
    if let Some(server) = &mut site.server {
        server.kill();
    }
    thread::sleep(TRACING);
    strace::injected(trace)
}

fn until_ended(server: &mut Server) -> Result<()> {
    let watch = Stopwatch::start();
    while watch.elapsed() < WRITING && server.ended()?.is_none() {
        thread::sleep(POLL);
    }
    Ok(())
}

/// After a failed write or sync of the journal nobody knows what is on the disk: a call that was
/// sent later must not be acknowledged.
fn nothing_after(site: &mut Site<'_>, injected: &[Injected]) {
    let is_write = |i: &&Injected| ["sync(", "write"].iter().any(|word| i.line.contains(word));
    let Some(failed) = injected.iter().filter(is_write).find(|i| i.is_of_journal()) else {
        return;
    };
    let late = |kind: Kind, fate: Fate, sent_us: u64| {
        kind == Kind::Call && fate == Fate::Acknowledged && sent_us > failed.at_us
    };
    let count = site.book.open().entries().filter(|(_, e)| late(e.kind, e.fate, e.sent_us)).count();
    if count > 0 {
        let line = &failed.line;
        site.violate(&format!("{count} calls were acknowledged that were sent after `{line}`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow() {
        assert_eq!(steps(24).collect::<Vec<usize>>(), [1, 2, 3, 4, 6, 8, 12, 16, 24]);
    }
}
