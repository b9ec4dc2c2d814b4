//! Faults at the n-th system call, made by `strace -e inject`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::tool;

/// What happens at the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Injection {
    /// The call is not made and fails: the disk is broken.
    Eio,
    /// The call is not made and fails: the disk is full.
    Enospc,
    /// The process is killed when it makes the call.
    Kill,
    /// The call is made and takes 200 ms longer, every time.
    Slow,
}

impl Injection {
    /// Those that a sweep tries.
    pub(super) const SWEPT: [Self; 3] = [Self::Eio, Self::Enospc, Self::Kill];

    /// As a person calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eio => "EIO",
            Self::Enospc => "ENOSPC",
            Self::Kill => "KILL",
            Self::Slow => "slow",
        }
    }

    fn expression(self, call: &str, nth: usize) -> String {
        match self {
            Self::Eio => format!("inject={call}:error=EIO:when={nth}"),
            Self::Enospc => format!("inject={call}:error=ENOSPC:when={nth}"),
            Self::Kill => format!("inject={call}:signal=KILL:when={nth}"),
            Self::Slow => format!("inject={call}:delay_exit=200000"),
        }
    }
}

/// Whether this machine lets us trace, and why not.
pub(super) fn permits() -> Result<()> {
    let strace = tool::need_from("strace", "strace")?;
    let mut command = std::process::Command::new(strace);
    tool::run(command.args(["-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "true"]))
}

/// The words that start a program under strace. The tracer is a process aside (`-D`), so that the
/// program stays our own child; the n-th call is counted in each of its threads.
pub(super) fn words(injection: Injection, call: &str, nth: usize, trace: &Path) -> Vec<OsString> {
    let words = ["strace", "-D", "-f", "-qq", "-ttt", "-y", "-s", "0"];
    // It makes all other calls fast; but with it, strace 6.1 sends no signal at the n-th call.
    let fast = (injection != Injection::Kill).then_some("--seccomp-bpf");
    let words = words.into_iter().chain(fast).chain(["-e"]);
    let trace_of = format!("trace={call}");
    let more = [&trace_of, "-e", &injection.expression(call, nth), "-o"].map(OsString::from);
    words.map(OsString::from).chain(more).chain([trace.into()]).collect()
}

/// A call that was made to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Injected {
    /// When, in microseconds since 1970.
    pub(super) at_us: u64,
    /// The line of the trace.
    pub(super) line: String,
}

impl Injected {
    /// Whether it was on a file of the data directory, and not on a socket or a terminal.
    pub(super) fn is_of_data(&self) -> bool {
        self.line.contains("/lake")
    }

    /// Whether it was on a file of the journal: after that, nothing may be acknowledged.
    pub(super) fn is_of_journal(&self) -> bool {
        self.line.contains("/lake/journal")
    }
}

/// The calls that a trace says were made to fail.
pub(super) fn injected(trace: &Path) -> Vec<Injected> {
    let text = fs::read(trace).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Injected> {
    if !line.contains("(INJECTED)") {
        return None;
    }
    let (seconds, fraction) = line.split_whitespace().nth(1)?.split_once('.')?;
    let at_us = seconds.parse::<u64>().ok()? * 1_000_000 + fraction.parse::<u64>().ok()?;
    Some(Injected { at_us, line: line.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_injected() {
        let line = "25982 1795192950.846486 fdatasync(4</tmp/x/lake/journal/0.seg>) = -1 EIO \
                    (Input/output error) (INJECTED)";
        let found = parse(line).unwrap();
        assert_eq!(found.at_us, 1_795_192_950_846_486);
        assert!(found.is_of_journal() && found.is_of_data());
        let waker =
            parse("1 1795192950.8 write(7<anon_inode:[eventfd]>, \"\", 8) = -1 EIO (INJECTED)");
        assert!(!waker.unwrap().is_of_data());
        assert!(!parse(&line.replace("/lake/journal", "/lake/parts")).unwrap().is_of_journal());
        assert_eq!(parse("25982 1795192950.842033 fdatasync(4</tmp/root.new>) = 0"), None);
    }

    #[test]
    fn says_what_to_inject() {
        let words = words(Injection::Enospc, "rename", 3, Path::new("/t"));
        let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap()).collect();
        assert!(words.contains(&"--seccomp-bpf"));
        let end = ["-e", "trace=rename", "-e", "inject=rename:error=ENOSPC:when=3", "-o", "/t"];
        assert_eq!(words[words.len() - 6..], end);
        let words = super::words(Injection::Kill, "rename", 3, Path::new("/t"));
        assert!(!words.contains(&OsString::from("--seccomp-bpf")));
    }
}
