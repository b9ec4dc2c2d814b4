//! Python environments, of the SDK tests and of the benchmark: made once below cargo's target
//! directory, and made again only when their list of pinned packages says something else.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::repository::Repository;

/// A virtual environment with the pinned packages in it.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    directory: PathBuf,
}

impl Environment {
    /// Where the environment of the SDK tests lies, made or not.
    pub(crate) fn of(repository: &Repository) -> Self {
        Self { directory: repository.target().join("py").join("venv") }
    }

    /// Makes the environment of the SDK tests.
    pub(crate) fn prepare(repository: &Repository) -> Result<Self> {
        Self::of(repository).filled(&repository.path("scenarios/sdk/requirements.txt"))
    }

    /// Makes the environment of Cloud Custodian, which wants other packages than the SDK tests do.
    pub(crate) fn custodian(repository: &Repository) -> Result<Self> {
        let packages = repository.path("scenarios/sdk/requirements-custodian.txt");
        Self::apart(repository, "custodian", &packages)
    }

    /// Makes an environment of its own below the target directory.
    pub(crate) fn apart(repository: &Repository, name: &str, requirements: &Path) -> Result<Self> {
        let directory = repository.target().join("py").join(name);
        Self { directory }.filled(requirements)
    }

    /// Makes the environment unless it already holds exactly the pinned packages.
    fn filled(self, requirements: &Path) -> Result<Self> {
        let wanted = fs::read_to_string(requirements)
            .with_context(|| format!("cannot read `{}`", requirements.display()))?;
        if self.is_current(&wanted) {
            return Ok(self);
        }
        self.build(requirements)?;
        fs::write(self.stamp(), wanted).context("cannot note what was installed")?;
        Ok(self)
    }

    /// The interpreter inside the environment.
    pub(crate) fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program inside the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join("bin").join(name)
    }

    /// Runs a script in a directory, with a task in JSON as its only argument; what it printed.
    pub(crate) fn answer(&self, script: &str, task: &Value, room: &Path) -> Result<String> {
        let output = Command::new(self.python())
            .args(["-c", script, &task.to_string()])
            .current_dir(room)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start `{}`", self.python().display()))?;
        if !output.status.success() {
            bail!("the script ended with {}; its words are above", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A directory of the environment's packages, when it has one of that name.
    pub(crate) fn package(&self, name: &str) -> Option<PathBuf> {
        let lib = fs::read_dir(self.directory.join("lib")).ok()?;
        lib.flatten()
            .map(|entry| entry.path().join("site-packages").join(name))
            .find(|p| p.is_dir())
    }

    fn stamp(&self) -> PathBuf {
        self.directory.join("installed-requirements.txt")
    }

    fn is_current(&self, wanted: &str) -> bool {
        self.python().exists() && fs::read_to_string(self.stamp()).is_ok_and(|have| have == wanted)
    }

    fn build(&self, requirements: &Path) -> Result<()> {
        eprintln!("making a Python environment in `{}`", self.directory.display());
        if self.directory.exists() {
            fs::remove_dir_all(&self.directory)
                .with_context(|| format!("cannot remove `{}`", self.directory.display()))?;
        }
        let python = interpreter()?;
        run(
            Command::new(&python).args(["-m", "venv"]).arg(&self.directory),
            "install Python's venv module (on Debian: `apt-get install python3-venv`)",
        )?;
        run(
            Command::new(self.python())
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(requirements),
            "check that the package index is reachable, then run the same command again",
        )
    }
}

/// The newest interpreter on the path that the tests can use; `PYTHON` overrides the search.
fn interpreter() -> Result<String> {
    if let Ok(named) = env::var("PYTHON") {
        return Ok(named);
    }
    let names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
    match names.into_iter().find(|name| is_usable(name)) {
        Some(name) => Ok(name.to_owned()),
        None => bail!(
            "no Python 3.10 or newer found (tried {}); install it or set PYTHON",
            names.join(", ")
        ),
    }
}

fn is_usable(name: &str) -> bool {
    let check = "import sys; sys.exit(sys.version_info < (3, 10))";
    Command::new(name).args(["-c", check]).output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command, next_step: &str) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command.status().with_context(|| format!("cannot start {shown}; {next_step}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}; {next_step}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> (tempfile::TempDir, Environment) {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment { directory: directory.path().to_path_buf() };
        fs::create_dir(directory.path().join("bin")).unwrap();
        (directory, environment)
    }

    #[test]
    fn is_current_only_with_the_same_requirements() {
        let (_keep, environment) = environment();
        assert!(!environment.is_current("a==1\n"), "nothing is installed yet");
        fs::write(environment.python(), "").unwrap();
        fs::write(environment.stamp(), "a==1\n").unwrap();
        assert!(environment.is_current("a==1\n"));
        assert!(!environment.is_current("a==2\n"));
    }

    #[test]
    fn is_not_current_without_an_interpreter() {
        let (_keep, environment) = environment();
        fs::write(environment.stamp(), "a==1\n").unwrap();
        assert!(!environment.is_current("a==1\n"));
    }

    #[test]
    fn hands_a_task_over_and_what_was_printed_back() {
        let (keep, environment) = environment();
        let Ok(name) = interpreter() else { return };
        let wrapper = format!("#!/bin/sh\nexec {name} \"$@\"\n");
        fs::write(environment.python(), wrapper).unwrap();
        run(Command::new("chmod").arg("+x").arg(environment.python()), "").unwrap();
        let script = "import json, sys; print(json.loads(sys.argv[1])['a'] + 1)";
        let task = serde_json::json!({ "a": 2 });
        assert_eq!(environment.answer(script, &task, keep.path()).unwrap(), "3\n");
        let error = environment.answer("raise SystemExit(3)", &task, keep.path()).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    #[test]
    fn finds_a_package_whatever_the_python_version_is() {
        let (keep, environment) = environment();
        assert_eq!(environment.package("botocore"), None);
        let package = keep.path().join("lib/python3.99/site-packages/botocore");
        fs::create_dir_all(&package).unwrap();
        assert_eq!(environment.package("botocore"), Some(package));
    }
}
