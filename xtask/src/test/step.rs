//! The steps of `cargo xtask test`, in their order, and what each needs before it.

use std::env;
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::runner::{self, Run};
use super::summary::Summary;
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
}

impl Step {
    /// Every step, in the order of running.
    pub(super) const ALL: [Self; 8] = [
        Self::Python,
        Self::Tidy,
        Self::Fmt,
        Self::Clippy,
        Self::Rust,
        Self::Binary,
        Self::Sdk,
        Self::Crashlab,
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
            Self::Python => "the Python environment of the SDK tests",
            Self::Tidy => "the house rules",
            Self::Fmt => "the formatting",
            Self::Clippy => "the lints",
            Self::Rust => "the Rust tests",
            Self::Binary => "the binary for the SDK tests",
            Self::Sdk => "the SDK tests: the AWS CLI and boto3, unmodified",
            Self::Crashlab => "a short round of the crash lab",
        }
    }

    /// Runs the step: what it counted, and whether it ended well.
    pub(super) fn run(self, repository: &Repository) -> Result<(Summary, bool)> {
        let run = match self {
            Self::Python => {
                Environment::prepare(repository)?;
                return Ok((Summary::default(), true));
            }
            Self::Tidy => return check_rules(repository),
            Self::Fmt => runner::run(cargo(repository).args(["fmt", "--all", "--check"]))?,
            Self::Clippy => runner::run(cargo(repository).args(CLIPPY))?,
            Self::Rust => run_rust_tests(repository)?,
            Self::Binary => {
                runner::run(cargo(repository).args(["build", "--workspace", "--all-targets"]))?
            }
            Self::Sdk => run_sdk_tests(repository)?,
            Self::Crashlab => run_crashlab(repository)?,
        };
        Ok((Summary::of(&run.lines), run.succeeded))
    }
}

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

fn run_sdk_tests(repository: &Repository) -> Result<Run> {
    let environment = Environment::of(repository);
    runner::run(
        Command::new(environment.python())
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "scenarios/sdk"])
            .env("PUGMARK_BIN", binary(repository))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(repository.root()),
    )
}

/// This program once more, with the binary of the tests.
fn run_crashlab(repository: &Repository) -> Result<Run> {
    runner::run(
        Command::new(env::current_exe()?)
            .args(["crashlab", "--kills", "50", "--cuts", "25", "--binary"])
            .arg(binary(repository))
            .current_dir(repository.root()),
    )
}

/// The binary that was made in the profile of the tests.
fn binary(repository: &Repository) -> PathBuf {
    repository.target().join("debug").join(format!("pugmark{}", env::consts::EXE_SUFFIX))
}

fn cargo(repository: &Repository) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
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
