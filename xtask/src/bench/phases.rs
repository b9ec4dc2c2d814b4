//! The phases of the benchmark, each with the figures it must reach.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::Scale;
use super::child::{self, Cost};
use super::logs::Logs;
use super::measure;
use super::report::{Must, Report};
use super::{bucket, chains, delivery, flood, objects, overload, puts, queries};
use crate::python::Environment;
use crate::repository::files_below;
use crate::statistics::median;

pub(super) const MEBIBYTE: f64 = 1_048_576.0;

/// What a run measures, and with what.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) binary: &'a Path,
    /// Where lakes and databases are made.
    pub(super) room: &'a Path,
    pub(super) logs: &'a Logs,
    pub(super) scale: Scale,
    pub(super) seed: u64,
    pub(super) connections: usize,
    /// How long the flood takes.
    pub(super) seconds: u64,
    /// How long the overload lasts.
    pub(super) minutes: f64,
    /// All, where none is named.
    pub(super) phases: &'a [Phase],
    /// Where DuckDB is to be measured too.
    pub(super) duckdb: Option<Environment>,
    /// Where moto is to be measured too.
    pub(super) moto: Option<Environment>,
}

/// A part of the benchmark that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Phase {
    /// Importing log files, and what they take on disk
    Import,
    /// How soon an empty server is up
    Start,
    /// Who is behind a key, and the other questions of the server's own face
    Chains,
    /// Ten questions in SQL
    Queries,
    /// LookupEvents by each attribute
    Lookups,
    /// Signed, recorded calls
    Live,
    /// PutAuditEvents, and how soon Query sees them
    Puts,
    /// What a trail costs, and how soon it delivers
    Delivery,
    /// Objects put and read
    Objects,
    /// A bucket of 100,000 objects; only where it is named
    Bucket,
    /// Five times what the server can do; only where it is named
    Overload,
    /// One account floods, another is calm; only where it is named
    Flood,
}

/// Phases that have a machine for themselves, and take as long as they are told.
const ON_REQUEST: [Phase; 3] = [Phase::Bucket, Phase::Overload, Phase::Flood];

impl Bench<'_> {
    /// Runs the phases; what is measured goes into the report. One that fails is told there, and
    /// the others go on.
    pub(super) fn run(&self, report: &mut Report) -> Result<()> {
        let on_imported = [Phase::Chains, Phase::Queries, Phase::Lookups, Phase::Live];
        let needs_import = on_imported.into_iter().any(|phase| self.has(phase));
        self.attempt(Phase::Start, report, |report| {
            empty_server(self.binary, self.room, self.scale, report)
        });
        self.attempt(Phase::Live, report, |report| {
            measure::live(self, &fresh(self.room, "live")?, "an empty lake", report)
        });
        self.attempt(Phase::Puts, report, |report| {
            puts::run(self, &fresh(self.room, "puts")?, report)
        });
        self.attempt(Phase::Delivery, report, |report| {
            delivery::run(self, &fresh(self.room, "delivery")?, report)
        });
        self.attempt(Phase::Objects, report, |report| {
            objects::run(self, &fresh(self.room, "objects")?, report)
        });
        self.attempt(Phase::Bucket, report, |report| {
            bucket::run(self, &fresh(self.room, "bucket")?, report)
        });
        self.attempt(Phase::Overload, report, |report| {
            overload::run(self, &fresh(self.room, "overload")?, report)
        });
        self.attempt(Phase::Flood, report, |report| {
            flood::run(self, &fresh(self.room, "flood")?, report)
        });
        if self.has(Phase::Import) || needs_import {
            let data = self.import(report)?;
            self.on_imported(&data, report);
        }
        Ok(())
    }

    /// Calls become records too, so what depends on all records comes first.
    fn on_imported(&self, data: &Path, report: &mut Report) {
        self.attempt(Phase::Chains, report, |report| chains::run(self, data, report));
        self.attempt(Phase::Queries, report, |report| queries::run(self, data, report));
        self.attempt(Phase::Lookups, report, |report| {
            measure::lookups(self.binary, data, self.logs, self.scale, report)
        });
        self.attempt(Phase::Live, report, |report| {
            measure::live(self, data, "the imported lake", report)
        });
    }

    fn attempt(
        &self,
        phase: Phase,
        report: &mut Report,
        work: impl FnOnce(&mut Report) -> Result<()>,
    ) {
        if !self.has(phase) {
            return;
        }
        if let Err(error) = work(report) {
            let name = format!("phase {phase:?}").to_lowercase();
            report.check(&format!("{name}: measured to its end"), false);
            report.describe(&name, format!("{error:#}"));
        }
    }

    fn has(&self, phase: Phase) -> bool {
        let is_usual = self.phases.is_empty() && !ON_REQUEST.contains(&phase);
        is_usual || self.phases.contains(&phase)
    }

    /// Imports into a new directory, several times where that is measured; the last one stays.
    fn import(&self, report: &mut Report) -> Result<PathBuf> {
        if self.has(Phase::Import) {
            return import(self.binary, self.room, self.logs, self.scale, report);
        }
        let data = fresh(self.room, "imported")?;
        import_once(self.binary, &data, self.logs)?;
        Ok(data)
    }
}

