//! Whether this machine keeps the promises: nothing here knows the command line, and what reads
//! the system's own texts is a function of text.

mod clock;
mod disk;
mod limits;
mod mounts;
mod privacy;

use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// How a check came out. Later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// As it should be.
    Ok,
    /// It works, and something is to be known.
    Warning,
    /// A promise cannot be kept.
    Bad,
}

impl State {
    /// In one word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// What was looked at.
    pub(crate) check: &'static str,
    /// How it came out.
    pub(crate) state: State,
    /// What was found.
    pub(crate) cause: String,
    /// What to do about it; empty where nothing is to be done.
    pub(crate) next: &'static str,
}

impl Line {
    fn ok(check: &'static str, cause: impl Into<String>) -> Self {
        Self { check, state: State::Ok, cause: cause.into(), next: "" }
    }

    fn warning(check: &'static str, cause: impl Into<String>, next: &'static str) -> Self {
        Self { check, state: State::Warning, cause: cause.into(), next }
    }

    fn bad(check: &'static str, cause: impl Into<String>, next: &'static str) -> Self {
        Self { check, state: State::Bad, cause: cause.into(), next }
    }

    /// By how much there is: below the first of `bounds` it is bad, below the second a warning.
    fn by(
        check: &'static str,
        amount: u64,
        bounds: [u64; 2],
        cause: String,
        next: &'static str,
    ) -> Self {
        match bounds.map(|bound| amount < bound) {
            [true, _] => Self::bad(check, cause, next),
            [_, true] => Self::warning(check, cause, next),
            _ => Self::ok(check, cause),
        }
    }
}

/// The machine's clocks, as whoever asks may read them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clocks {
    /// Milliseconds since 1970.
    pub(crate) wall_ms: fn() -> i64,
    /// Only ever goes forward.
    pub(crate) steady: fn() -> Instant,
}

/// What is known of the data directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Who uses it; `None`: nobody.
    pub(crate) server: Option<String>,
    /// When its newest record came in, in milliseconds since 1970.
    pub(crate) newest_ms: Option<i64>,
    /// Why that could not be told.
    pub(crate) trouble: Option<String>,
}

/// Looks at everything. Writes a nameless file into the data directory, or above it where there is
/// none yet, which is gone when its measurement ends, however that ends.
pub(crate) fn examine(data: &Path, known: &Known, clocks: Clocks) -> Vec<Line> {
    let before = clock::Reading::take(clocks);
    let place = disk::existing(data);
    let mut lines = vec![server(known)];
    lines.push(mounts::check(&place));
    lines.push(disk::latency(&place, clocks));
    lines.extend(disk::room(&place));
    lines.extend(privacy::check(data));
    lines.extend(limits::check());
    lines.extend(clock::check(before, clocks, known));
    lines
}

fn server(known: &Known) -> Line {
    match (&known.server, &known.trouble) {
        (_, Some(trouble)) => {
            Line::warning("directory", trouble.clone(), "see what is wrong with it: pugmark verify")
        }
        (Some(server), None) => Line::ok("directory", format!("in use by {server}")),
        (None, None) => Line::ok("directory", "no server uses it"),
    }
}

/// A file of the system's; `None` where this system has none.
fn system(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Bytes, in MiB or GiB.
fn size(bytes: u64) -> String {
    match bytes >> 20 {
        mib if mib >= 10 << 10 => format!("{} GiB", mib >> 10),
        mib => format!("{mib} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCKS: Clocks = Clocks { wall_ms: || 1_000, steady: crate::clock::stopwatch };

    #[test]
    fn looks_at_everything_and_leaves_nothing_behind() {
        let data = tempfile::tempdir().unwrap();
        let lines = examine(data.path(), &Known::default(), CLOCKS);
        let checks: Vec<&str> = lines.iter().map(|line| line.check).collect();
        for check in ["directory", "file system", "sync", "space", "files", "clock", "cores"] {
            assert!(checks.contains(&check), "{check}: {checks:?}");
        }
        assert!(lines.iter().all(|line| line.state == State::Ok || !line.next.is_empty()));
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_not_there_is_not_made() {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("a/b");
        let lines = examine(&data, &Known::default(), CLOCKS);
        assert!(lines.iter().any(|line| line.check == "sync"), "{lines:?}");
        assert!(!root.path().join("a").exists());
    }

    #[test]
    fn sizes_are_readable() {
        assert_eq!((size(5 << 20), size(64 << 30)), ("5 MiB".to_owned(), "64 GiB".to_owned()));
    }
}
