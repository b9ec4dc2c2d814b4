//! DuckDB on the same files, in a Python environment of its own.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::logs::Logs;
use super::peers::Load;
use super::statements::Statement;
use crate::python::Environment;
use crate::repository::Repository;

/// Loads the files, times statements, exports.
const SCRIPT: &str = concat!(include_str!("columns.py"), include_str!("measure_duckdb.py"));
const PACKAGES: &str = "xtask/src/bench/measure_duckdb.txt";

/// DuckDB, and what it was seen to load.
#[derive(Debug)]
pub(super) struct Duckdb {
    environment: Environment,
    loaded: OnceLock<Load>,
}

/// All columns of its table, by time, as Parquet with zstd's level 3.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Parquet {
    pub(super) bytes: u64,
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

impl Duckdb {
    /// The environment with the pinned package, made when it is not there.
    pub(super) fn prepare(repository: &Repository) -> Result<Self> {
        let environment = Environment::apart(repository, "duckdb", &repository.path(PACKAGES))?;
        Ok(Self { environment, loaded: OnceLock::new() })
    }

    /// Loads the files of a directory; once in a run, for it takes longest of all.
    pub(super) fn load(&self, room: &Path, logs: &Logs) -> Result<&Load> {
        if let Some(load) = self.loaded.get() {
            return Ok(load);
        }
        eprintln!("the same import in DuckDB");
        let said = self.answer(room, json!({ "do": "load", "logs": logs.directory }))?;
        let load = Load::read(&said)?;
        Ok(self.loaded.get_or_init(|| load))
    }

    /// Exports what was loaded; the file does not stay.
    pub(super) fn export(&self, room: &Path) -> Result<Parquet> {
        let file = room.join("duckdb").join("events.parquet");
        eprintln!("as Parquet by DuckDB");
        let said = self.answer(room, json!({ "do": "export", "parquet": file }))?;
        fs::remove_file(&file).with_context(|| format!("cannot remove `{}`", file.display()))?;
        serde_json::from_str(said.trim_end()).context("not what exporting took")
    }

    /// Asks each statement once to warm up, then `runs` times.
    pub(super) fn ask(
        &self,
        room: &Path,
        statements: &[Statement],
        runs: usize,
    ) -> Result<Vec<Peer>> {
        eprintln!("the same questions in DuckDB");
        let task = json!({ "do": "ask", "runs": runs, "statements": statements });
        peers(&self.answer(room, task)?)
    }

    fn answer(&self, room: &Path, mut task: Value) -> Result<String> {
        let work = room.join("duckdb");
        fs::create_dir_all(&work).with_context(|| format!("cannot make `{}`", work.display()))?;
        if let Some(task) = task.as_object_mut() {
            task.insert("database".to_owned(), json!(work.join("events.db")));
        }
        self.environment.answer(SCRIPT, &task, &work).context("DuckDB could not be measured")
    }
}

fn peers(text: &str) -> Result<Vec<Peer>> {
    let peers: Result<Vec<Peer>, _> = text.lines().map(serde_json::from_str).collect();
    peers.context("not what a statement did")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_script_says() {
        let text = r#"{"name": "Q1", "wall_ms": 0.5, "cpu_ms": 0.25, "rows": 1, "tally": null}
{"name": "Q3", "wall_ms": 0.5, "cpu_ms": 0.25, "rows": 20, "tally": 7}
"#;
        let peers = peers(text).unwrap();
        assert_eq!((peers.len(), peers[1].tally), (2, Some(7)));
        assert!(super::peers("nonsense").is_err());
    }

    #[test]
    fn pins_the_package() {
        assert!(
            include_str!("measure_duckdb.txt").lines().any(|line| line.starts_with("duckdb=="))
        );
    }
}
