//! The steps of `cargo xtask test`, in their order, and what each needs before it.

use std::env;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::runner::{self, Run};
use super::summary::Summary;
use crate::cargo;
use crate::fuzz::{self, Round, Wish};
use crate::python::Environment;
use crate::repository::Repository;
use crate::tidy;

/// One step; its name is what `--only` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Step {
    Python,
    Tidy,
    Fmt,
    Clippy,
    Rust,
    Binary,
    Sdk,
    Crashlab,
    Fuzz,
}

impl Step {
    /// Every step, in the order of running.
    pub(super) const ALL: [Self; 9] = [
        Self::Python,
        Self::Tidy,
        Self::Fmt,
        Self::Clippy,
        Self::Rust,
        Self::Binary,
        Self::Sdk,
        Self::Crashlab,
        Self::Fuzz,
    ];

    /// This step after the ones it cannot do without.
    pub(super) fn with_needs(self) -> Vec<Self> {
        match self {
            Self::Sdk => vec![Self::Python, Self::Binary, Self::Sdk],
            Self::Crashlab => vec![Self::Binary, Self::Crashlab],
            step => vec![step],
        }
    }

    /// What the step does, in words.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Python => "the Python environments of the SDK tests",
            Self::Tidy => "the house rules",
            Self::Fmt => "the formatting",
            Self::Clippy => "the lints",
            Self::Rust => "the Rust tests",
            Self::Binary => "the binary for the SDK tests",
            Self::Sdk => "the SDK tests: the AWS CLI and boto3, unmodified",
            Self::Crashlab => "a short round of the crash lab",
            Self::Fuzz => "every parser of strangers' bytes, fuzzed for a short time",
        }
    }

    /// Runs the step: what it counted, and whether it ended well.
    pub(super) fn run(self, repository: &Repository) -> Result<(Summary, bool)> {
        let run = match self {
            Self::Python => {
                Environment::prepare(repository)?;
                Environment::custodian(repository)?;
                return Ok((Summary::default(), true));
            }
            Self::Tidy => return check_rules(repository),
            Self::Fmt => check_format(repository)?,
            Self::Clippy => runner::run(cargo(repository).args(CLIPPY))?,
            Self::Rust => run_rust_tests(repository)?,
            Self::Binary => {
                runner::run(cargo(repository).args(["build", "--workspace", "--all-targets"]))?
            }
            Self::Sdk => run_sdk_tests(repository)?,
            Self::Crashlab => run_crashlab(repository)?,
            Self::Fuzz => return run_fuzz_targets(repository),
        };
        Ok((Summary::of(&run.lines), run.succeeded))
    }
}

/// For each target: what fits into the time of the tests, where all is built from nothing. Longer
/// rounds are a command: `cargo xtask fuzz --seconds 600`.
const FUZZ_SECONDS: u64 = 10;
/// As many targets at a time.
const FUZZ_JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

const CLIPPY: [&str; 6] = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", format!("{self:?}").to_lowercase())
    }
}

fn check_rules(repository: &Repository) -> Result<(Summary, bool)> {
    let findings = tidy::check(repository)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok((Summary::default(), findings.is_empty()))
}

/// The workspace, and the fuzz targets beside it.
fn check_format(repository: &Repository) -> Result<Run> {
    let mut run = runner::run(cargo(repository).args(["fmt", "--all", "--check"]))?;
    let beside = ["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"];
    let targets = runner::run(cargo(repository).args(beside))?;
    run.lines.extend(targets.lines);
    run.succeeded &= targets.succeeded;
    Ok(run)
}

/// Lints and runs the fuzz targets. A target counts as a test; where they cannot be built all of
/// them are skipped, and the line says why.
fn run_fuzz_targets(repository: &Repository) -> Result<(Summary, bool)> {
    let linted = runner::run(&mut fuzz::lint(repository))?.succeeded;
    let wish = Wish { seconds: FUZZ_SECONDS, only: &[], jobs: FUZZ_JOBS };
    let (summary, good) = match fuzz::round(repository, &wish)? {
        Round::NotRun(why) => {
            println!("not run: {why}");
            (Summary { skipped: 1, ..Summary::default() }, true)
        }
        Round::Ran { targets, failed } => {
            let passed = targets - failed;
            (Summary { passed, failed, ..Summary::default() }, failed == 0)
        }
    };
    Ok((summary, good && linted))
}

/// nextest where it is installed, else cargo's own runner; examples in documentation either way.
fn run_rust_tests(repository: &Repository) -> Result<Run> {
    if !has_nextest(repository) {
        return runner::run(cargo(repository).args(["test", "--workspace", "--no-fail-fast"]));
    }
    let tests = ["nextest", "run", "--workspace", "--no-fail-fast"];
    let mut run = runner::run(cargo(repository).args(tests))?;
    let documentation = runner::run(cargo(repository).args(["test", "--workspace", "--doc"]))?;
    run.lines.extend(documentation.lines);
    run.succeeded &= documentation.succeeded;
    Ok(run)
}

fn has_nextest(repository: &Repository) -> bool {
    let asked = cargo(repository).args(["nextest", "--version"]).output();
    asked.is_ok_and(|output| output.status.success())
}

/// With the reason for each test that cannot be run on this machine.
fn run_sdk_tests(repository: &Repository) -> Result<Run> {
    let environment = Environment::of(repository);
    let custodian = Environment::custodian(repository)?;
    runner::run(
        Command::new(environment.python())
            .args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "scenarios/sdk"])
            .env("PUGMARK_BIN", binary(repository))
            .env("PUGMARK_CUSTODIAN", custodian.program("custodian"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(repository.root()),
    )
}

/// The binary of this program that the tests made: the one that runs may be gone by now.
fn run_crashlab(repository: &Repository) -> Result<Run> {
    runner::run(
        Command::new(made(repository, "xtask"))
            .args(["crashlab", "--kills", "50", "--cuts", "25", "--binary"])
            .arg(binary(repository))
            .current_dir(repository.root()),
    )
}

/// The server that was made in the profile of the tests.
fn binary(repository: &Repository) -> PathBuf {
    made(repository, "pugmark")
}

/// A program that was made in the profile of the tests.
fn made(repository: &Repository, name: &str) -> PathBuf {
    repository.target().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

fn cargo(repository: &Repository) -> Command {
    let mut command = cargo::cargo();
    command.current_dir(repository.root());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_option_takes() {
        for step in Step::ALL {
            let taken = step.to_possible_value().unwrap();
            assert_eq!(taken.get_name(), step.to_string());
        }
    }

    #[test]
    fn sdk_tests_bring_what_they_need() {
        assert_eq!(Step::Sdk.with_needs(), [Step::Python, Step::Binary, Step::Sdk]);
        assert_eq!(Step::Crashlab.with_needs(), [Step::Binary, Step::Crashlab]);
        assert_eq!(Step::Tidy.with_needs(), [Step::Tidy]);
    }
}
