//! How long a call takes at a quarter, half and all of what the server can do.
//!
//! Calls are due at an even rate, whatever became of those before, and each is measured from the
//! moment it was due: who sends only when answered measures a slow server seldom.

use std::path::Path;

use anyhow::Result;

use super::child;
use super::load::{Load, Seen};
use super::phases::Bench;
use super::report::{Must, Report};
use crate::client::Credentials;
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::percentile;

/// Of capacity.
const LEVELS: [(&str, f64); 3] = [("a quarter", 0.25), ("half", 0.5), ("full", 1.0)];

/// What came of one level.
#[derive(Debug)]
struct Outcome {
    seen: Seen,
    wall_s: f64,
    /// Of the server's processor.
    cpu_s: f64,
}

/// Finds the capacity, each connection calling again as soon as it is answered; then sends a part
/// of it over as many.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    let all = Load {
        address: &server.address,
        credentials: &credentials,
        connections: bench.connections,
        per_s: None,
        seconds: bench.scale.live_s as f64,
        lookup_every: 0,
    };
    let most = measure(&all, &server)?;
    let most = Outcome { seen: most.seen.all_accepted("the first")?, ..most };
    let capacity = most.reached_per_s();
    report.figure("capacity, recorded calls", Must::Nothing, capacity, "calls/s");
    for (name, share) in LEVELS {
        let per_s = Some(share * capacity);
        measure(&Load { per_s, ..all }, &server)?.tell(name, report);
    }
    Ok(())
}

fn measure(load: &Load<'_>, server: &Server) -> Result<Outcome> {
    let (before_s, watch) = (child::cpu_s(server.id()), Stopwatch::start());
    let seen = load.run()?;
    let (wall_s, cpu_s) = (watch.seconds(), child::cpu_s(server.id()) - before_s);
    Ok(Outcome { seen, wall_s, cpu_s })
}

impl Outcome {
    /// Accepted calls a second until the last answer, which may come after the last call was due.
    fn reached_per_s(&self) -> f64 {
        self.seen.accepted_ms.len() as f64 / self.wall_s
    }

    fn tell(&self, level: &str, report: &mut Report) {
        let row = |what: &str| format!("at {level} load: {what}");
        let Seen { due_ms, late_ms, accepted_ms, .. } = &self.seen;
        let cpu_us = 1e6 * self.cpu_s / accepted_ms.len().max(1) as f64;
        report.figure(&row("p50"), Must::Nothing, percentile(due_ms, 50.0), "ms");
        report.figure(&row("p99"), Must::Nothing, percentile(due_ms, 99.0), "ms");
        let reached = self.reached_per_s();
        report.figure(&row("reached"), Must::Nothing, reached, "calls/s");
        report.figure(&row("server CPU a call"), Must::Nothing, cpu_us, "us");
        let late = percentile(late_ms, 99.0);
        report.figure(&row("p99 of the caller being late itself"), Must::Nothing, late, "ms");
        let lost = self.seen.lost() as f64;
        report.figure(&row("not accepted"), Must::Nothing, lost, "calls");
        if let Some(failure) = &self.seen.failure {
            report.describe(&row("first failure"), failure.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_latencies_from_when_calls_were_due() {
        let seen = Seen { accepted_ms: vec![1.0; 4], due_ms: vec![5.0; 4], ..Seen::default() };
        let outcome = Outcome { seen, wall_s: 2.0, cpu_s: 0.002 };
        let mut report = Report::default();
        outcome.tell("half", &mut report);
        let text = report.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        for row in [
            "at half load: p50 | - | 5.00 ms",
            "at half load: p99 | - | 5.00 ms",
            "at half load: reached | - | 2.00 calls/s",
            "at half load: server CPU a call | - | 500 us",
            "at half load: not accepted | - | 0.00 calls",
        ] {
            assert!(text.contains(row), "{text}");
        }
    }
}
