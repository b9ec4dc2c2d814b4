//! `cargo xtask bench`: measures the release binary against the promised figures. A benchmark,
//! never a timed test: it prints what it saw, with CPU time and memory, and judges nothing away.

mod audit_event;
mod bucket;
mod caller;
mod chains;
mod child;
mod cores;
mod delivery;
mod draw;
mod duckdb;
mod flood;
mod generate;
mod horde;
mod kinds;
mod load;
mod logs;
mod measure;
mod objects;
mod overload;
mod phases;
mod puts;
mod queries;
mod report;
mod sample;
mod statements;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::machine;
use crate::repository::Repository;
use logs::Logs;
use phases::{Bench, Phase};
use report::Report;

/// Measure the release binary against the promised figures.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many records to generate
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// A tenth of everything, for trying the harness itself
    #[arg(long)]
    quick: bool,
    /// Measure on this directory of CloudTrail .json.gz files instead of generated ones
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Generate with ../shared/tools/gen_cloudtrail.py, which resamples real records
    #[arg(long, conflicts_with = "data")]
    shared: bool,
    /// Also measure DuckDB with the same questions, and moto with the same objects
    #[arg(long)]
    peers: bool,
    /// Run these phases only, for example `queries,puts`
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    phases: Vec<Phase>,
    /// Another seed makes other records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads with a connection each, for the live calls
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds of the flood of one account
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Minutes of overload
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
    let binary = options.binary.clone().map_or_else(|| build(repository), Ok)?;
    let bench = Bench {
        binary: &binary,
        room: &room,
        logs: &logs,
        scale,
        seed: options.seed,
        connections: options.connections,
        seconds: options.seconds,
        minutes: options.minutes,
        phases: &options.phases,
        duckdb: options.peers.then(|| duckdb::prepare(repository)).transpose()?,
        moto: options.peers.then(|| objects::prepare(repository)).transpose()?,
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

/// The binary as users get it.
fn build(repository: &Repository) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--package", "pugmark"])
        .current_dir(repository.root())
        .status()
        .context("cannot start cargo")?;
    if !built.success() {
        bail!("the release binary does not build; run `cargo build --release` to see why");
    }
    Ok(repository.target().join("release").join("pugmark"))
}
