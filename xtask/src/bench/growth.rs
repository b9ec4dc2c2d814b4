//! Ten times as many records: is an import still as quick, an answer as soon, memory bounded?
//!
//! Each set is generated with another seed, so that it has accounts, keys and addresses of its own,
//! and its files are removed once they are imported.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::child::{self, Cost};
use super::import;
use super::logs::Logs;
use super::phases::{Bench, MEBIBYTE, disk_bytes};
use super::queries::{self, Seen};
use super::report::{Must, Report, figure};
use super::statements::{self, Statement, Values};
use super::table::Table;
use crate::client::{Client, Credentials};
use crate::repository::files_below;
use crate::server::Server;

/// Sets of records; `--records` says how many each has.
const SETS: u64 = 10;
/// The questions that must not take longer where there is more.
const ASKED: [&str; 3] = ["Q1 ", "Q2 ", "Q6 "];
/// How often each is asked, once it was asked to warm up.
const RUNS: usize = 21;
/// Answers, all against few.
const ANSWER: Must = Must::AtMost(2.0);
/// From the start of the process until /readyz says so, in milliseconds.
const READY: Must = Must::AtMost(1_000.0);
/// The first answer of a process against later ones.
const COLD: Must = Must::AtMost(2.0);
/// Memory of import and server, in MB.
pub(super) const MEMORY: Must = Must::AtMost(2_048.0);
const PATIENCE: Duration = Duration::from_secs(120);
/// In the background parts may be merged for so long, in seconds, before the questions are asked.
const REST_MAX_S: f64 = 300.0;

/// A lake that grows.
struct Growth<'a> {
    bench: &'a Bench<'a>,
    data: &'a Path,
    records: u64,
    imports: Vec<Grown>,
}

/// One set more, and what the lake had then.
#[derive(Debug, Clone, Copy)]
struct Grown {
    cost: Cost,
    /// Of this set.
    records: u64,
    all_records: u64,
    all_bytes: u64,
    parts: usize,
}

/// What a server on the lake did.
#[derive(Debug)]
struct Visit {
    records: u64,
    /// How long the server worked by itself before, in seconds.
    restless_s: f64,
    ready_ms: f64,
    cold_ms: f64,
    answers: Vec<(&'static str, Seen)>,
    server_bytes: u64,
    worker_bytes: u64,
}

/// Imports set after set; asks after the first and after the last.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let mut growth = Growth { bench, data, records: 0, imports: Vec::new() };
    growth.import(bench.logs)?;
    let (few, values) = growth.visit(None)?;
    for set in 1..SETS {
        let room = bench.room.join("growth");
        let logs = Logs::generated(&room, bench.logs.records, bench.seed + set)?;
        growth.import(&logs)?;
        fs::remove_dir_all(&room).with_context(|| format!("cannot remove `{}`", room.display()))?;
    }
    let (all, _) = growth.visit(Some(values))?;
    growth.tell(report);
    all.tell(&few, report);
    fs::remove_dir_all(data).with_context(|| format!("cannot remove `{}`", data.display()))
}

impl Growth<'_> {
    fn import(&mut self, logs: &Logs) -> Result<()> {
        let cost = import::once(self.bench.binary, self.data, logs)?;
        self.records += logs.records;
        let grown = Grown {
            cost,
            records: logs.records,
            all_records: self.records,
            all_bytes: disk_bytes(self.data)?,
            parts: files_below(&self.data.join("parts"))?.len(),
        };
        eprintln!("  {}: {} events per CPU second", self.records, figure(grown.per_cpu_s()));
        self.imports.push(grown);
        Ok(())
    }

    /// Lets one server do what it does by itself, and asks another that has just started.
    fn visit(&self, values: Option<Values>) -> Result<(Visit, Values)> {
        let (restless_s, values) = self.rest(values)?;
        let mut server = Server::start(self.bench.binary, self.data)?;
        let ready_ms = 1e3 * server.ready(PATIENCE)?;
        let mut client = Client::connect(&server.address, &Credentials::read(self.data)?)?;
        let mut asked = statements::statements(&statements::LAKE, &values);
        asked.retain(|statement| ASKED.iter().any(|name| statement.name.starts_with(name)));
        let first = asked.first().context("nothing is asked")?;
        let (cold_ms, answer) = queries::ask(&mut client, &first.sql)?;
        answer.good("Query")?;
        let answers = Self::answers(&mut client, &server, &asked)?;
        let visit = Visit {
            records: self.records,
            restless_s,
            ready_ms,
            cold_ms,
            answers,
            server_bytes: child::memory_bytes(server.id(), "VmHWM").unwrap_or(0),
            worker_bytes: child::children_peak_bytes(server.id()),
        };
        Ok((visit, values))
    }

    /// Waits until the server has nothing more to do, and finds out what to ask.
    fn rest(&self, values: Option<Values>) -> Result<(f64, Values)> {
        let server = Server::start(self.bench.binary, self.data)?;
        let restless_s = child::until_rest(server.id(), REST_MAX_S);
        let mut client = Client::connect(&server.address, &Credentials::read(self.data)?)?;
        let values = values.map_or_else(|| queries::values(&mut client), Ok)?;
        Ok((restless_s, values))
    }

    fn answers(
        client: &mut Client,
        server: &Server,
        asked: &[Statement],
    ) -> Result<Vec<(&'static str, Seen)>> {
        let answer = |statement: &Statement| {
            Ok((statement.name, queries::measure(client, server, statement, RUNS)?))
        };
        asked.iter().map(answer).collect()
    }

    /// One row for each set, and how the last compares with the first.
    fn tell(&self, report: &mut Report) {
        let names = ["records", "events per CPU s", "wall, s", "peak, MB", "bytes each", "parts"];
        let mut table = Table::new(names);
        self.imports.iter().for_each(|grown| table.row(grown.cells()));
        let ends = self.imports.first().zip(self.imports.last());
        if let Some((first, last)) = ends {
            let ratio = last.per_cpu_s() / first.per_cpu_s();
            let name = "growth: events per CPU second, the last set against the first";
            report.figure(name, Must::Nothing, ratio, "times");
        }
        let peak = self.imports.iter().map(|grown| grown.cost.peak_bytes).max().unwrap_or(0);
        report.figure("growth: peak memory of an import", MEMORY, peak as f64 / MEBIBYTE, "MB");
        report.tabulate(table);
    }
}

