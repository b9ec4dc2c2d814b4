//! Events arrive at a steady rate for a long time: does merging keep up?
//!
//! What is to be expected, by `crates/engine/src/followers/lake.rs`. The tail is sealed at 32,768
//! records, so at 20,000 a second a part comes every other second. Parts of one account and month
//! whose sizes are within a factor of four are merged once there are four of them, eight at most at
//! a time, and one of 262,144 rows is left alone. So there are two sizes that are merged, from
//! 16,384 and from 65,536 rows on, and of each at most three parts wait where merging keeps up:
//! six, and those that were sealed while eight others were merged. That number does not grow with
//! time. The number of parts that are left alone does, one for each 262,144 records at the most,
//! because that is as large as parts get: of all parts there are about three times as many at the
//! end as at a third of the time once most are such, however well merging keeps up. So what must
//! not grow is what waits. It rises and falls by itself, in rounds of up to a minute: some minutes
//! tell more than one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::child;
use super::growth::MEMORY;
use super::load::Seen;
use super::pace::Pace;
use super::parts::Parts;
use super::phases::{Bench, MEBIBYTE};
use super::puts::{self, EVENTS_A_CALL};
use super::report::{Must, Report};
use super::watch;
use super::world::World;
use crate::client::{Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::percentile;

const EVENTS_PER_S: f64 = 20_000.0;
/// Of these so many must really be accepted.
const ACCEPTED: Must = Must::AtLeast(19_500.0);
/// What waits in the last third of the time against the second.
const KEEPS_UP: Must = Must::AtMost(2.0);
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Once the load is over.
const LOOK_OFTEN: Duration = Duration::from_millis(250);
/// How long it may go on merging then, in seconds, before the benchmark goes on.
const REST_MAX_S: f64 = 60.0;

/// Puts for some minutes and looks at the parts meanwhile; then waits until they are merged.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    measure(bench, data, report)?;
    fs::remove_dir_all(data).with_context(|| format!("cannot remove `{}`", data.display()))
}

fn measure(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    let connect = || Client::connect(&server.address, &credentials);
    let (channel, world) = (puts::open(&mut connect()?)?, World::new(bench.seed));
    let putters = puts::putters(bench.seed, &server, &credentials, &channel, &world)?;
    let per_s = Some(EVENTS_PER_S / EVENTS_A_CALL as f64);
    let pace = Pace { per_s, seconds: bench.minutes * 60.0 };
    let watch = Stopwatch::start();
    let look = || Parts::look(&server.address, data, watch.seconds()).ok();
    let load = || Ok((pace.run(putters)?, watch.seconds()));
    let ((seen, wall_s), during) = watch::beside(LOOK_EVERY, look, load)?;
    tell_calls(&seen, wall_s, report);
    tell_parts(&during, pace.seconds, report)?;
    let over_s = watch.seconds();
    let rest = || Ok(child::until_rest(server.id(), REST_MAX_S));
    let (_, after) = watch::beside(LOOK_OFTEN, look, rest)?;
    tell_rest(&after, over_s, report)?;
    let peak = child::memory_bytes(server.id(), "VmHWM").context("the server ended")?;
    report.figure(&row("peak memory of the server"), MEMORY, peak as f64 / MEBIBYTE, "MB");
    let missing = acknowledged(&seen) as i64 - puts::counted(&mut connect()?, "count(*)")?;
    report.figure(&row("acknowledged and missing"), Must::AtMost(0.0), missing as f64, "events");
    Ok(())
}

fn row(what: &str) -> String {
    format!("compaction at {EVENTS_PER_S:.0} events/s: {what}")
}

const fn acknowledged(seen: &Seen) -> usize {
    seen.accepted_ms.len() * EVENTS_A_CALL
}

fn tell_calls(seen: &Seen, wall_s: f64, report: &mut Report) {
    let accepted = acknowledged(seen) as f64 / wall_s;
    report.figure(&row("accepted"), ACCEPTED, accepted, "events/s");
    report.figure(&row("calls not accepted"), Must::Nothing, seen.lost() as f64, "calls");
    for percent in [50.0, 99.0] {
        let took_ms = percentile(&seen.due_ms, percent);
        report.figure(&row(&format!("p{percent}")), Must::Nothing, took_ms, "ms a call");
    }
    if let Some(failure) = &seen.failure {
        report.describe("compaction: first failure", failure.clone());
    }
}

