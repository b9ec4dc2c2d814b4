//! `cargo xtask test`: sets up what the tests need, then checks and runs everything. Every step
//! is run even when an earlier one failed, so that one run tells all there is to mend.

mod runner;
mod step;
mod summary;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::clock::Stopwatch;
use crate::repository::Repository;
use step::Step;
use summary::Summary;

/// Set up what the tests need, then check and run everything.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run only this step, with what it needs
    #[arg(long, value_enum, value_name = "STEP")]
    only: Option<Step>,
}

/// Where everything before it took longer, in seconds, the fuzzer is not begun: building it from
/// nothing and running it takes minutes, and all of the tests are to end within forty.
const FUZZ_BEGINS_MAX: f64 = 1_500.0;

/// `cargo xtask test`.
pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    let steps = options.only.map_or_else(|| Step::ALL.to_vec(), Step::with_needs);
    let watch = Stopwatch::start();
    let mut total = Summary::default();
    let mut failed = Vec::new();
    for step in steps {
        if step == Step::Fuzz && options.only.is_none() && watch.seconds() > FUZZ_BEGINS_MAX {
            println!(
                "==> {step}: not run, it is late; to run it alone: cargo xtask test --only {step}"
            );
            total += Summary { skipped: 1, ..Summary::default() };
            continue;
        }
        let summary = run_step(repository, step);
        if summary.failed > 0 {
            failed.push(step);
        }
        total += summary;
    }
    for step in &failed {
        println!("FAILED: {}; to run it alone: cargo xtask test --only {step}", step.says());
    }
    println!("{total}");
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one step; one that fails without a failed test counts as one failure.
fn run_step(repository: &Repository, step: Step) -> Summary {
    println!("==> {step}: {}", step.says());
    let watch = Stopwatch::start();
    let outcome = step.run(repository);
    let ended = if outcome.as_ref().is_ok_and(|(_, good)| *good) { "ok" } else { "FAILED" };
    let summary = match outcome {
        Ok((summary, good)) if good || summary.failed > 0 => summary,
        Ok((summary, _)) => summary.with_one_failure(),
        Err(error) => {
            println!("{error:#}");
            Summary::default().with_one_failure()
        }
    };
    println!("<== {step}: {ended} in {:.1} s", watch.seconds());
    summary
}
