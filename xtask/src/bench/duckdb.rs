//! DuckDB on the same files, in a Python environment of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use super::logs::Logs;
use super::statements::Statement;
use crate::python::Environment;
use crate::repository::Repository;

/// Loads the files and times the statements.
const SCRIPT: &str = include_str!("measure_duckdb.py");
const PACKAGES: &str = "xtask/src/bench/measure_duckdb.txt";

/// What loading took.
#[derive(Debug, Deserialize)]
pub(super) struct Load {
    pub(super) wall_ms: f64,
    pub(super) cpu_ms: f64,
    pub(super) records: i64,
    pub(super) bytes: u64,
    pub(super) version: String,
}

/// What one statement did.
#[derive(Debug, Deserialize)]
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) wall_ms: f64,
    pub(super) cpu_ms: f64,
    pub(super) rows: usize,
    /// The sum of the column `n`, where there is one.
    pub(super) tally: Option<i64>,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) load: Load,
    pub(super) peers: Vec<Peer>,
}

/// The environment with the pinned package, made when it is not there.
pub(super) fn prepare(repository: &Repository) -> Result<Environment> {
    Environment::apart(repository, "duckdb", &repository.path(PACKAGES))
}

/// Loads the files of a directory and asks each statement once to warm up, then `runs` times.
pub(super) fn run(
    environment: &Environment,
    room: &Path,
    logs: &Logs,
    statements: &[Statement],
    runs: usize,
) -> Result<Measured> {
    let work = room.join("duckdb");
    fs::create_dir_all(&work).with_context(|| format!("cannot make `{}`", work.display()))?;
    let task = json!({
        "logs": logs.directory,
        "database": work.join("events.db"),
        "runs": runs,
        "statements": statements,
    });
    eprintln!("the same in DuckDB");
    let output = Command::new(environment.python())
        .args(["-c", SCRIPT, &task.to_string()])
        .current_dir(&work)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start python")?;
    if !output.status.success() {
        bail!("the script that measures DuckDB ended with {}; its words are above", output.status);
    }
    measured(&String::from_utf8_lossy(&output.stdout))
}

fn measured(text: &str) -> Result<Measured> {
    let (first, rest) = text.split_once('\n').context("the script of DuckDB said nothing")?;
    let load = serde_json::from_str(first).context("not what loading took")?;
    let peers: Result<Vec<Peer>, _> = rest.lines().map(serde_json::from_str).collect();
    Ok(Measured { load, peers: peers.context("not what a statement did")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_script_says() {
        let text = r#"{"wall_ms": 1.5, "cpu_ms": 2.5, "records": 7, "bytes": 8, "version": "2"}
{"name": "Q1", "wall_ms": 0.5, "cpu_ms": 0.25, "rows": 1, "tally": null}
{"name": "Q3", "wall_ms": 0.5, "cpu_ms": 0.25, "rows": 20, "tally": 7}
"#;
        let measured = measured(text).unwrap();
        assert_eq!((measured.load.records, measured.peers.len()), (7, 2));
        assert_eq!(measured.peers[1].tally, Some(7));
        assert!(super::measured("").is_err());
    }

    #[test]
    fn pins_the_package() {
        assert!(
            include_str!("measure_duckdb.txt").lines().any(|line| line.starts_with("duckdb=="))
        );
    }
}