/// What there was and what waited, while events came.
fn tell_parts(seen: &[Parts], seconds: f64, report: &mut Report) -> Result<()> {
    let third = seen.iter().find(|it| it.at_s >= seconds / 3.0).or(seen.last());
    let (Some(third), Some(end)) = (third, seen.last()) else {
        bail!("the server never told how many parts it has");
    };
    let most = |of: fn(&Parts) -> u64| seen.iter().map(of).max().unwrap_or(0) as f64;
    let (early, late) = (third.live as f64, end.live as f64);
    report.figure(&row("parts at most"), Must::Nothing, most(|it| it.live), "");
    report.figure(&row("parts at a third"), Must::Nothing, early, "");
    report.figure(&row("parts at the end"), Must::Nothing, late, "");
    let ratio = late / early.max(1.0);
    report.figure(&row("parts, end against third"), Must::Nothing, ratio, "times");
    for (what, of) in [
        ("parts to be merged", (|it| it.small) as fn(&Parts) -> u64),
        ("records to be sealed or merged", |it| it.waiting),
    ] {
        let growth = Growth::of(seen, seconds, of);
        report.figure(&row(&format!("{what}, at most")), Must::Nothing, most(of), "");
        report.figure(&row(&format!("{what}, second third")), Must::Nothing, growth.second, "");
        report.figure(&row(&format!("{what}, last third")), Must::Nothing, growth.last, "");
        let against = row(&format!("{what}, last third against second"));
        report.figure(&against, KEEPS_UP, growth.times(), "times");
    }
    Ok(())
}

/// The means of something in the second and in the last third of the time. What waits rises with
/// every part and falls with every merge, so one moment says little.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Growth {
    second: f64,
    last: f64,
}

impl Growth {
    fn of(seen: &[Parts], seconds: f64, of: fn(&Parts) -> u64) -> Self {
        let mean = |from_s: f64, to_s: f64| {
            let within = seen.iter().filter(|it| (from_s..to_s).contains(&it.at_s));
            let all: Vec<f64> = within.map(|it| of(it) as f64).collect();
            all.iter().sum::<f64>() / all.len().max(1) as f64
        };
        let third_s = seconds / 3.0;
        Self { second: mean(third_s, 2.0 * third_s), last: mean(2.0 * third_s, f64::INFINITY) }
    }

    fn times(self) -> f64 {
        self.last / self.second.max(1.0)
    }
}

/// When the number of parts fell for the last time.
fn tell_rest(seen: &[Parts], over_s: f64, report: &mut Report) -> Result<()> {
    let last = seen.last().context("the server does not tell how many parts it has")?;
    let settled_s = last_fall_s(seen).map_or(0.0, |at_s| at_s - over_s);
    let unit = format!("s; {REST_MAX_S:.0} at most are waited for");
    report.figure(&row("until parts no longer fall"), Must::Nothing, settled_s, &unit);
    report.figure(&row("parts then"), Must::Nothing, last.live as f64, "");
    report.figure(&row("parts to be merged then"), Must::Nothing, last.small as f64, "");
    Ok(())
}

fn last_fall_s(seen: &[Parts]) -> Option<f64> {
    let fall_s = |pair: &[Parts]| match pair {
        [before, now] if now.live < before.live => Some(now.at_s),
        _ => None,
    };
    seen.windows(2).rev().find_map(fall_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looked at every second: how many parts, and how many of them small.
    fn seen(counts: &[(u64, u64)]) -> Vec<Parts> {
        let parts = |(at, (live, small)): (u32, &(u64, u64))| Parts {
            at_s: f64::from(at),
            live: *live,
            small: *small,
            waiting: small * 100,
        };
        (0..).zip(counts).map(parts).collect()
    }

    #[test]
    fn compares_the_last_third_with_the_second() {
        let all = seen(&[(1, 1), (9, 9), (4, 4), (4, 6), (8, 8), (6, 7), (6, 9)]);
        let growth = Growth::of(&all, 6.0, |it| it.small);
        assert_eq!(growth, Growth { second: 5.0, last: 8.0 });
        assert!((growth.times() - 1.6).abs() < 1e-9);
        // Nothing waited, then one part did: that is no growth without bounds.
        let few = Growth { second: 0.0, last: 1.0 };
        assert_eq!(few.times(), 1.0);
    }

    #[test]
    fn tells_whether_merging_keeps_up() {
        let text = |counts: &[(u64, u64)]| {
            let mut report = Report::default();
            tell_parts(&seen(counts), 6.0, &mut report).unwrap();
            report.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let keeps_up = text(&[(1, 1), (2, 2), (4, 4), (5, 4), (7, 5), (12, 5)]);
        assert!(keeps_up.contains("parts, end against third | - | 3.00 times"), "{keeps_up}");
        assert!(!keeps_up.contains("MISSED"), "{keeps_up}");
        let falls_behind = text(&[(1, 1), (2, 2), (4, 4), (5, 5), (11, 11), (15, 15)]);
        assert_eq!(falls_behind.matches("MISSED").count(), 2, "{falls_behind}");
        assert!(tell_parts(&[], 6.0, &mut Report::default()).is_err());
    }

    #[test]
    fn finds_when_the_number_of_parts_fell_for_the_last_time() {
        assert_eq!(
            last_fall_s(&seen(&[(9, 0), (10, 0), (6, 0), (6, 0), (7, 0), (7, 0)])),
            Some(2.0)
        );
        assert_eq!(last_fall_s(&seen(&[(3, 0), (3, 0)])), None);
        assert_eq!(last_fall_s(&[]), None);
    }
}