impl Grown {
    fn per_cpu_s(&self) -> f64 {
        self.records as f64 / self.cost.cpu_s
    }

    fn cells(&self) -> [String; 6] {
        [
            figure(self.all_records as f64),
            figure(self.per_cpu_s()),
            figure(self.cost.wall_s),
            figure(self.cost.peak_bytes as f64 / MEBIBYTE),
            figure(self.all_bytes as f64 / self.all_records.max(1) as f64),
            self.parts.to_string(),
        ]
    }
}

impl Visit {
    /// With all records, beside the visit with few.
    fn tell(&self, few: &Self, report: &mut Report) {
        let size = figure(self.records as f64);
        let row = |what: &str| format!("growth, {size} records: {what}");
        for (name, now, before) in self.pairs(few) {
            let ratio = now.wall_ms / before.wall_ms;
            let unit =
                format!("times {:.1} ms with {}", before.wall_ms, figure(few.records as f64));
            report.figure(&row(&format!("{name}, against few")), ANSWER, ratio, &unit);
        }
        report.figure(&row("from start to ready for questions"), READY, self.ready_ms, "ms");
        let unit = format!("times; the page cache of the system was warm, {:.1} ms", self.cold_ms);
        report.figure(&row("first Q1 against later"), COLD, self.coldness(), &unit);
        let memory = self.server_bytes as f64 / MEBIBYTE;
        report.figure(&row("peak memory of the server"), MEMORY, memory, "MB");
        report.tabulate(self.table(few));
    }

    fn pairs<'a>(
        &'a self,
        few: &'a Self,
    ) -> impl Iterator<Item = (&'static str, &'a Seen, &'a Seen)> {
        let both = self.answers.iter().zip(&few.answers);
        both.map(|((name, now), (_, before))| (*name, now, before))
    }

    /// How many times as long the first answer took as later ones.
    fn coldness(&self) -> f64 {
        self.answers.first().map_or(0.0, |(_, warm)| self.cold_ms / warm.wall_ms)
    }

    fn table(&self, few: &Self) -> Table {
        let names = [figure(few.records as f64), figure(self.records as f64)];
        let mut table = Table::new(["records".to_owned()].into_iter().chain(names));
        for (name, now, before) in self.pairs(few) {
            let cell = |seen: &Seen| {
                let rows = seen.rows.len();
                format!("{:.1} ms, {:.1} ms CPU, {rows} rows", seen.wall_ms, seen.cpu_ms())
            };
            table.row([name.to_owned(), cell(before), cell(now)]);
        }
        let mut row = |what: &str, of: fn(&Self) -> f64| {
            table.row([what.to_owned(), figure(of(few)), figure(of(self))]);
        };
        row("first Q1 of a process, ms", |visit| visit.cold_ms);
        row("ready after, ms", |visit| visit.ready_ms);
        row("at work by itself before, s", |visit| visit.restless_s);
        row("peak memory of the server, MB", |visit| visit.server_bytes as f64 / MEBIBYTE);
        row("peak memory of the worker, MB", |visit| visit.worker_bytes as f64 / MEBIBYTE);
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(cpu_s: f64, all_records: u64) -> Grown {
        let cost = Cost { wall_s: 1.0, cpu_s, peak_bytes: 300 << 20 };
        let all_bytes = 250 * all_records;
        Grown { cost, records: 1_000_000, all_records, all_bytes, parts: 3 }
    }

    fn visit(records: u64, wall_ms: f64) -> Visit {
        let seen = |wall_ms| Seen::of(wall_ms, r#"{"columns":[],"rows":[[null]]}"#);
        Visit {
            records,
            restless_s: 0.0,
            ready_ms: 120.0,
            cold_ms: 9.0,
            answers: vec![("Q1 one event", seen(wall_ms)), ("Q6 an address", seen(4.0))],
            server_bytes: 100 << 20,
            worker_bytes: 200 << 20,
        }
    }

    #[test]
    fn sets_many_beside_few() {
        let mut report = Report::default();
        visit(10_000_000, 6.0).tell(&visit(1_000_000, 2.0), &mut report);
        let text = report.to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("Q1 one event, against few | <= 2.00 | 3.00 times 2.0 ms"), "{text}");
        assert!(text.contains("first Q1 against later | <= 2.00 | 1.50 times"), "{text}");
        assert!(text.contains("| Q6 an address | 4.0 ms, 0.0 ms CPU, 1 rows |"), "{text}");
        assert_eq!(text.matches("MISSED").count(), 1, "{text}");
    }

    #[test]
    fn tells_of_each_set() {
        let cells = grown(20.0, 2_000_000).cells();
        assert_eq!(cells, ["2,000,000", "50,000", "1.00", "300", "250", "3"]);
    }
}
