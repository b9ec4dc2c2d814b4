//! Five times what the server can do, for a long time: it stays up, stays small, answers who it
//! lets in soon and tells all others so; and what it answered is on record, nothing else.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::audit_event::AuditEvents;
use super::child;
use super::cores::Cores;
use super::load::{Load, Seen};
use super::phases::{Bench, MEBIBYTE};
use super::puts::{self, Channel};
use super::queries;
use super::report::{Must, Report};
use super::statements::quoted;
use super::watch;
use super::world::World;
use crate::client::{Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::percentile;

/// Connections at a time: below what the server takes, many times what it lets work.
const CONNECTIONS: usize = 900;
/// Connections that are enough to find out what the server can do.
const CONNECTIONS_AT_CAPACITY: usize = 64;
const SECONDS_AT_CAPACITY: f64 = 10.0;
/// How many times its capacity is sent.
const TIMES: f64 = 5.0;
/// Every call is a look-up, which takes the server far longer than it takes us: what is refused
/// costs it little, so that one core can send many times what another one answers.
const LOOKUP_EVERY: u64 = 1;
/// Connections that put audit events meanwhile, and how many a call.
const PUTTERS: usize = 4;
const EVENTS_A_CALL: usize = 10;
const PUT_EVERY: Duration = Duration::from_millis(100);
const MEMORY_MB_MAX: f64 = 2_048.0;
/// How much more memory the last quarter may take than the second one.
const GROWTH_MAX: f64 = 1.1;

/// Finds the capacity, then sends five times as much, on cores of its own where there are two.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let cores = Cores::split();
    let server = match &cores {
        Some(cores) => cores.start(|| Server::start(bench.binary, data))?,
        None => Server::start(bench.binary, data)?,
    };
    let shared = || "server and load on the same core".to_owned();
    report.describe("overload", cores.as_ref().map_or_else(shared, Cores::describe));
    let credentials = Credentials::read(data)?;
    let mut client = Client::connect(&server.address, &credentials)?;
    let channel = puts::open(&mut client)?;
    let seconds = bench.minutes * 60.0;
    let at_capacity = Load {
        address: &server.address,
        credentials: &credentials,
        connections: CONNECTIONS_AT_CAPACITY,
        per_s: None,
        seconds: SECONDS_AT_CAPACITY.min(seconds),
        lookup_every: LOOKUP_EVERY,
    };
    let before = at_capacity.run_from_one_thread()?;
    let capacity = before.accepted_ms.len() as f64 / at_capacity.seconds;
    report.figure("capacity, look-ups", Must::Nothing, capacity, "calls/s");
    let per_s = Some(TIMES * capacity);
    let horde = Load { connections: CONNECTIONS, per_s, seconds, ..at_capacity };
    let ((seen, put), memory_mb) = watch_memory(server.id(), || {
        thread::scope(|scope| {
            let putter = |stream| {
                let (server, credentials, channel) = (&server, &credentials, &channel);
                scope.spawn(move || put(bench.seed, stream, server, credentials, channel, seconds))
            };
            let putters: Vec<_> = (0..PUTTERS as u64).map(putter).collect();
            let seen = horde.run_from_one_thread()?;
            let mut all = Put::default();
            for putter in putters {
                all.add(&putter.join().ok().context("a putting thread stopped")??);
            }
            Ok((seen, all))
        })
    })?;
    tell(&seen, seconds, capacity, report);
    tell_memory(&memory_mb, report);
    let mut client = Client::connect(&server.address, &credentials)?;
    check_puts(&mut client, &put, report)?;
    check_records(&mut client, &[&before, &seen], report)
}

/// What became of audit events.
#[derive(Debug, Default)]
struct Put {
    acknowledged: i64,
    throttled: u64,
}

impl Put {
    fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.throttled += other.throttled;
    }
}

/// Puts audit events now and then, each of them once.
fn put(
    seed: u64,
    stream: u64,
    server: &Server,
    credentials: &Credentials,
    channel: &Channel,
    seconds: f64,
) -> Result<Put> {
    let world = World::new(seed);
    let mut events = AuditEvents::new(&world, seed, stream, &channel.account);
    let mut client = Client::connect(&server.address, credentials)?;
    let (mut put, watch) = (Put::default(), Stopwatch::start());
    while watch.seconds() < seconds {
        let answer = client.put_audit_events(&channel.arn, &events.body(EVENTS_A_CALL))?;
        match answer.status {
            200 => put.acknowledged += puts::taken(&answer, EVENTS_A_CALL)?.len() as i64,
            _ => put.throttled += 1,
        }
        thread::sleep(PUT_EVERY);
    }
    Ok(put)
}

/// Every audit event that was acknowledged is on record, and no other.
fn check_puts(client: &mut Client, put: &Put, report: &mut Report) -> Result<()> {
    let acknowledged = put.acknowledged as f64;
    report.figure("overload: audit events acknowledged", Must::Nothing, acknowledged, "events");
    let throttled = put.throttled as f64;
    report.figure("overload: puts throttled", Must::Nothing, throttled, "calls");
    for (what, counted) in [("on record", "count(*)"), ("distinct", "count(DISTINCT eventID)")] {
        let is_so = puts::counted(client, counted)? == put.acknowledged;
        report.check(&format!("overload: each acknowledged audit event is {what}"), is_so);
    }
    Ok(())
}

