//! The counters of one operation.

use super::Outcome;
use super::figure::Figure;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Upper bounds of the durations counted, in milliseconds: the clock's own grain.
const BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/// How often an operation was called, how it ended, how long it took.
#[derive(Debug)]
pub(super) struct Row {
    service: &'static str,
    operation: &'static str,
    outcomes: [AtomicU64; Outcome::ALL.len()],
    /// One for each bound, not summed up.
    buckets: [AtomicU64; BOUNDS_MS.len()],
    count: AtomicU64,
    sum_ms: AtomicU64,
}

impl Row {
    pub(super) fn new(service: &'static str, operation: &'static str) -> Self {
        Self {
            service,
            operation,
            outcomes: Default::default(),
            buckets: Default::default(),
            count: AtomicU64::default(),
            sum_ms: AtomicU64::default(),
        }
    }

    pub(super) fn is(&self, service: &str, operation: &str) -> bool {
        self.service == service && self.operation == operation
    }

    pub(super) fn count(&self, outcome: Outcome, took_ms: i64) {
        if let Some(count) = self.outcomes.get(outcome as usize) {
            count.fetch_add(1, Relaxed);
        }
        let took_ms = u64::try_from(took_ms).unwrap_or(0);
        let at = BOUNDS_MS.iter().position(|bound| took_ms <= *bound);
        if let Some(bucket) = at.and_then(|at| self.buckets.get(at)) {
            bucket.fetch_add(1, Relaxed);
        }
        self.count.fetch_add(1, Relaxed);
        self.sum_ms.fetch_add(took_ms, Relaxed);
    }

    /// One line for each way to end that was met.
    pub(super) fn write_outcomes(&self, figure: &Figure, text: &mut String) {
        for (outcome, count) in Outcome::ALL.iter().zip(&self.outcomes) {
            let count = count.load(Relaxed);
            if count > 0 {
                let (name, labels, outcome) = (figure.name, self.labels(), outcome.label());
                // A write to a String cannot fail.
                let _ = writeln!(text, "{name}{{{labels},outcome=\"{outcome}\"}} {count}");
            }
        }
    }

    /// The histogram, if anything was counted.
    pub(super) fn write_durations(&self, figure: &Figure, text: &mut String) {
        let (name, labels, count) = (figure.name, self.labels(), self.count.load(Relaxed));
        if count == 0 {
            return;
        }
        let mut so_far = 0;
        for (bound_ms, bucket) in BOUNDS_MS.iter().zip(&self.buckets) {
            so_far += bucket.load(Relaxed);
            let bound = seconds(*bound_ms);
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {so_far}");
        }
        let sum = seconds(self.sum_ms.load(Relaxed));
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "{name}_sum{{{labels}}} {sum}");
        let _ = writeln!(text, "{name}_count{{{labels}}} {count}");
    }

    fn labels(&self) -> String {
        let Self { service, operation, .. } = self;
        format!("service=\"{service}\",operation=\"{operation}\"")
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up() {
        let row = Row::new("sts", "GetCallerIdentity");
        for took_ms in [0, 1, 7, 1_200, 99_999, -5] {
            row.count(Outcome::Succeeded, took_ms);
        }
        let mut text = String::new();
        row.write_durations(&Figure::histogram("d", ""), &mut text);
        let labels = "service=\"sts\",operation=\"GetCallerIdentity\"";
        for line in [
            format!("d_bucket{{{labels},le=\"0.001\"}} 3"),
            format!("d_bucket{{{labels},le=\"0.010\"}} 4"),
            format!("d_bucket{{{labels},le=\"10.000\"}} 5"),
            format!("d_bucket{{{labels},le=\"+Inf\"}} 6"),
            format!("d_sum{{{labels}}} 101.207"),
            format!("d_count{{{labels}}} 6"),
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }
}
