//! `cargo xtask crashlab`: kills the server, cuts its power, breaks its disk, and looks for what it
//! acknowledged. What it does and cannot show: `docs/crashlab.md`.

mod audit_event;
mod book;
mod call;
mod lab;
mod ledger;
mod pile;
mod seen;
mod series;
mod site;
mod table;
mod tally;
mod tool;
mod verdict;
mod volume;
mod writer;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::machine;
use crate::repository::Repository;
use lab::Lab;
use series::Fault;
use table::{Row, Table};
use tally::Tally;

/// Kill the server, cut its power, break its disk; then look for what it acknowledged.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Cycles that end with kill -9
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// Cycles that end with a power cut; needs root and loop devices
    #[arg(long, default_value_t = 25)]
    cuts: usize,
    /// The same seed makes the same choices; default: the time
    #[arg(long)]
    seed: Option<u64>,
    /// Test this binary [default: target/release/pugmark]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// What the server is asked to do often, where it knows PUGMARK_TUNE; empty: nothing
    #[arg(long, value_name = "LIST", default_value = TUNE)]
    tune: String,
    /// Where images, ledgers and logs lie [default: target/crashlab]
    #[arg(long, value_name = "DIR")]
    room: Option<PathBuf>,
    /// Leave the data directories behind, also where nothing was violated
    #[arg(long)]
    keep: bool,
    /// Write the table as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Sizes at which a few seconds of calls are sealed, merged, written out and trimmed.
const TUNE: &str = "seal_records=2000,seal_age_ms=1000,snapshot_bytes=1048576,\
                    segment_bytes=1048576,draft_bytes=1048576";

/// `cargo xtask crashlab`.
pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    let lab = options.lab(repository)?;
    let mut table = Table::default();
    run(&lab, options, &mut table)?;
    table.describe("binary", lab.binary.display().to_string());
    table.describe("seed", lab.seed.to_string());
    table.describe("machine", machine::describe());
    table.describe("fdatasync", machine::sync_latency(&lab.room)?);
    print!("{table}");
    if let Some(path) = &options.json {
        fs::write(path, format!("{:#}\n", table.json()))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(match table.violations() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

impl Options {
    fn lab(&self, repository: &Repository) -> Result<Lab> {
        let binary = self.binary.clone();
        let binary = binary.unwrap_or_else(|| repository.target().join("release").join("pugmark"));
        if !binary.is_file() {
            bail!(
                "`{}` is not there; build it with `cargo build --release --package pugmark`, or \
                 name another with --binary",
                binary.display()
            );
        }
        let room = self.room.clone().unwrap_or_else(|| repository.target().join("crashlab"));
        fs::create_dir_all(&room).with_context(|| format!("cannot make `{}`", room.display()))?;
        Ok(Lab {
            binary: binary.canonicalize()?,
            room: room.canonicalize()?,
            seed: self.seed.unwrap_or_else(crate::clock::now_unix_us),
            tune: self.tune.clone(),
            environment: Vec::new(),
            keep: self.keep,
        })
    }
}

fn run(lab: &Lab, options: &Options, table: &mut Table) -> Result<()> {
    for (fault, cycles) in [(Fault::Kill, options.kills), (Fault::Cut, options.cuts)] {
        if cycles > 0 {
            let row = attempt(series::permits(lab, fault), |tally| {
                series::run(lab, fault, cycles, tally)
            })?;
            table.push(fault.name(), row);
        }
    }
    Ok(())
}

/// Runs a gate where the machine permits it, and says why where it does not.
fn attempt(permitted: Result<()>, gate: impl FnOnce(&mut Tally) -> Result<()>) -> Result<Row> {
    if let Err(why) = permitted {
        return Ok(Row::NotRun(format!("{why:#}")));
    }
    let mut tally = Tally::default();
    gate(&mut tally)?;
    Ok(Row::Run(tally))
}
