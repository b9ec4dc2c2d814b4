//! `cargo xtask bench`: measures the release binary against the promised figures. A benchmark,
//! never a timed test: it prints what it saw, with CPU time and memory, and judges nothing away.

mod caller;
mod child;
mod client;
mod draw;
mod generate;
mod kinds;
mod logs;
mod machine;
mod measure;
mod phases;
mod random;
mod report;
mod sample;
mod statistics;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::repository::Repository;
use logs::Logs;
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
    /// Also run ../shared/tools/peers.py over the same files
    #[arg(long)]
    peers: bool,
    /// Another seed makes other records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads with a connection each, for the live calls
    #[arg(long, default_value_t = 64)]
    connections: usize,
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
}

impl Options {
    fn scale(&self) -> Scale {
        match self.quick {
            true => Scale { records: self.records / 10, lookups: 20, live_s: 1, runs: 1 },
            false => Scale { records: self.records, lookups: 200, live_s: 5, runs: 3 },
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
    let mut report = Report::default();
    phases::run(&binary, &room, &logs, scale, options.connections, &mut report)?;
    report.describe("machine", machine::describe());
    report.describe("fdatasync", machine::sync_latency(&room)?);
    report.describe("records", logs.describe());
    print!("{report}");
    if options.peers {
        run_peers(repository, &logs)?;
    }
    Ok(ExitCode::SUCCESS)
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

/// The same files through other engines, where their script lies beside the checkout.
fn run_peers(repository: &Repository, logs: &Logs) -> Result<()> {
    let script = repository.path("../shared/tools/peers.py");
    if !script.is_file() {
        bail!("`{}` is not there: the peers cannot be run", repository.relative(&script));
    }
    let work = repository.target().join("bench").join("peers");
    fs::create_dir_all(&work)?;
    for (engine, phases) in
        [("duck", ["load", "parquet", "q"].as_slice()), ("chdb", &["load", "q"])]
    {
        println!("peer {engine}:");
        let status = Command::new("python3")
            .arg(&script)
            .arg(engine)
            .args(phases)
            .env("WORK", &work)
            .env("SYN", &logs.directory)
            .env("RAW_BYTES", logs.raw_bytes.to_string())
            .status()
            .context("cannot start python3")?;
        if !status.success() {
            println!("peer {engine}: not measured ({status}); is its Python package installed?");
        }
    }
    Ok(())
}
