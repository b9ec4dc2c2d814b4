//! The table that a run ends with, for people and as JSON.

use std::fmt;

use serde_json::{Value, json};

use super::bugs::Hunt;
use super::tally::Tally;
use crate::statistics::{median, percentile};

/// What became of one kind of fault.
#[derive(Debug)]
pub(super) enum Row {
    /// It was run.
    Run(Tally),
    /// It was not, for this reason: that is no good result.
    NotRun(String),
}

/// All kinds of faults of a run.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<(String, Row)>,
    notes: Vec<(String, String)>,
    hunts: Vec<Hunt>,
}

const HEAD: [&str; 12] = [
    "fault",
    "cycles",
    "faults",
    "acked",
    "lost",
    "doubled",
    "unwanted",
    "unknown kept",
    "not",
    "recovery p50",
    "max ms",
    "peak MB",
];

impl Table {
    /// One more line.
    pub(super) fn push(&mut self, name: &str, row: Row) {
        self.rows.push((name.to_owned(), row));
    }

    /// What was measured on, and with which seed.
    pub(super) fn describe(&mut self, name: &str, words: String) {
        self.notes.push((name.to_owned(), words));
    }

    /// What became of the bugs that were built in.
    pub(super) fn hunted(&mut self, hunts: Vec<Hunt>) {
        self.hunts = hunts;
    }

    /// Everything that must not be, also a bug that no gate caught.
    pub(super) fn violations(&self) -> usize {
        let missed = self.hunts.iter().filter(|hunt| hunt.caught.is_none()).count();
        let run = self.rows.iter().filter_map(|(_, row)| match row {
            Row::Run(tally) => Some(tally.violated()),
            Row::NotRun(_) => None,
        });
        run.sum::<usize>() + missed
    }

    /// Gates that passed, that failed, and that were not run: in the words of a test runner.
    pub(super) fn summary(&self) -> String {
        let count = |is: fn(&Row) -> bool| self.rows.iter().filter(|(_, row)| is(row)).count();
        let passed = count(|row| matches!(row, Row::Run(tally) if tally.violated() == 0));
        let failed = count(|row| matches!(row, Row::Run(tally) if tally.violated() > 0));
        let missed = self.hunts.iter().filter(|hunt| hunt.caught.is_none()).count();
        let (passed, failed) = (passed + self.hunts.len() - missed, failed + missed);
        let skipped = count(|row| matches!(row, Row::NotRun(_)));
        format!("{passed} passed, {failed} failed, {skipped} skipped")
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let rows: Vec<Value> = self.rows.iter().map(|(name, row)| row.json(name)).collect();
        let notes = self.notes.iter().map(|(name, words)| (name.clone(), json!(words)));
        let notes: serde_json::Map<String, Value> = notes.collect();
        let hunts: Vec<Value> = self.hunts.iter().map(Hunt::json).collect();
        json!({ "violations": self.violations(), "rows": rows, "bugs": hunts, "notes": notes })
    }
}

impl Row {
    fn cells(&self, name: &str) -> Vec<String> {
        let Self::Run(tally) = self else {
            return vec![name.to_owned(), "not run".to_owned()];
        };
        let counts = [
            tally.cycles,
            tally.faults,
            tally.acknowledged,
            tally.lost,
            tally.doubled,
            tally.unwanted,
            tally.unknown_kept,
            tally.unknown_missing,
        ];
        let times = [median(&tally.recoveries_s), percentile(&tally.recoveries_s, 100.0)];
        let name = std::iter::once(name.to_owned());
        let counts = counts.into_iter().map(|count| count.to_string());
        let times = times.map(|s| format!("{:.0}", 1e3 * s));
        let peak = (tally.peak_bytes / 1_000_000).to_string();
        name.chain(counts).chain(times).chain([peak]).collect()
    }