/// Imports into a new directory, several times; the last one stays for the look-ups.
fn import(
    binary: &Path,
    room: &Path,
    logs: &Logs,
    scale: Scale,
    report: &mut Report,
) -> Result<PathBuf> {
    let mut costs = Vec::new();
    let mut data = fresh(room, "imported")?;
    for _ in 0..scale.runs {
        data = fresh(room, "imported")?;
        costs.push(import_once(binary, &data, logs)?);
    }
    let of = |pick: fn(&Cost) -> f64| median(&costs.iter().map(pick).collect::<Vec<_>>());
    let (wall, cpu, peak) = (of(|c| c.wall_s), of(|c| c.cpu_s), of(|c| c.peak_bytes as f64));
    let records = logs.records as f64;
    let bytes = disk_bytes(&data)? as f64;
    report.figure(
        "import: events per CPU second",
        Must::AtLeast(60_000.0),
        records / cpu,
        "events/s",
    );
    report.figure("import: events per second", Must::Nothing, records / wall, "events/s");
    report.figure("import: wall time", Must::Nothing, wall, "s");
    report.figure("import: CPU time, user and system", Must::Nothing, cpu, "s");
    report.figure("import: peak memory", Must::Nothing, peak / MEBIBYTE, "MB");
    report.figure("on disk per event", Must::AtMost(320.0), bytes / records, "bytes");
    report.figure("on disk against raw", Must::Nothing, 100.0 * bytes / logs.raw_bytes as f64, "%");
    Ok(data)
}

fn import_once(binary: &Path, data: &Path, logs: &Logs) -> Result<Cost> {
    child::run(Command::new(binary).arg("import").arg(&logs.directory).arg("--data").arg(data))
}

/// How soon a new server answers, and what it holds then.
fn empty_server(binary: &Path, room: &Path, scale: Scale, report: &mut Report) -> Result<()> {
    let (mut started, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..scale.runs {
        let data = fresh(room, "empty")?;
        let (ready_s, resident_bytes) = measure::start(binary, &data)?;
        started.push(ready_s * 1e3);
        memory.push(resident_bytes as f64 / MEBIBYTE);
    }
    report.figure("empty server: up after", Must::AtMost(300.0), median(&started), "ms");
    report.figure("empty server: memory", Must::AtMost(80.0), median(&memory), "MB");
    Ok(())
}

/// A directory that is not there yet, for a new lake.
fn fresh(room: &Path, name: &str) -> Result<PathBuf> {
    let data = room.join("lakes").join(name);
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot remove `{}`", data.display()))?;
    }
    fs::create_dir_all(room.join("lakes"))?;
    Ok(data)
}

/// What the directory takes on disk: whole blocks where the system tells, holes not counted.
fn disk_bytes(directory: &Path) -> Result<u64> {
    files_below(directory)?.iter().map(|path| Ok(blocks_bytes(&fs::metadata(path)?))).sum()
}

#[cfg(unix)]
fn blocks_bytes(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.blocks() * 512
}

#[cfg(not(unix))]
fn blocks_bytes(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_of_a_phase_that_failed_and_leaves_out_what_was_not_asked_for() {
        let room = tempfile::tempdir().unwrap();
        let logs = Logs::generated(room.path(), 10, 1).unwrap();
        let bench = Bench {
            binary: Path::new("/nowhere/pugmark"),
            room: room.path(),
            logs: &logs,
            scale: Scale::quick(10),
            seed: 1,
            connections: 1,
            seconds: 1,
            minutes: 1.0,
            phases: &[Phase::Puts],
            duckdb: None,
            moto: None,
        };
        let mut report = Report::default();
        bench.run(&mut report).unwrap();
        let text = report.to_string();
        assert!(text.contains("phase puts: measured to its end | yes  | no  MISSED"), "{text}");
        assert!(text.contains("cannot start `/nowhere/pugmark`"), "{text}");
        assert!(!text.contains("phase start"), "{text}");
    }

    #[test]
    fn counts_every_file_of_a_lake() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("parts")).unwrap();
        fs::write(directory.path().join("parts/a"), [1; 10_000]).unwrap();
        assert!(disk_bytes(directory.path()).unwrap() >= 10_000);
    }

    #[test]
    fn makes_room_for_a_new_lake() {
        let room = tempfile::tempdir().unwrap();
        let data = fresh(room.path(), "a").unwrap();
        fs::create_dir_all(&data).unwrap();
        assert!(!fresh(room.path(), "a").unwrap().exists());
    }
}
