//! How far an import is: a bar on a terminal, else a line every two seconds.

use crate::clock;
use crate::output::safe;
use crate::talk::{bytes, count, say};
use indicatif::{ProgressBar, ProgressStyle};
use model::resource::Import;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(2);

/// Shows how far an import is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    last_line: Instant,
}

impl Progress {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        let now = clock::stopwatch();
        Self { bar: std::io::stderr().is_terminal().then(bar), started: now, last_line: now }
    }

    /// Shows where the import stands.
    pub(crate) fn show(&mut self, import: &Import) {
        if let Some(bar) = &self.bar {
            bar.set_length(import.bytes_found);
            bar.set_position(import.bytes_done);
            bar.set_message(files(import));
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = clock::stopwatch();
            say(self.line(import));
        }
    }

    /// Clears the bar; returns how long it took.
    pub(crate) fn finish(self) -> Duration {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.started.elapsed()
    }

    fn line(&self, import: &Import) -> String {
        let elapsed = self.started.elapsed();
        let rate = per_second(import.bytes_done, elapsed);
        let left = import.bytes_found.saturating_sub(import.bytes_done);
        let eta = match left.checked_div(rate) {
            Some(seconds) => format!(", {seconds} s to go"),
            None => String::new(),
        };
        format!(
            "{}, {} of {}, {}/s{eta}",
            files(import),
            bytes(import.bytes_done),
            bytes(import.bytes_found),
            bytes(rate)
        )
    }
}

fn bar() -> ProgressBar {
    let template = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go; {wide_msg}";
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// How many files and records are in.
pub(crate) fn files(import: &Import) -> String {
    let done = count(import.files_done, "file");
    let all = crate::talk::grouped(import.files_found);
    format!("{done} of {all}, {} added", count(import.added, "record"))
}

/// How many a second, rounded down.
pub(crate) fn per_second(number: u64, elapsed: Duration) -> u64 {
    let ms = elapsed.as_millis().max(1);
    u64::try_from(u128::from(number) * 1_000 / ms).unwrap_or(u64::MAX)
}

/// A spinner for work whose end is not known; silent where there is no terminal.
pub(crate) fn spinner(what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.set_message(safe(what));
    spinner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_no_whole_second() {
        assert_eq!(per_second(50, Duration::from_millis(500)), 100);
        assert_eq!(per_second(50, Duration::ZERO), 50_000);
        assert_eq!(per_second(u64::MAX, Duration::from_millis(1)), u64::MAX);
    }
}