/// Runs `work` and takes the server's memory every second, in megabytes.
fn watch_memory<T>(id: u32, work: impl FnOnce() -> Result<T>) -> Result<(T, Vec<f64>)> {
    let look = || child::memory_bytes(id, "VmRSS").map(|it| it as f64 / MEBIBYTE);
    watch::beside(Duration::from_secs(1), look, work)
}

fn tell(seen: &Seen, seconds: f64, capacity: f64, report: &mut Report) {
    let row = |what: &str| format!("overload for {seconds:.0} s: {what}");
    let offered = seen.sent as f64 / seconds;
    report.figure(&row("sent"), Must::Nothing, offered, "calls/s");
    report.figure(&row("sent, of capacity"), Must::AtLeast(4.9), offered / capacity, "times");
    let held_back = seen.held_back as f64 / seconds;
    report.figure(&row("due while all connections waited"), Must::Nothing, held_back, "calls/s");
    let accepted = seen.accepted_ms.len() as f64 / seconds;
    report.figure(&row("accepted"), Must::Nothing, accepted, "calls/s");
    report.figure(&row("throttled"), Must::Nothing, seen.throttled as f64 / seconds, "calls/s");
    let share = 100.0 * seen.throttled as f64 / (seen.sent as f64).max(1.0);
    report.figure(&row("throttled, of what was sent"), Must::Nothing, share, "%");
    report.figure(&row("accepted p50"), Must::Nothing, percentile(&seen.accepted_ms, 50.0), "ms");
    report.figure(
        &row("accepted p99"),
        Must::AtMost(500.0),
        percentile(&seen.accepted_ms, 99.0),
        "ms",
    );
    report.figure(&row("neither"), Must::AtMost(0.0), seen.failed as f64, "calls");
    if let Some(failure) = &seen.failure {
        report.describe("overload: first failure", failure.clone());
    }
}

fn tell_memory(memory_mb: &[f64], report: &mut Report) {
    let peak = memory_mb.iter().copied().fold(0.0, f64::max);
    let start = memory_mb.first().copied().unwrap_or_default();
    report.figure("overload: memory at the start", Must::Nothing, start, "MB");
    report.figure("overload: peak memory", Must::AtMost(MEMORY_MB_MAX), peak, "MB");
    report.figure("overload: memory slope", Must::Nothing, slope(second_half(memory_mb)), "MB/min");
    let quarter = memory_mb.len() / 4;
    let mean = |skip: usize| {
        let some: Vec<f64> = memory_mb.iter().skip(skip * quarter).take(quarter).copied().collect();
        some.iter().sum::<f64>() / some.len().max(1) as f64
    };
    let growth = mean(3) / mean(1).max(1.0);
    report.figure(
        "overload: memory, last quarter against second",
        Must::AtMost(GROWTH_MAX),
        growth,
        "times",
    );
}

fn second_half(all: &[f64]) -> &[f64] {
    all.get(all.len() / 2..).unwrap_or_default()
}

/// How much a value taken every second grows in a minute, by least squares.
fn slope(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let (mean_at, mean) = ((count - 1.0) / 2.0, values.iter().sum::<f64>() / count);
    let numbered = || values.iter().enumerate().map(|(at, value)| (at as f64 - mean_at, value));
    let product: f64 = numbered().map(|(at, value)| at * (value - mean)).sum();
    let square: f64 = numbered().map(|(at, _)| at * at).sum();
    60.0 * product / square.max(1.0)
}

/// What was accepted is on record once each, and nothing that was sent away is.
fn check_records(client: &mut Client, seen: &[&Seen], report: &mut Report) -> Result<()> {
    let accepted: usize = seen.iter().map(|it| it.accepted_ms.len()).sum();
    let of_ours = "eventName IN ('GetCallerIdentity', 'LookupEvents')";
    let count = |client: &mut Client, what: &str, which: &str| {
        queries::number(client, &format!("SELECT {what} FROM events WHERE {which}"))
    };
    let recorded = count(client, "count(*)", of_ours)?;
    let distinct = count(client, "count(DISTINCT requestID)", of_ours)?;
    let all = accepted as f64;
    report.figure(
        "overload: records for each accepted call",
        Must::AtLeast(1.0),
        recorded as f64 / all,
        "",
    );
    report.check("overload: as many records as accepted calls", recorded == accepted as i64);
    report.check("overload: no call is recorded twice", distinct == recorded);
    let ids = |pick: fn(&Seen) -> &Vec<String>| -> Vec<String> {
        seen.iter().flat_map(|it| pick(it)).map(|id| quoted(id)).collect()
    };
    let (kept, sent_away) = (ids(|it| &it.accepted_ids), ids(|it| &it.throttled_ids));
    let found = found(client, &kept)?;
    report.check("overload: the last accepted calls are on record", found == kept.len() as i64);
    let found = self::found(client, &sent_away)?;
    report.check("overload: the last throttled calls are not", found == 0);
    Ok(())
}

/// How many records bear one of these ids.
fn found(client: &mut Client, ids: &[String]) -> Result<i64> {
    let mut found = 0;
    // A statement has ten thousand characters at most.
    for some in ids.chunks(200) {
        let list = some.join(", ");
        let sql = format!("SELECT count(*) FROM events WHERE requestID IN ({list})");
        found += queries::number(client, &sql)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_told_a_minute() {
        let rising: Vec<f64> = (0..100).map(|second| 500.0 + f64::from(second) * 2.0).collect();
        assert!((slope(&rising) - 120.0).abs() < 1e-6);
        assert_eq!(slope(&[7.0; 50]), 0.0);
        assert_eq!(slope(&[]), 0.0);
    }
}
