//! The regression guard: instructions of small kernels, beside those the repository keeps.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::callgrind::Callgrind;
use super::example::example;
use super::instructions::Instructions;
use super::phases::{Bench, fresh};
use super::report::{Must, Report, figure};
use crate::repository::Repository;
use crate::tool;

/// Where the counts are kept.
const KEPT: &str = "docs/figures/instructions.txt";
/// More than this share above what is kept is told as missed.
const SHARE_MAX: f64 = 0.03;
/// Counting takes fifty times as long as working: with more it would take all day.
const RECORDS_MAX: u64 = 200_000;

/// Work that is counted.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    name: &'static str,
    /// What the program is told to do.
    work: &'static str,
    /// What is done in all, and how much of that is not counted.
    rounds: usize,
    before: Option<usize>,
    unit: Unit,
}

/// What a count is divided by.
#[derive(Debug, Clone, Copy)]
enum Unit {
    All,
    Record,
    Round,
}

/// Whatever reads a lake for the first time loads and decodes what it needs; later rounds find it
/// in memory.
const KERNELS: [Kernel; 7] = [
    kernel("import, a record", "import", 0, None, Unit::Record),
    kernel("opening a lake", "lookup", 0, None, Unit::All),
    kernel("look-up by id", "lookup", 1_100, Some(100), Unit::Round),
    kernel("scan of a column, first, a record", "column", 1, Some(0), Unit::Record),
    kernel("scan of a column, again, a record", "column", 41, Some(1), Unit::Record),
    kernel("scan of a member, first, a record", "member", 1, Some(0), Unit::Record),
    kernel("scan of a member, again, a record", "member", 21, Some(1), Unit::Record),
];

const fn kernel(
    name: &'static str,
    work: &'static str,
    rounds: usize,
    before: Option<usize>,
    unit: Unit,
) -> Kernel {
    Kernel { name, work, rounds, before, unit }
}

/// The program that does the work, and on what.
struct Subject<'a> {
    callgrind: Callgrind,
    program: PathBuf,
    logs: &'a Path,
    data: PathBuf,
    records: u64,
    /// What was counted already: work and rounds.
    counted: BTreeMap<(&'static str, usize), u64>,
}

/// Counts, and sets the counts beside those kept; keeps the new ones where that is wished.
pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    match prepare(bench) {
        Ok(callgrind) => measure(bench, callgrind, report),
        Err(error) => {
            report.absent("instructions of the kernels", &format!("{error:#}"));
            Ok(())
        }
    }
}

fn prepare(bench: &Bench<'_>) -> Result<Callgrind> {
    let records = bench.logs.records;
    if records > RECORDS_MAX {
        bail!("{records} records; at most {RECORDS_MAX} are counted in a reasonable time");
    }
    Callgrind::find(bench.room)
}

fn measure(bench: &Bench<'_>, callgrind: Callgrind, report: &mut Report) -> Result<()> {
    let path = bench.repository.path(KEPT);
    let kept = Instructions::read(&path)?;
    let mut now = Instructions {
        commit: commit(bench.repository)?,
        records: bench.logs.describe(),
        tools: format!("{}, {}", compiler()?, callgrind.version()?),
        counts: Vec::new(),
    };
    let mut subject = Subject {
        callgrind,
        program: example(bench.repository, "kernels")?,
        logs: &bench.logs.directory,
        data: fresh(bench.room, "kernels")?,
        records: bench.logs.records,
        counted: BTreeMap::new(),
    };
    for kernel in &KERNELS {
        let count = subject.count(kernel)?;
        tell(kernel, count, &kept, &now, report);
        now.counts.push((kernel.name.to_owned(), count));
    }
    fs::remove_dir_all(&subject.data)?;
    conclude(bench, &now, &kept, &path, report)
}

fn conclude(
    bench: &Bench<'_>,
    now: &Instructions,
    kept: &Instructions,
    path: &Path,
    report: &mut Report,
) -> Result<()> {
    report.describe("counted with", now.tools.clone());
    if !kept.commit.is_empty() {
        let Instructions { commit, records, tools, .. } = kept;
        report.describe("kept counts", format!("of {commit}; {records}; {tools}"));
    }
    if bench.keeps_counts {
        now.write(path)?;
        report.describe("written", format!("{} as counts of {}", path.display(), now.commit));
    }
    Ok(())
}