    fn json(&self, name: &str) -> Value {
        let tally = match self {
            Self::Run(tally) => tally,
            Self::NotRun(why) => return json!({ "fault": name, "notRun": why }),
        };
        let phases = tally.phases.iter().map(|(phase, count)| (phase.clone(), json!(count)));
        json!({
            "fault": name,
            "cycles": tally.cycles,
            "faults": tally.faults,
            "acknowledged": tally.acknowledged,
            "lost": tally.lost,
            "doubled": tally.doubled,
            "unwanted": tally.unwanted,
            "unknownKept": tally.unknown_kept,
            "unknownMissing": tally.unknown_missing,
            "recoveryMedianMs": 1e3 * median(&tally.recoveries_s),
            "recoveryMaxMs": 1e3 * percentile(&tally.recoveries_s, 100.0),
            "peakBytes": tally.peak_bytes,
            "reached": phases.collect::<serde_json::Map<String, Value>>(),
            "violated": tally.violated(),
            "violations": tally.violations,
        })
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head: Vec<String> = HEAD.iter().map(|&cell| cell.to_owned()).collect();
        let lines: Vec<Vec<String>> =
            std::iter::once(head).chain(self.rows.iter().map(|(n, row)| row.cells(n))).collect();
        let widths: Vec<usize> = (0..HEAD.len()).map(|column| width(&lines, column)).collect();
        for line in &lines {
            writeln!(f, "{}", aligned(line, &widths).trim_end())?;
        }
        for (name, row) in &self.rows {
            match row {
                Row::NotRun(why) => writeln!(f, "{name}: not run: {why}")?,
                Row::Run(tally) => details(f, name, tally)?,
            }
        }
        self.hunts.iter().try_for_each(|hunt| writeln!(f, "{hunt}"))?;
        if !self.hunts.is_empty() {
            let caught = self.hunts.iter().filter(|hunt| hunt.caught.is_some()).count();
            writeln!(f, "seeded bugs: {caught} of {} caught", self.hunts.len())?;
        }
        self.notes.iter().try_for_each(|(name, words)| writeln!(f, "{name}: {words}"))?;
        match self.violations() {
            0 => writeln!(f, "nothing was violated"),
            count => writeln!(f, "{count} VIOLATIONS"),
        }
    }
}

fn width(lines: &[Vec<String>], column: usize) -> usize {
    lines.iter().filter_map(|line| line.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
}

fn aligned(line: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, (cell, width)) in line.iter().zip(widths).enumerate() {
        match column {
            0 => text.push_str(&format!("{cell:<width$}")),
            _ => text.push_str(&format!("  {cell:>width$}")),
        }
    }
    text
}

fn details(f: &mut fmt::Formatter<'_>, name: &str, tally: &Tally) -> fmt::Result {
    if !tally.phases.is_empty() {
        let all = tally.phases.iter().map(|(phase, count)| format!("{phase} {count}"));
        writeln!(f, "{name}: reached {}", all.collect::<Vec<String>>().join(", "))?;
    }
    tally.violations.iter().try_for_each(|line| writeln!(f, "VIOLATION {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut good = Tally { cycles: 2, faults: 3, acknowledged: 10, ..Tally::default() };
        good.recoveries_s = vec![0.010, 0.030, 0.020];
        good.peak_bytes = 70_000_000;
        good.reach("parts", 4);
        let mut table = Table::default();
        table.push("kill -9", Row::Run(good));
        table.push("power cut", Row::NotRun("mounting a disk needs root".to_owned()));
        table.describe("seed", "7".to_owned());
        table
    }

    #[test]
    fn says_what_was_run_and_what_was_not() {
        let text = table().to_string();
        let rows: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[1][2..], ["2", "3", "10", "0", "0", "0", "0", "0", "20", "30", "70"]);
        assert!(text.contains("power cut: not run: mounting a disk needs root"), "{text}");
        assert!(text.contains("kill -9: reached parts 4") && text.contains("seed: 7"), "{text}");
        assert!(text.ends_with("nothing was violated\n"), "{text}");
        assert_eq!(table().summary(), "1 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_violation_is_told_and_counted() {
        let mut table = table();
        let mut bad = Tally::default();
        bad.violate("cut, series 1", "1 acknowledged and lost: a");
        table.push("other", Row::Run(bad));
        let text = table.to_string();
        assert_eq!(table.violations(), 1);
        assert!(text.contains("VIOLATION cut, series 1: 1 acknowledged and lost: a"), "{text}");
        assert!(text.ends_with("1 VIOLATIONS\n"), "{text}");
    }

    #[test]
    fn a_bug_that_is_not_caught_is_a_violation() {
        let caught = Some(("power cut".to_owned(), "1 lost".to_owned()));
        let hunt = |bug, caught| Hunt { bug, caught, not_run: vec!["full disk: no".to_owned()] };
        let mut table = table();
        table.hunted(vec![hunt("ack-before-fsync", caught), hunt("trusted-length", None)]);
        let text = table.to_string();
        assert_eq!(table.violations(), 1);
        assert!(text.contains("ack-before-fsync: caught by power cut (1 lost)"), "{text}");
        assert!(text.contains("trusted-length: NOT caught; not run: full disk: no"), "{text}");
        assert!(text.contains("seeded bugs: 1 of 2 caught"), "{text}");
        assert_eq!(table.summary(), "2 passed, 1 failed, 1 skipped");
        assert_eq!(table.json()["bugs"][1]["caught"], serde_json::Value::Null);
    }

    #[test]
    fn tells_programs_the_same() {
        let json = table().json();
        assert_eq!(json["violations"], 0);
        assert_eq!(json["rows"][0]["acknowledged"], 10);
        assert_eq!(json["rows"][0]["reached"]["parts"], 4);
        assert_eq!(json["rows"][1]["notRun"], "mounting a disk needs root");
        assert_eq!(json["notes"]["seed"], "7");
    }
}
