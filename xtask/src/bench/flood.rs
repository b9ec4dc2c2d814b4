//! One account floods the server; another makes a call now and then and should hardly notice.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::child;
use super::cores::Cores;
use super::load::{Load, Seen};
use super::phases::Bench;
use super::report::{Must, Report};
use crate::client::Credentials;
use crate::server::{Launch, Server};
use crate::statistics::{median, percentile};

/// Accounts of a server that takes any key: the key says whose it is.
const FLOODS: &str = "111111111111";
const IS_CALM: &str = "222222222222";
/// Connections of the flood: each calls again as soon as it is answered.
const CONNECTIONS: usize = 256;
const CALM_CONNECTIONS: usize = 4;
const CALM_PER_S: f64 = 200.0;
/// The flood is in full spate when the calm account comes: each of its connections has proved who
/// it is. Until then all are strangers at one address, who share one turn.
const HEAD_START: Duration = Duration::from_secs(1);
/// Quiet and flood follow each other so often, that other noise is shared.
const ROUNDS: usize = 5;

/// What the calm account saw, round by round, and the flood.
#[derive(Debug, Default)]
struct Outcome {
    alone: Vec<Seen>,
    beside: Vec<Seen>,
    flood: Seen,
    seconds: f64,
    /// Of the server's processor, while there was a flood.
    cpu_s: f64,
}

/// Measures the calm account with and without the flood: first with server and load on cores of
/// their own, as on two machines, then all on all cores.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let cores = Cores::split();
    if let Some(cores) = &cores {
        let outcome = measure(bench, &data.join("apart"), |launch| cores.start(|| launch.start()))?;
        tell(&outcome, &format!("flood, {}", cores.describe()), Must::AtMost(2.0), report);
    }
    drop(cores);
    let outcome = measure(bench, &data.join("together"), Launch::start)?;
    tell(&outcome, "flood, all on all cores", Must::Nothing, report);
    Ok(())
}

fn measure(
    bench: &Bench<'_>,
    data: &Path,
    start: impl FnOnce(&Launch) -> Result<Server>,
) -> Result<Outcome> {
    fs::create_dir_all(data)?;
    let (lake, log) = (data.join("lake"), data.join("server.log"));
    let launch = Launch::new(bench.binary, &lake, &log).with("PUGMARK_DEV", "true");
    let server = start(&launch)?;
    let seconds = bench.seconds as f64 / (4 * ROUNDS) as f64;
    let flooded_s = (seconds + HEAD_START.as_secs_f64()) * ROUNDS as f64;
    let mut outcome = Outcome { seconds: flooded_s, ..Outcome::default() };
    for _ in 0..ROUNDS {
        outcome.alone.push(calm(&server, seconds)?);
        let before_s = child::cpu_s(server.id());
        let (seen, flooded) = thread::scope(|scope| {
            let flood = scope.spawn(|| pour(&server, seconds + HEAD_START.as_secs_f64()));
            thread::sleep(HEAD_START);
            (calm(&server, seconds), flood.join())
        });
        outcome.cpu_s += child::cpu_s(server.id()) - before_s;
        outcome.beside.push(seen?);
        let Ok(flooded) = flooded else { bail!("the flooding thread stopped") };
        outcome.flood.add(flooded?);
    }
    Ok(outcome)
}

/// The calls of the calm account; all must be accepted.
fn calm(server: &Server, seconds: f64) -> Result<Seen> {
    let credentials = Credentials::of(IS_CALM, "any");
    let load = Load {
        address: &server.address,
        credentials: &credentials,
        connections: CALM_CONNECTIONS,
        per_s: Some(CALM_PER_S),
        seconds,
        lookup_every: 0,
    };
    load.run()?.all_accepted("the calm account's")
}

fn pour(server: &Server, seconds: f64) -> Result<Seen> {
    let credentials = Credentials::of(FLOODS, "any");
    let horde = Load {
        address: &server.address,
        credentials: &credentials,
        connections: CONNECTIONS,
        per_s: None,
        seconds,
        lookup_every: 0,
    };
    horde.run_from_one_thread()
}

fn tell(outcome: &Outcome, which: &str, must: Must, report: &mut Report) {
    let Outcome { flood, seconds, cpu_s, .. } = outcome;
    let row = |what: &str| format!("{which}: {what}");
    let accepted = flood.accepted_ms.len() as f64;
    report.figure(&row("accepted of it"), Must::Nothing, accepted / seconds, "calls/s");
    let throttled = flood.throttled as f64 / seconds;
    report.figure(&row("throttled of it"), Must::Nothing, throttled, "calls/s");
    report.figure(&row("server CPU"), Must::Nothing, 100.0 * cpu_s / seconds, "% of a core");
    let p99 = percentile(&flood.accepted_ms, 99.0);
    report.figure(&row("its own p99"), Must::Nothing, p99, "ms");
    for (percent, must) in [(50.0, Must::Nothing), (99.0, must)] {
        let row = |what: &str| row(&format!("another account's p{percent}{what}"));
        compare(outcome, percent, |seen| &seen.accepted_ms, row(""), must, report);
        let in_server = row(" in the server alone");
        compare(outcome, percent, |seen| &seen.server_ms, in_server, Must::Nothing, report);
    }
    let late = row("another account's p99 of being late itself");
    compare(outcome, 99.0, |seen| &seen.late_ms, late, Must::Nothing, report);
}

/// Milliseconds with the flood and without it.
fn compare(
    outcome: &Outcome,
    percent: f64,
    of: impl Fn(&Seen) -> &Vec<f64>,
    what: String,
    must: Must,
    report: &mut Report,
) {
    // A round that something else disturbed is one of several.
    let all = |rounds: &[Seen]| {
        median(&rounds.iter().map(|seen| percentile(of(seen), percent)).collect::<Vec<_>>())
    };
    let (quiet, loud) = (all(&outcome.alone), all(&outcome.beside));
    report.figure(&format!("{what}, without it"), Must::Nothing, quiet, "ms");
    report.figure(&format!("{what}, with it"), Must::Nothing, loud, "ms");
    report.figure(&format!("{what}, with against without"), must, loud / quiet, "times");
}
