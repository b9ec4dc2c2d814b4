//! Where the time of the live path goes: stages of PutAuditEvents and of single calls, as shares of
//! the server's CPU time. Waiting, for the disk or for a turn, takes none and is not seen.

use anyhow::{Context, Result};

use super::child;
use super::measure;
use super::phases::{Bench, fresh};
use super::puts;
use super::report::{Report, figure};
use super::stacks::{Recording, Stacks};
use super::table::Table;
use crate::client::Credentials;
use crate::server::Server;
use crate::tool;

/// What one kind of load took.
struct Stretch {
    stacks: Stacks,
    /// Microseconds of the server's CPU time for one event or call.
    each_us: f64,
}

/// Loads two servers, and tells the stages of both beside each other.
pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    if let Err(error) = tool::need("perf") {
        report.absent("stages of the live path", &error.to_string());
        return Ok(());
    }
    let puts = stretch(bench, "path-puts", &|server, credentials| {
        Ok(puts::press(bench, server, credentials)?.len() * puts::EVENTS_A_CALL)
    })?;
    let calls = stretch(bench, "path-calls", &|server, credentials| {
        let (connections, live_s) = (bench.connections, bench.scale.live_s);
        let seen = measure::call_from_all(&server.address, credentials, connections, live_s)?;
        Ok(seen.iter().map(Vec::len).sum())
    })?;
    let counted = format!("{} and {} stacks, by perf", puts.stacks.all(), calls.stacks.all());
    report.describe("stages of the live path", counted);
    report.tabulate(table(&puts, &calls));
    Ok(())
}

/// Takes stacks of a new server while work is done, which says how often it did it.
fn stretch(
    bench: &Bench<'_>,
    name: &str,
    work: &dyn Fn(&Server, &Credentials) -> Result<usize>,
) -> Result<Stretch> {
    let data = fresh(bench.room, name)?;
    let server = Server::start(bench.binary, &data)?;
    let credentials = Credentials::read(&data)?;
    let before_s = child::cpu_s(server.id());
    let recording = Recording::start(server.id(), bench.scale.live_s, bench.room)?;
    let count = work(&server, &credentials);
    // The recorder is waited for also where the work failed.
    let stacks = recording.finish();
    let cpu_s = child::cpu_s(server.id()) - before_s;
    let count = count?.max(1) as f64;
    let stacks = stacks.context("the stages of the live path cannot be told")?;
    Ok(Stretch { stacks, each_us: 1e6 * cpu_s / count })
}

fn table(puts: &Stretch, calls: &Stretch) -> Table {
    let mut table = Table::new(["share of the server's CPU", "of a put event", "of a single call"]);
    let cell = |share: f64, stretch: &Stretch| {
        format!("{:.1} %, {} us", 100.0 * share, figure(share * stretch.each_us))
    };
    for ((name, of_put), (_, of_call)) in puts.stacks.shares().zip(calls.stacks.shares()) {
        table.row([name.to_owned(), cell(of_put, puts), cell(of_call, calls)]);
    }
    table.row(["all".to_owned(), cell(1.0, puts), cell(1.0, calls)]);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_stages_of_both_loads_beside_each_other() {
        let stacks = |function: &str| Stacks::read(&format!("serve \n\t  1 {function}\n\n"));
        let puts = Stretch { stacks: stacks("journal::journal::Journal::append"), each_us: 20.0 };
        let calls = Stretch { stacks: stacks("wire::sigv4::sign"), each_us: 100.0 };
        let text = table(&puts, &calls).to_string();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("| journal | 100.0 %, 20.0 us | 0.0 %, 0.00 us |"), "{text}");
        assert!(words.contains("| signature | 0.0 %, 0.00 us | 100.0 %, 100 us |"), "{text}");
        assert!(words.contains("| all | 100.0 %, 20.0 us | 100.0 %, 100 us |"), "{text}");
    }
}
