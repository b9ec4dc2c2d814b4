//! ClickHouse on the same files, embedded as chdb, in a Python environment of its own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::logs::Logs;
use super::peers::Load;
use crate::python::Environment;
use crate::repository::Repository;

/// Loads the files.
const SCRIPT: &str = concat!(include_str!("columns.py"), include_str!("measure_chdb.py"));
const PACKAGES: &str = "xtask/src/bench/measure_chdb.txt";

/// The environment with the pinned packages, made when it is not there: about 1 GB.
pub(super) fn prepare(repository: &Repository) -> Result<Environment> {
    Environment::apart(repository, "chdb", &repository.path(PACKAGES))
}

/// Loads the files of a directory `runs` times; the medians. Nothing of it stays.
pub(super) fn load(
    environment: &Environment,
    room: &Path,
    logs: &Logs,
    runs: usize,
) -> Result<Load> {
    let work = room.join("chdb");
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot remove `{}`", work.display()))?;
    }
    fs::create_dir_all(&work).with_context(|| format!("cannot make `{}`", work.display()))?;
    eprintln!("the same import in chdb");
    let task = json!({ "logs": logs.directory, "room": work, "runs": runs });
    let said = environment.answer(SCRIPT, &task, room).context("chdb could not be measured")?;
    Load::read(&said)
}

#[cfg(test)]
mod tests {
    #[test]
    fn pins_the_package() {
        assert!(include_str!("measure_chdb.txt").lines().any(|line| line.starts_with("chdb==")));
    }
}
