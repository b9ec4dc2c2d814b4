//! `cargo xtask crashlab`: kills the server, cuts its power, breaks its disk, and looks for what it
//! acknowledged. What it does and cannot show: `docs/crashlab.md`.

mod archive;
mod audit_event;
mod book;
mod bucket;
mod bugs;
mod call;
mod checks;
mod clock_jump;
mod full;
mod gate;
mod lab;
mod ledger;
mod object;
mod phase;
mod pile;
mod seen;
mod series;
mod simulation;
mod site;
mod slow;
mod strace;
mod sweep;
mod table;
mod tail;
mod tally;
mod torn;
mod trail;
mod verdict;
mod volume;
mod writer;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::clock::Stopwatch;
use crate::machine;
use crate::repository::Repository;
use gate::Gate;
use lab::{Keep, Lab};
use table::{Row, Table};

/// Kill the server, cut its power, break its disk; then look for what it acknowledged.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Cycles that end with kill -9
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// Cycles that end with a power cut; needs root and loop devices
    #[arg(long, default_value_t = 25)]
    cuts: usize,
    /// Cycles that end with garbage, half a frame or a lie at the end of the journal
    #[arg(long, default_value_t = 6)]
    torn: usize,
    /// Disks that run full
    #[arg(long, default_value_t = 1)]
    full: usize,
    /// Rounds on a disk on which every sync takes 200 ms longer; needs strace
    #[arg(long, default_value_t = 1)]
    slow: usize,
    /// Rounds of clock jumps; needs libfaketime
    #[arg(long, default_value_t = 1)]
    clock: usize,
    /// Journals of a gigabyte that nothing was carried out of, to be read after a kill
    #[arg(long, value_name = "N", default_value_t = 0, default_missing_value = "1",
          num_args = 0..=1)]
    tail: usize,
    /// How long each of them is, in MiB
    #[arg(long, value_name = "N", default_value_t = 1_024)]
    tail_mib: u64,
    /// A fault at the n-th of every system call that touches files; needs strace
    #[arg(long)]
    sweep: bool,
    /// The greatest n of the sweep
    #[arg(long, value_name = "N", default_value_t = 48)]
    sweep_to: usize,
    /// A crash in every named phase of the engine; needs --faulty-binary
    #[arg(long)]
    phases: bool,
    /// Hits of each phase
    #[arg(long, value_name = "N", default_value_t = 50)]
    per_phase: usize,
    /// Turn on each bug that was built in on purpose, and look for it; needs --faulty-binary
    #[arg(long)]
    seeded_bugs: bool,
    /// Only these phases and bugs, by name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// A binary built with the feature `seeded-bugs`
    #[arg(long, value_name = "FILE")]
    faulty_binary: Option<PathBuf>,
    /// Directories under kills or power cuts at the same time
    #[arg(long, value_name = "N", default_value_t = 1)]
    lanes: usize,
    /// No further directory is put under kills, or under cuts, after so many minutes
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
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
    let watch = Stopwatch::start();
    let lab = options.lab(repository)?;
    let mut table = Table::default();
    run(&lab, options, &mut table)?;
    table.describe("binary", lab.binary.display().to_string());
    table.describe("seed", lab.seed.to_string());
    table.describe("machine", machine::describe());
    table.describe("fdatasync", machine::sync_latency(&lab.room)?);
    print!("{table}");
    println!("{} in {:.1} s", table.summary(), watch.seconds());
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
    /// What is asked for, the quick gates first.
    fn gates(&self) -> Vec<Gate> {
        let asked = [
            (Gate::Kills(self.kills), self.kills),
            (Gate::Cuts(self.cuts), self.cuts),
            (Gate::Torn(self.torn), self.torn),
            (Gate::Full(self.full), self.full),
            (Gate::Slow(self.slow), self.slow),
            (Gate::Clock(self.clock), self.clock),
            (Gate::Tail(self.tail), self.tail),
            (Gate::Sweep(self.sweep_to), usize::from(self.sweep)),
        ];
        asked.into_iter().filter(|(_, count)| *count > 0).map(|(gate, _)| gate).collect()
    }

    /// Whether a phase or bug is asked for.
    fn asks(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// The same lab with the binary that has fail points and bugs.
    fn faulty(&self, lab: &Lab) -> Option<Lab> {
        let binary = self.faulty_binary.as_ref()?.canonicalize().ok()?;
        Some(Lab { binary, ..lab.clone() })
    }

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
            keep: if self.keep { Keep::All } else { Keep::Violated },
            lanes: self.lanes.max(1),
            tail_bytes: self.tail_mib << 20,
            patience: self.minutes.map(|minutes| Duration::from_secs(60 * minutes)),
        })
    }
}

fn run(lab: &Lab, options: &Options, table: &mut Table) -> Result<()> {
    for gate in options.gates() {
        table.push(&gate.name(), gate.attempt(lab)?);
    }
    let faulty = options.faulty(lab);
    if options.phases {
        phases(faulty.as_ref(), options, table)?;
    }
    if options.seeded_bugs {
        hunt(faulty, options, table)?;
    }
    Ok(())
}

const NO_FAULTY_BINARY: &str = "build one with `cargo build --release --package pugmark \
     --features seeded-bugs --target-dir target/faulty`, and name it with --faulty-binary";

fn phases(faulty: Option<&Lab>, options: &Options, table: &mut Table) -> Result<()> {
    let asked = phase::PHASES.iter().enumerate().filter(|(_, (name, _))| options.asks(name));
    for (number, _) in asked {
        let gate = Gate::Phase(number, options.per_phase);
        let mut row = match faulty {
            Some(lab) => gate.attempt(lab)?,
            None => Row::NotRun(NO_FAULTY_BINARY.to_owned()),
        };
        if let Row::Run(tally) = &mut row {
            phase::expect(tally, &gate.name(), options.per_phase);
        }
        table.push(&gate.name(), row);
    }
    Ok(())
}

fn hunt(faulty: Option<Lab>, options: &Options, table: &mut Table) -> Result<()> {
    let Some(mut lab) = faulty else {
        table.push("seeded bugs", Row::NotRun(NO_FAULTY_BINARY.to_owned()));
        return Ok(());
    };
    if let Some(first) = bugs::without(&lab)? {
        let why = format!("violations without any bug make it worthless, as {first}");
        table.push("seeded bugs", Row::NotRun(why));
        return Ok(());
    }
    lab.keep = Keep::None;
    table.hunted(bugs::hunt_all(&lab, |bug| options.asks(bug))?);
    Ok(())
}
