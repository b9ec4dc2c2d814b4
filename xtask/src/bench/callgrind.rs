//! Instructions that a program takes, counted by `valgrind --tool=callgrind`: unlike its time, they
//! do not depend on who else uses the machine.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tool;

/// Valgrind, and where its notes go.
#[derive(Debug)]
pub(super) struct Callgrind {
    valgrind: PathBuf,
    notes: PathBuf,
}

impl Callgrind {
    /// Finds valgrind, or installs it where that is possible; else says why not.
    pub(super) fn find(room: &Path) -> Result<Self> {
        let valgrind = tool::need_from("valgrind", "valgrind")?;
        Ok(Self { valgrind, notes: room.join("callgrind.out") })
    }

    /// What valgrind calls itself.
    pub(super) fn version(&self) -> Result<String> {
        let said = tool::output(Command::new(&self.valgrind).arg("--version"))?;
        Ok(said.trim_end().to_owned())
    }

    /// Runs a program to its end; the instructions of all its threads.
    pub(super) fn count(&self, program: &Path, words: &[OsString]) -> Result<u64> {
        let mut out = OsString::from("--callgrind-out-file=");
        out.push(&self.notes);
        let mut command = Command::new(&self.valgrind);
        command.arg("--tool=callgrind").arg(out).arg(program).args(words);
        tool::run(&mut command)?;
        let text = fs::read_to_string(&self.notes)
            .with_context(|| format!("cannot read `{}`", self.notes.display()))?;
        total(&text).context("valgrind wrote no `totals:` of instructions")
    }
}

/// The sum over all of a program's dumps: mostly there is one. The first event must be
/// instructions read: <https://valgrind.org/docs/manual/cl-format.html>
fn total(text: &str) -> Option<u64> {
    let first = |line: &'_ str| line.split_whitespace().next().map(str::to_owned);
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix("events:")).and_then(first).filter(|it| it == "Ir")?;
    let totals: Option<Vec<u64>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("totals:"))
        .map(|rest| first(rest)?.parse().ok())
        .collect();
    totals.filter(|all| !all.is_empty()).map(|all| all.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: &str = "# callgrind format\nversion: 1\ncmd: kernels import\n\
        positions: line\nevents: Ir\nsummary: 15542026860\n\n\
        fn=(1) main\n16 400\n\ntotals: 15542026860\n";

    #[test]
    fn reads_the_total() {
        assert_eq!(total(NOTES), Some(15_542_026_860));
        let two = format!("{NOTES}{NOTES}");
        assert_eq!(total(&two), Some(2 * 15_542_026_860));
        assert_eq!(total(&NOTES.replace("events: Ir", "events: Ir Dr")), total(NOTES));
    }

    #[test]
    fn takes_nothing_else_for_instructions() {
        assert_eq!(total(&NOTES.replace("events: Ir", "events: Dr Ir")), None);
        assert_eq!(total(&NOTES.replace("totals: 15542026860", "")), None);
        assert_eq!(total(&NOTES.replace("totals: 1", "totals: x")), None);
        assert_eq!(total(""), None);
    }
}
