//! One account floods the server; another makes a call now and then and should hardly notice.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::load::{Load, Seen};
use super::phases::Bench;
use super::report::{Must, Report};
use crate::client::Credentials;
use crate::server::{Launch, Server};
use crate::statistics::percentile;

/// Accounts of a server that takes any key: the key says whose it is.
const FLOODS: &str = "111111111111";
const IS_CALM: &str = "222222222222";
/// Connections of the flood: each calls again as soon as it is answered.
const CONNECTIONS: usize = 256;
const CALM_CONNECTIONS: usize = 4;
const CALM_PER_S: f64 = 200.0;
const HEAD_START: Duration = Duration::from_millis(300);
/// Quiet and flood follow each other so often, that other noise is shared.
const ROUNDS: usize = 3;

/// Measures the calm account with and without the flood.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let log = data.with_extension("server.log");
    let launch = Launch::new(bench.binary, data, &log).with("PUGMARK_DEV", "true");
    let server = launch.start()?;
    let seconds = bench.seconds as f64 / (2 * ROUNDS) as f64;
    let (mut alone, mut beside, mut flood) = (Vec::new(), Vec::new(), Seen::default());
    for _ in 0..ROUNDS {
        alone.append(&mut calm(&server, seconds)?);
        let (seen, flooded) = thread::scope(|scope| {
            let calm = scope.spawn(|| calm(&server, seconds));
            // The calm account is there already when the flood comes.
            thread::sleep(HEAD_START);
            let flood = pour(&server, seconds - HEAD_START.as_secs_f64());
            (calm.join(), flood)
        });
        match seen {
            Ok(seen) => beside.append(&mut seen?),
            Err(_) => bail!("the calm thread stopped"),
        }
        flood.add(flooded?);
    }
    tell(&alone, &beside, &flood, seconds * ROUNDS as f64, report);
    Ok(())
}

/// Milliseconds of each call of the calm account; all must be accepted.
fn calm(server: &Server, seconds: f64) -> Result<Vec<f64>> {
    let credentials = Credentials::of(IS_CALM, "any");
    let seen = Load {
        address: &server.address,
        credentials: &credentials,
        connections: CALM_CONNECTIONS,
        per_s: Some(CALM_PER_S),
        seconds,
        lookup_every: 0,
    }
    .run()?;
    if seen.throttled + seen.failed > 0 {
        let (throttled, failed) = (seen.throttled, seen.failed);
        let why = seen.failure.unwrap_or_default();
        bail!("of the calm account's calls {throttled} were throttled, {failed} failed: {why}");
    }
    Ok(seen.accepted_ms)
}

fn pour(server: &Server, seconds: f64) -> Result<Seen> {
    let credentials = Credentials::of(FLOODS, "any");
    let load = Load {
        address: &server.address,
        credentials: &credentials,
        connections: CONNECTIONS,
        per_s: None,
        seconds,
        lookup_every: 0,
    };
    load.run()
}

fn tell(alone: &[f64], beside: &[f64], flood: &Seen, seconds: f64, report: &mut Report) {
    let accepted = flood.accepted_ms.len() as f64 / seconds;
    report.figure("one account floods: accepted of it", Must::Nothing, accepted, "calls/s");
    let throttled = flood.throttled as f64 / seconds;
    report.figure("one account floods: throttled of it", Must::Nothing, throttled, "calls/s");
    let p99 = percentile(&flood.accepted_ms, 99.0);
    report.figure("one account floods: its own p99", Must::Nothing, p99, "ms");
    for (name, percent, must) in [("p50", 50.0, Must::Nothing), ("p99", 99.0, Must::AtMost(2.0))] {
        let (quiet, loud) = (percentile(alone, percent), percentile(beside, percent));
        let row = |what: &str| format!("another account's {name}, {what}");
        report.figure(&row("without the flood"), Must::Nothing, quiet, "ms");
        report.figure(&row("with the flood"), Must::Nothing, loud, "ms");
        report.figure(&row("with against without"), must, loud / quiet, "times");
    }
}
