//! What every gate works with: the binary, a room for its files, and the seed.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::table::{Row, Table};
use super::tally::Tally;
use super::volume;
use crate::random::Random;
use crate::server::Launch;

/// The variable by which a server is asked to seal, merge and write snapshots often. A binary that
/// does not know it keeps its usual sizes.
const TUNE: &str = "PUGMARK_TUNE";

/// Everything a gate needs to know.
#[derive(Debug, Clone)]
pub(super) struct Lab {
    pub(super) binary: PathBuf,
    /// Ledgers, logs, images and data directories go there.
    pub(super) room: PathBuf,
    pub(super) seed: u64,
    /// What the server is asked to do often; empty: nothing.
    pub(super) tune: String,
    /// More for the server's environment: a seeded bug.
    pub(super) environment: Vec<(String, OsString)>,
    pub(super) keep: Keep,
    /// Directories under kills or power cuts at the same time.
    pub(super) lanes: usize,
    /// How long the journal of a tail becomes, in bytes.
    pub(super) tail_bytes: u64,
    /// No further one is begun after this.
    pub(super) patience: Option<Duration>,
}

/// Whose data directories, ledgers and logs stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Those of sites where something was violated.
    Violated,
    /// All.
    All,
    /// None: violations are expected.
    None,
}

impl Lab {
    /// A directory of the room, empty.
    pub(super) fn fresh(&self, name: &str) -> Result<PathBuf> {
        let path = self.room.join(name);
        if path.exists() {
            // A run that was interrupted leaves its disk, whose power may be cut.
            volume::unmount_below(&path)?;
            fs::remove_dir_all(&path)
                .with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
        fs::create_dir_all(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        Ok(path)
    }

    /// Tells how far a gate has got, and writes its row down: a run may be interrupted.
    pub(super) fn note(&self, gate: &str, asked: usize, tally: &Tally) {
        let (cycles, acked, violated) = (tally.cycles, tally.acknowledged, tally.violated());
        eprintln!(
            "crashlab: {gate}: {cycles} of {asked} cycles, {acked} acknowledged, \
             {violated} violations"
        );
        let mut table = Table::default();
        table.push(gate, Row::Run(tally.clone()));
        table.describe("seed", self.seed.to_string());
        table.describe("asked for", format!("{asked} cycles"));
        let path = self.room.join(format!("table of {gate}.txt"));
        if let Err(error) = fs::write(&path, table.to_string()) {
            eprintln!("crashlab: cannot write `{}`: {error}", path.display());
        }
    }

    /// How the server is started on a directory.
    pub(super) fn launch(&self, data: &Path, log: &Path) -> Launch {
        let launch = Launch::new(&self.binary, data, log)
            .with("HOME", &self.room)
            .with("XDG_CONFIG_HOME", &self.room)
            .with("RUST_BACKTRACE", "1")
            .with(TUNE, &self.tune);
        let more = self.environment.iter();
        more.fold(launch, |launch, (name, value)| launch.with(name, value))
    }

    /// A command of the binary on a directory. No setting of this machine's user reaches it.
    pub(super) fn pugmark(&self, data: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).arg("--data").arg(data);
        command.env("HOME", &self.room).env("XDG_CONFIG_HOME", &self.room);
        command.env(TUNE, &self.tune);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Numbers of their own for a place in the run: the same for the same seed.
    pub(super) fn random(&self, series: usize, cycle: usize, thread: usize) -> Random {
        let stream = [series, cycle, thread];
        let number = |n: usize| u64::try_from(n).unwrap_or(0);
        let mix = |hash: u64, n: usize| (hash ^ number(n)).wrapping_mul(0x0100_0000_01b3);
        Random::new(self.seed, stream.into_iter().fold(0xcbf2_9ce4_8422_2325, mix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(room: &Path) -> Lab {
        Lab {
            binary: PathBuf::from("true"),
            room: room.to_owned(),
            seed: 7,
            tune: String::new(),
            environment: Vec::new(),
            keep: Keep::Violated,
            lanes: 1,
            tail_bytes: 1 << 20,
            patience: None,
        }
    }

    #[test]
    fn every_place_has_its_own_numbers() {
        let room = tempfile::tempdir().unwrap();
        let lab = lab(room.path());
        assert_eq!(lab.random(1, 2, 3).bits(), lab.random(1, 2, 3).bits());
        assert_ne!(lab.random(1, 2, 3).bits(), lab.random(1, 3, 2).bits());
        assert_ne!(lab.random(1, 0, 0).bits(), lab.random(0, 1, 0).bits());
    }

    #[test]
    fn a_fresh_directory_is_empty() {
        let room = tempfile::tempdir().unwrap();
        let lab = lab(room.path());
        fs::write(lab.fresh("a").unwrap().join("x"), "x").unwrap();
        assert_eq!(fs::read_dir(lab.fresh("a").unwrap()).unwrap().count(), 0);
    }
}
