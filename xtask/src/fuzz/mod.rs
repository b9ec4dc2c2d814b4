//! `cargo xtask fuzz`: gives strange bytes to every parser that reads strangers' bytes, and says
//! what came of it. The targets are in `fuzz/`; `docs/fuzzing.md` tells of them.

mod build;
mod compiler;
mod report;
mod run;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::repository::Repository;
pub(crate) use build::lint;

use build::Fuzzer;
use compiler::Compiler;
use report::Report;

/// Give strange bytes to every parser that reads strangers' bytes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Seconds for each target
    #[arg(long, default_value_t = 60, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only this target; may be given more than once
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

/// What became of a round.
#[derive(Debug)]
pub(crate) enum Round {
    /// There is nothing to build the fuzzer with, and why.
    NotRun(String),
    /// All targets ran: how many, and how many of them found something.
    Ran { targets: u64, failed: u64 },
}

/// `cargo xtask fuzz`.
pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    let good = match round(repository, options.seconds, &options.target)? {
        Round::NotRun(why) => {
            println!("not run: {why}");
            false
        }
        Round::Ran { failed, .. } => failed == 0,
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the fuzzer and runs the targets named in `only`, or all, for so many seconds each.
pub(crate) fn round(repository: &Repository, seconds: u64, only: &[String]) -> Result<Round> {
    if let Compiler::Missing(why) = Compiler::find() {
        return Ok(Round::NotRun(why));
    }
    let fuzzer = Fuzzer::build(repository)?;
    let targets = fuzzer.targets()?;
    let unknown = only.iter().find(|name| !targets.contains(name));
    if let Some(name) = unknown {
        bail!("there is no target `{name}`; there are {}", targets.join(", "));
    }
    let wanted = targets.iter().filter(|name| only.is_empty() || only.contains(name));
    let mut reports: Vec<Report> = Vec::new();
    for name in wanted {
        println!("    fuzzing `{name}` for {seconds} s");
        reports.push(fuzzer.run(name, seconds)?);
    }
    println!("{}", report::table(&reports));
    let failed: Vec<&Report> = reports.iter().filter(|report| report.has_failed()).collect();
    failed.iter().for_each(|report| println!("{}", report.complaint()));
    Ok(Round::Ran { targets: reports.len() as u64, failed: failed.len() as u64 })
}
