//! A data directory on this machine's disk.

use crate::call::Call;
use engine::{Engine, Error, Opened, Settings};
use model::{Effect, Record};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A data directory that goes with the test.
#[derive(Debug)]
pub(crate) struct Home(TempDir);

impl Home {
    /// A place where nothing is yet.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Where the data directory is, or will be.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A place beside it, for log files and copies.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn try_open(&self, settings: Settings) -> Result<Opened, Error> {
        Engine::open(&self.data(), settings)
    }

    pub(crate) fn open(&self) -> Engine {
        self.try_open(quiet()).unwrap().engine
    }

    /// Why it cannot be opened, with all causes.
    pub(crate) fn refusal(&self) -> String {
        told(&self.try_open(quiet()).unwrap_err())
    }

    /// The only file with this ending in a directory of the data directory, or the last by name.
    pub(crate) fn last(&self, dir: &str, ending: &str) -> PathBuf {
        let mut files = names(&self.data().join(dir));
        files.retain(|name| name.ends_with(ending));
        self.data().join(dir).join(files.pop().unwrap())
    }
}

/// Settings under which nothing happens by itself.
pub(crate) fn quiet() -> Settings {
    Settings {
        threads: 2,
        cache_bytes: 16 << 20,
        seal_age_ms: i64::MAX,
        seal_records: usize::MAX,
        compaction: false,
        ..Settings::default()
    }
}

/// Names in a directory, sorted.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// An error with all its causes.
pub(crate) fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Commits records in one frame.
pub(crate) fn commit(engine: &Engine, records: Vec<Record>) -> Result<(), Error> {
    let effect = Effect { records, ..Effect::default() };
    engine.commit(move |_| ((), effect)).wait().map(drop)
}

/// Commits the calls with these numbers in one frame.
pub(crate) fn record(engine: &Engine, numbers: std::ops::Range<u64>) {
    let now = engine.env().now();
    commit(engine, numbers.map(|number| Call::new(number).record(now)).collect()).unwrap();
}

/// Copies a directory as it is: what a process that is killed now would leave.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
