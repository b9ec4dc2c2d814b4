//! What a run of a target said, read from the fuzzer's log.

use std::path::PathBuf;

/// What came of one target.
#[derive(Debug, Default)]
pub(super) struct Report {
    target: String,
    executions: u64,
    per_second: u64,
    /// Inputs that are kept because each does something of its own.
    corpus: u64,
    /// Branches seen when the seeds and what earlier runs found were read, and at the end.
    covered: (u64, u64),
    slowest_ms: f64,
    memory_mib: u64,
    succeeded: bool,
    /// What broke, in the words of the target or of the fuzzer.
    cause: Option<String>,
    /// Inputs that broke the target.
    pub(super) found: Vec<PathBuf>,
    pub(super) program: PathBuf,
    pub(super) log: PathBuf,
}

impl Report {
    /// Reads the fuzzer's log.
    pub(super) fn of(target: &str, log: &str, succeeded: bool) -> Self {
        let stat = |name| last_after(log, name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let status = log.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or_default();
        let first = log.lines().find(|line| line.contains("INITED")).unwrap_or_default();
        Self {
            target: target.to_owned(),
            executions: stat("stat::number_of_executed_units:"),
            per_second: stat("stat::average_exec_per_sec:"),
            corpus: number_after(status, " corp: "),
            covered: (number_after(first, " cov: "), number_after(status, " cov: ")),
            slowest_ms: stat("slowest_us:") as f64 / 1_000.0,
            memory_mib: stat("stat::peak_rss_mb:"),
            succeeded,
            cause: cause(log),
            ..Self::default()
        }
    }

    /// Whether something was found, or the target could not run.
    pub(super) fn has_failed(&self) -> bool {
        !self.succeeded || !self.found.is_empty()
    }

    /// What was found, and how to see it again.
    pub(super) fn complaint(&self) -> String {
        let cause = self.cause.as_deref().unwrap_or("the fuzzer stopped");
        let mut said = format!("FAILED: `{}`: {cause}\n  log: {}", self.target, self.log.display());
        for input in &self.found {
            let (target, program) = (&self.target, self.program.display());
            let again = format!("PUGMARK_FUZZ_TARGET={target} {program} {}", input.display());
            said.push_str(&format!("\n  again: {again}"));
        }
        said
    }

    fn row(&self) -> String {
        let Self {
            target, executions, per_second, corpus, covered, slowest_ms, memory_mib, ..
        } = self;
        let new = covered.1.saturating_sub(covered.0);
        let crashes = self.found.len();
        format!(
            "{target:<12} {executions:>11} {per_second:>8} {corpus:>7} {:>9} {new:>6} \
             {crashes:>8} {slowest_ms:>11.1} {memory_mib:>6}",
            covered.1
        )
    }
}

/// All targets, one line each.
pub(super) fn table(reports: &[Report]) -> String {
    let head = format!(
        "{:<12} {:>11} {:>8} {:>7} {:>9} {:>6} {:>8} {:>11} {:>6}",
        "target",
        "executions",
        "per s",
        "corpus",
        "branches",
        "new",
        "crashes",
        "slowest ms",
        "MiB"
    );
    let rows = reports.iter().map(Report::row);
    [head].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// The word behind the last occurrence of `name` that begins a line.
fn last_after<'a>(log: &'a str, name: &str) -> Option<&'a str> {
    let mut values = log.lines().rev().filter_map(|line| line.trim().strip_prefix(name));
    values.next().map(str::trim)
}

/// The number behind `name` within a line; 0 where there is none.
fn number_after(line: &str, name: &str) -> u64 {
    let rest = line.split_once(name).map_or("", |(_, rest)| rest);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// The message of a panic, which stands on the line behind its place; else the fuzzer's summary.
fn cause(log: &str) -> Option<String> {
    let mut lines = log.lines();
    let place = lines.by_ref().find(|line| line.contains("panicked at "));
    let message = lines.next();
    let panic = place.zip(message).map(|(place, message)| format!("{} {message}", place.trim()));
    panic.or_else(|| log.lines().rev().find(|it| it.starts_with("SUMMARY:")).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
slowest_us: 90\n#4\tINITED cov: 1250 ft: 1300 corp: 9/90b exec/s: 0 rss: 41Mb\n\
slowest_us: 1500\n#90\tDONE   cov: 1400 ft: 1999 corp: 77/2Kb lim: 65 exec/s: 30 rss: 45Mb\n\
Done 90 runs in 3 second(s)\nstat::number_of_executed_units: 90\n\
stat::average_exec_per_sec:     30\nstat::peak_rss_mb:              45\n";

    #[test]
    fn reads_what_the_fuzzer_counted() {
        let report = Report::of("part", LOG, true);
        assert!(!report.has_failed());
        let row = report.row();
        let row: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(row, ["part", "90", "30", "77", "1400", "150", "0", "1.5", "45"]);
    }

    #[test]
    fn says_what_broke_and_how_to_see_it_again() {
        let log =
            "thread '<unnamed>' (1) panicked at src/a.rs:1:2:\na claim\nSUMMARY: libFuzzer: x";
        let mut report = Report::of("part", log, false);
        report.found = vec![PathBuf::from("fuzz/artifacts/part/crash-1")];
        report.program = PathBuf::from("target/fuzz");
        let said = report.complaint();
        assert!(report.has_failed() && said.contains("a claim"), "{said}");
        assert!(said.contains("PUGMARK_FUZZ_TARGET=part target/fuzz fuzz/artifacts/part/crash-1"));
        assert!(cause("x\nSUMMARY: libFuzzer: timeout").is_some_and(|it| it.contains("timeout")));
    }

    #[test]
    fn a_target_that_ended_badly_has_failed_though_nothing_was_kept() {
        assert!(Report::of("part", "", false).has_failed());
    }
}
