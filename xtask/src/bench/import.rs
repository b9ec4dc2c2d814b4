//! Importing log files: what it takes, and what is on disk afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::child::{self, Cost};
use super::logs::Logs;
use super::peers;
use super::phases::{Bench, MEBIBYTE, disk_bytes, fresh};
use super::report::{Must, Report};
use crate::statistics::median;

/// What our own import took: medians of its runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Imported {
    pub(super) wall_s: f64,
    /// User and system, of the whole process.
    pub(super) cpu_s: f64,
    pub(super) records: u64,
    /// All that is in the data directory, in whole blocks.
    pub(super) bytes: u64,
}

impl Imported {
    /// Records imported in a second of CPU time.
    pub(super) fn per_cpu_s(&self) -> f64 {
        self.records as f64 / self.cpu_s
    }

    /// Bytes on disk for a record.
    pub(super) fn each_bytes(&self) -> f64 {
        self.bytes as f64 / self.records.max(1) as f64
    }
}

/// Imports into a new directory, several times; the last one stays for the other phases.
pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<PathBuf> {
    let (logs, mut costs) = (bench.logs, Vec::new());
    let mut data = fresh(bench.room, "imported")?;
    for _ in 0..bench.scale.runs {
        data = fresh(bench.room, "imported")?;
        costs.push(once(bench.binary, &data, logs)?);
    }
    let of = |pick: fn(&Cost) -> f64| median(&costs.iter().map(pick).collect::<Vec<_>>());
    let ours = Imported {
        wall_s: of(|cost| cost.wall_s),
        cpu_s: of(|cost| cost.cpu_s),
        records: logs.records,
        bytes: disk_bytes(&data)?,
    };
    tell(&ours, logs, of(|cost| cost.peak_bytes as f64), report);
    peers::compare(bench, &ours, report);
    Ok(data)
}

/// Imports once.
pub(super) fn once(binary: &Path, data: &Path, logs: &Logs) -> Result<Cost> {
    child::run(Command::new(binary).arg("import").arg(&logs.directory).arg("--data").arg(data))
}

fn tell(ours: &Imported, logs: &Logs, peak_bytes: f64, report: &mut Report) {
    let least = Must::AtLeast(60_000.0);
    report.figure("import: events per CPU second", least, ours.per_cpu_s(), "events/s");
    let each_s = ours.records as f64 / ours.wall_s;
    report.figure("import: events per second", Must::Nothing, each_s, "events/s");
    report.figure("import: wall time", Must::Nothing, ours.wall_s, "s");
    report.figure("import: CPU time, user and system", Must::Nothing, ours.cpu_s, "s");
    report.figure("import: peak memory", Must::Nothing, peak_bytes / MEBIBYTE, "MB");
    report.figure("on disk per event", Must::AtMost(320.0), ours.each_bytes(), "bytes");
    let share = 100.0 * ours.bytes as f64 / logs.raw_bytes as f64;
    report.figure("on disk against raw", Must::Nothing, share, "%");
}
