//! Counts tests honestly from the closing lines of nextest, cargo test and pytest.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Summary {
    /// Sums every closing line of a test runner among `lines`.
    pub(super) fn of(lines: &[String]) -> Self {
        let mut total = Self::default();
        for line in lines {
            if let Some(counts) = closing_line(line) {
                total += Self::of_counts(counts);
            }
        }
        total
    }

    /// The same with one failure more: a step failed that is not itself a test.
    pub(super) fn with_one_failure(mut self) -> Self {
        self.failed += 1;
        self
    }

    /// Adds up `12 passed, 1 failed, 2 skipped`; words that are not counts are passed over.
    fn of_counts(counts: &str) -> Self {
        let mut summary = Self::default();
        let pieces = counts.split([',', ';', ':', '(', ')']);
        for piece in pieces {
            let mut words = piece.split_whitespace();
            let number = words.next().and_then(|word| word.parse::<u64>().ok());
            if let Some(number) = number {
                summary.count(number, &words.collect::<Vec<_>>().join(" "));
            }
        }
        summary
    }

    fn count(&mut self, number: u64, what: &str) {
        match what {
            "passed" | "xpassed" => self.passed += number,
            "failed" | "error" | "errors" | "timed out" | "exec failed" => self.failed += number,
            "skipped" | "ignored" | "xfailed" => self.skipped += number,
            _ => {}
        }
    }
}

/// The counts of a runner's closing line, if the line is one.
fn closing_line(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(counts) = line.strip_prefix("test result:") {
        return counts.split_once(". ").map(|(_, counts)| counts);
    }
    if let Some(rest) = line.strip_prefix("Summary [") {
        return rest.split_once("run: ").map(|(_, counts)| counts);
    }
    let bare = line.trim_matches('=').trim();
    let (counts, time) = bare.rsplit_once(" in ")?;
    let is_time = time.starts_with(|c: char| c.is_ascii_digit()) && time.contains('s');
    let starts_with_count = counts.starts_with(|c: char| c.is_ascii_digit());
    (is_time && starts_with_count).then_some(counts)
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, passed: u64, failed: u64, skipped: u64) {
        let counted = Summary::of(&[line.to_owned()]);
        assert_eq!(counted, Summary { passed, failed, skipped }, "{line}");
    }

    #[test]
    fn reads_cargo_test() {
        check(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s",
            3,
            0,
            1,
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            3,
            2,
            0,
        );
    }

    #[test]
    fn reads_nextest() {
        check("     Summary [   0.005s] 3 tests run: 3 passed (1 slow), 4 skipped", 3, 0, 4);
        check(
            "     Summary [   1.5s] 5 tests run: 2 passed, 1 failed, 1 timed out, 1 exec failed, 0 skipped",
            2,
            3,
            0,
        );
        check("     Summary [   1.5s] 2/5 tests run: 1 passed, 1 failed, 0 skipped", 1, 1, 0);
    }

    #[test]
    fn reads_pytest() {
        check("=== 3 passed, 1 failed, 2 skipped, 1 error in 0.12s ===", 3, 2, 2);
        check("2 failed, 61 passed, 3 warnings in 75.20s (0:01:15)", 61, 2, 0);
        check("1 xfailed, 5 passed in 1.20s", 5, 0, 1);
    }

    #[test]
    fn passes_over_other_lines() {
        check("running 3 tests", 0, 0, 0);
        check("test a::b ... ok", 0, 0, 0);
        check("   Compiling 3 passed in 2s", 0, 0, 0);
    }

    #[test]
    fn sums_and_prints_the_closing_line() {
        let mut total =
            Summary::of(&["5 passed in 1.0s".to_owned(), "2 failed in 1.0s".to_owned()]);
        assert_eq!(total.to_string(), "5 passed, 2 failed");
        total += Summary { skipped: 4, ..Summary::default() };
        assert_eq!(total.to_string(), "5 passed, 2 failed, 4 skipped");
    }
}