/// One row: the count, and how it differs from the one kept, where both are of the same records.
fn tell(kernel: &Kernel, count: f64, kept: &Instructions, now: &Instructions, report: &mut Report) {
    let before = kept.of(kernel.name).filter(|_| kept.records == now.records);
    let must = before.map_or(Must::Nothing, |before| Must::AtMost(before * (1.0 + SHARE_MAX)));
    let beside = match before {
        Some(before) => {
            let percent = 100.0 * (count - before) / before;
            format!("instructions; {} kept of {}: {percent:+.2} %", figure(before), kept.commit)
        }
        None => "instructions; none kept of these records".to_owned(),
    };
    report.figure(kernel.name, must, count, &beside);
}

impl Subject<'_> {
    /// Instructions of one unit of a kernel.
    fn count(&mut self, kernel: &Kernel) -> Result<f64> {
        let all = self.instructions(kernel.work, kernel.rounds)?;
        let uncounted = match kernel.before {
            Some(rounds) => self.instructions(kernel.work, rounds)?,
            None => 0,
        };
        let rounds = kernel.rounds.saturating_sub(kernel.before.unwrap_or(0)).max(1) as f64;
        let each = all.saturating_sub(uncounted) as f64 / rounds;
        Ok(match kernel.unit {
            Unit::All | Unit::Round => each,
            Unit::Record => each / self.records.max(1) as f64,
        })
    }

    fn instructions(&mut self, work: &'static str, rounds: usize) -> Result<u64> {
        if let Some(count) = self.counted.get(&(work, rounds)) {
            return Ok(*count);
        }
        let mut words = vec![OsString::from(work)];
        match work {
            "import" => words.extend([self.logs.into(), self.data.clone().into()]),
            _ => words.extend([self.data.clone().into(), rounds.to_string().into()]),
        }
        let count = self.callgrind.count(&self.program, &words)?;
        self.counted.insert((work, rounds), count);
        Ok(count)
    }
}

/// The commit that is checked out, and whether anything differs from it.
fn commit(repository: &Repository) -> Result<String> {
    let git = |words: &[&str]| {
        tool::output(Command::new("git").arg("-C").arg(repository.root()).args(words))
    };
    let hash = git(&["rev-parse", "--short=10", "HEAD"])?;
    let is_clean = git(&["status", "--porcelain", "--", "crates", "Cargo.lock"])?.is_empty();
    let more = if is_clean { "" } else { " with changes" };
    Ok(format!("{}{more}", hash.trim_end()))
}

fn compiler() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = tool::output(Command::new(rustc).arg("--version"))?;
    Ok(said.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn counted(count: f64) -> Instructions {
        Instructions {
            commit: "0bce299".to_owned(),
            records: "some".to_owned(),
            tools: String::new(),
            counts: vec![("opening a lake".to_owned(), count)],
        }
    }

    fn told(count: f64, kept: &Instructions) -> String {
        let mut report = Report::default();
        tell(&KERNELS[1], count, kept, &counted(count), &mut report);
        report.to_string()
    }

    #[test]
    fn sets_counts_beside_those_kept() {
        let text = told(1_020.0, &counted(1_000.0));
        assert!(text.contains("1,020 instructions; 1,000 kept of 0bce299: +2.00 % |"), "{text}");
        let text = told(1_040.0, &counted(1_000.0));
        assert!(text.contains("| <= 1,030 |") && text.contains("+4.00 %  MISSED"), "{text}");
    }

    #[test]
    fn compares_only_what_was_counted_of_the_same_records() {
        let other = Instructions { records: "others".to_owned(), ..counted(1.0) };
        assert!(told(1_020.0, &other).contains("none kept of these records"));
        assert!(told(1_020.0, &Instructions::default()).contains("none kept of these records"));
    }

    #[test]
    fn kernels_have_names_of_their_own() {
        let names: BTreeSet<_> = KERNELS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), KERNELS.len());
    }
}
