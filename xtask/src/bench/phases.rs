//! The phases of the benchmark, each with the figures it must reach.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::Scale;
use super::duckdb::Duckdb;
use super::logs::Logs;
use super::measure;
use super::report::{Must, Report};
use super::{
    bucket, chains, compaction, delivery, flood, growth, guard, import, levels, objects, overload,
    path, puts, queries, recovery,
};
use crate::python::Environment;
use crate::repository::{Repository, files_below};
use crate::statistics::median;

pub(super) const MEBIBYTE: f64 = 1_048_576.0;

/// What a run measures, and with what.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) repository: &'a Repository,
    pub(super) binary: &'a Path,
    /// Where lakes and databases are made.
    pub(super) room: &'a Path,
    pub(super) logs: &'a Logs,
    pub(super) scale: Scale,
    pub(super) seed: u64,
    pub(super) connections: usize,
    /// How long the flood takes.
    pub(super) seconds: u64,
    /// How long the overload lasts, and the load of the phase `compaction`.
    pub(super) minutes: f64,
    /// Instruction counts go into the repository.
    pub(super) keeps_counts: bool,
    /// All, where none is named.
    pub(super) phases: &'a [Phase],
    /// Where chdb is to be measured too.
    pub(super) chdb: Option<Environment>,
    /// Where DuckDB is to be measured too.
    pub(super) duckdb: Option<Duckdb>,
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
    /// Latency at a quarter, half and full load; only where it is named
    Levels,
    /// Compaction while 20,000 events a second arrive; only where it is named
    Compaction,
    /// Five times what the server can do; only where it is named
    Overload,
    /// One account floods, another is calm; only where it is named
    Flood,
    /// Ten times as many records, imported million by million; only where it is named
    Growth,
    /// A start after a kill, where nothing was sealed; only where it is named
    Recovery,
    /// Stages of the live path, by `perf`; only where it is named
    Path,
    /// Instructions of import, look-up and scan; only where it is named, and with `--quick`
    Guard,
}

/// Phases that have a machine for themselves, and take as long as they are told.
const ON_REQUEST: [Phase; 9] = [
    Phase::Bucket,
    Phase::Levels,
    Phase::Compaction,
    Phase::Overload,
    Phase::Flood,
    Phase::Growth,
    Phase::Recovery,
    Phase::Path,
    Phase::Guard,
];

impl Phase {
    /// Whether it is to be run where these are named; none stands for the usual ones.
    pub(super) fn is_among(self, named: &[Self]) -> bool {
        let is_usual = named.is_empty() && !ON_REQUEST.contains(&self);
        is_usual || named.contains(&self)
    }
}

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
        self.attempt(Phase::Levels, report, |report| {
            levels::run(self, &fresh(self.room, "levels")?, report)
        });
        self.attempt(Phase::Compaction, report, |report| {
            compaction::run(self, &fresh(self.room, "compaction")?, report)
        });
        self.attempt(Phase::Overload, report, |report| {
            overload::run(self, &fresh(self.room, "overload")?, report)
        });
        self.attempt(Phase::Flood, report, |report| {
            flood::run(self, &fresh(self.room, "flood")?, report)
        });
        self.attempt(Phase::Growth, report, |report| {
            growth::run(self, &fresh(self.room, "growth")?, report)
        });
        self.attempt(Phase::Recovery, report, |report| {
            recovery::run(self, &fresh(self.room, "recovery")?, report)
        });
        self.attempt(Phase::Path, report, |report| path::run(self, report));
        self.attempt(Phase::Guard, report, |report| guard::run(self, report));
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
        phase.is_among(self.phases)
    }

    /// Imports into a new directory, several times where that is measured; the last one stays.
    fn import(&self, report: &mut Report) -> Result<PathBuf> {
        if self.has(Phase::Import) {
            return import::run(self, report);
        }
        let data = fresh(self.room, "imported")?;
        import::once(self.binary, &data, self.logs)?;
        Ok(data)
    }
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
pub(super) fn fresh(room: &Path, name: &str) -> Result<PathBuf> {
    let data = room.join("lakes").join(name);
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot remove `{}`", data.display()))?;
    }
    fs::create_dir_all(room.join("lakes"))?;
    Ok(data)
}

/// What the directory takes on disk: whole blocks where the system tells, holes not counted.
pub(super) fn disk_bytes(directory: &Path) -> Result<u64> {
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
        let repository = Repository::at(room.path());
        let bench = Bench {
            repository: &repository,
            binary: Path::new("/nowhere/pugmark"),
            room: room.path(),
            logs: &logs,
            scale: Scale::quick(10),
            seed: 1,
            connections: 1,
            seconds: 1,
            minutes: 1.0,
            keeps_counts: false,
            phases: &[Phase::Puts],
            chdb: None,
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
