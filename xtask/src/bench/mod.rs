//! `cargo xtask bench`: measures the release binary against the promised figures. A benchmark,
//! never a timed test: it prints what it saw, with CPU time and memory, and judges nothing away.

mod audit_event;
mod bucket;
mod caller;
mod callgrind;
mod chains;
mod chdb;
mod child;
mod compaction;
mod cores;
mod delivery;
mod draw;
mod duckdb;
mod example;
mod flood;
mod generate;
mod growth;
mod guard;
mod horde;
mod import;
mod instructions;
mod kinds;
mod levels;
mod load;
mod logs;
mod measure;
mod objects;
mod overload;
mod pace;
mod parts;
mod path;
mod peers;
mod phases;
mod puts;
mod queries;
mod recovery;
mod report;
mod sample;
mod stacks;
mod statements;
mod table;
mod watch;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cargo::cargo;
use crate::machine;
use crate::repository::Repository;
use duckdb::Duckdb;
use logs::Logs;
use phases::{Bench, Phase};
use report::Report;

/// Measure the release binary against the promised figures.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many records to generate; the phase `growth` does so ten times
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// The regression guard: instruction counts of import, look-up and scan with a tenth of the
    /// records, beside those the repository keeps. With `--phases`, a tenth of these instead
    #[arg(long)]
    quick: bool,
    /// Write the instruction counts of `--quick` into docs/figures/instructions.txt
    #[arg(long)]
    keep_counts: bool,
    /// Measure on this directory of CloudTrail .json.gz files instead of generated ones
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Generate with ../shared/tools/gen_cloudtrail.py, which resamples real records
    #[arg(long, conflicts_with = "data")]
    shared: bool,
    /// Also measure chdb and DuckDB with the same files and questions, moto with the same objects
    #[arg(long)]
    peers: bool,
    /// Run these phases only, for example `queries,puts`
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    phases: Vec<Phase>,
    /// Another seed makes other records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads with a connection each, for the live calls and those of `levels`
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds of the flood of one account
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Minutes of overload, and of the load of `compaction`
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Measure this binary instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Only write the generated files, and say where
    #[arg(long)]
    generate_only: bool,
}

/// How much of everything a run does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    records: u64,
    lookups: usize,
    live_s: u64,
    runs: usize,
    query_runs: usize,
    questions: usize,
    /// Events put one by one to see how soon a query shows them.
    sights: usize,
}

impl Scale {
    fn full(records: u64) -> Self {
        Self {
            records,
            lookups: 200,
            live_s: 5,
            runs: 3,
            query_runs: 5,
            questions: 200,
            sights: 200,
        }
    }

    fn quick(records: u64) -> Self {
        Self {
            records: records / 10,
            lookups: 20,
            live_s: 1,
            runs: 1,
            query_runs: 1,
            questions: 20,
            sights: 20,
        }
    }
}

impl Options {
    fn scale(&self) -> Scale {
        match self.quick {
            true => Scale::quick(self.records),
            false => Scale::full(self.records),
        }
    }

    /// What is to be run; nothing stands for all that is usual.
    fn phases(&self) -> Vec<Phase> {
        match self.quick && self.phases.is_empty() {
            true => vec![Phase::Guard],
            false => self.phases.clone(),
        }
    }
}

/// `cargo xtask bench`.
pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    let scale = options.scale();
    let room = repository.target().join("bench");
    fs::create_dir_all(&room).with_context(|| format!("cannot make `{}`", room.display()))?;
    let logs = find_logs(repository, options, scale, &room)?;
    if options.generate_only {
        println!("{}", logs.directory.display());
        return Ok(ExitCode::SUCCESS);
    }
    let phases = options.phases();
    let binary = find_binary(repository, options, &phases)?;
    let asks = |phase: Phase| options.peers && phase.is_among(&phases);
    let bench = Bench {
        repository,
        binary: &binary,
        room: &room,
        logs: &logs,
        scale,
        seed: options.seed,
        connections: options.connections,
        seconds: options.seconds,
        minutes: options.minutes,
        keeps_counts: options.keep_counts,
        phases: &phases,
        chdb: asks(Phase::Import).then(|| chdb::prepare(repository)).transpose()?,
        duckdb: (asks(Phase::Import) || asks(Phase::Queries))
            .then(|| Duckdb::prepare(repository))
            .transpose()?,
        moto: asks(Phase::Objects).then(|| objects::prepare(repository)).transpose()?,
    };
    let mut report = Report::default();
    let measured = bench.run(&mut report);
    report.describe("machine", machine::describe());
    report.describe("fdatasync", machine::sync_latency(&room)?);
    report.describe("records", logs.describe());
    print!("{report}");
    measured.map(|()| ExitCode::SUCCESS)
}

fn find_logs(
    repository: &Repository,
    options: &Options,
    scale: Scale,
    room: &Path,
) -> Result<Logs> {
    if let Some(directory) = &options.data {
        return Logs::read(directory);
    }
    if options.shared {
        let tool = repository.path("../shared/tools/gen_cloudtrail.py");
        return Logs::resampled(&tool, room, scale.records, options.seed);
    }
    Logs::generated(room, scale.records, options.seed)
}

/// The binary to measure; the guard alone needs none.
fn find_binary(repository: &Repository, options: &Options, phases: &[Phase]) -> Result<PathBuf> {
    match &options.binary {
        Some(binary) => Ok(binary.clone()),
        None if phases == [Phase::Guard] => Ok(PathBuf::new()),
        None => build(repository),
    }
}

/// The binary as users get it.
fn build(repository: &Repository) -> Result<PathBuf> {
    let built = cargo()
        .args(["build", "--release", "--package", "pugmark"])
        .current_dir(repository.root())
        .status()
        .context("cannot start cargo")?;
    if !built.success() {
        bail!("the release binary does not build; run `cargo build --release` to see why");
    }
    Ok(repository.target().join("release").join("pugmark"))
}
