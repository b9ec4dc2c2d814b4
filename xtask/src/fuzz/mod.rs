//! `cargo xtask fuzz`: gives strange bytes to every parser that reads strangers' bytes, and says
//! what came of it. The targets are in `fuzz/`; `docs/fuzzing.md` tells of them.

mod build;
mod compiler;
mod report;
mod run;

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;

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
    /// As many targets at a time; they take turns in alphabetical order
    #[arg(long, default_value = "1", value_name = "N")]
    jobs: NonZeroUsize,
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
    let wish = Wish { seconds: options.seconds, only: &options.target, jobs: options.jobs };
    let good = match round(repository, &wish)? {
        Round::NotRun(why) => {
            println!("not run: {why}");
            false
        }
        Round::Ran { failed, .. } => failed == 0,
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a round is to be.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    /// For each target.
    pub(crate) seconds: u64,
    /// Targets by name; none are all.
    pub(crate) only: &'a [String],
    /// As many at a time.
    pub(crate) jobs: NonZeroUsize,
}

/// Builds the fuzzer and runs its targets.
pub(crate) fn round(repository: &Repository, wish: &Wish<'_>) -> Result<Round> {
    if let Compiler::Missing(why) = Compiler::find() {
        return Ok(Round::NotRun(why));
    }
    let fuzzer = Fuzzer::build(repository)?;
    let targets = fuzzer.targets()?;
    let unknown = wish.only.iter().find(|name| !targets.contains(name));
    if let Some(name) = unknown {
        bail!("there is no target `{name}`; there are {}", targets.join(", "));
    }
    let is_wanted = |name: &&String| wish.only.is_empty() || wish.only.contains(name);
    let wanted: Vec<String> = targets.iter().filter(is_wanted).cloned().collect();
    let reports = fuzz(&fuzzer, &wanted, wish)?;
    println!("{}", report::table(&reports));
    let failed: Vec<&Report> = reports.iter().filter(|report| report.has_failed()).collect();
    failed.iter().for_each(|report| println!("{}", report.complaint()));
    Ok(Round::Ran { targets: reports.len() as u64, failed: failed.len() as u64 })
}

/// The reports of all targets, in their order.
fn fuzz(fuzzer: &Fuzzer, targets: &[String], wish: &Wish<'_>) -> Result<Vec<Report>> {
    let waiting = Mutex::new(targets.iter().enumerate());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut done = Vec::new();
        while let Some((place, name)) = next() {
            println!("    fuzzing `{name}` for {} s", wish.seconds);
            done.push((place, fuzzer.run(name, wish.seconds)));
        }
        done
    };
    let mut all = thread::scope(|scope| {
        let threads: Vec<_> = (0..wish.jobs.get()).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_default());
        joined.flatten().collect::<Vec<_>>()
    });
    if all.len() != targets.len() {
        bail!("a thread that ran targets died");
    }
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, report)| report).collect()
}
