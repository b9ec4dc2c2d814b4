//! Processes under measurement: their CPU time and memory, read from `/proc`.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::clock::Stopwatch;
pub(super) use crate::memory::memory_bytes;

/// Linux counts CPU time for programs in hundredths of a second.
const TICKS_PER_S: f64 = 100.0;
const POLL: Duration = Duration::from_millis(5);
/// A process is at rest when it takes less than this share of a core for so long.
const REST_SHARE: f64 = 0.03;
const REST: Duration = Duration::from_secs(3);

/// What a process took from start to end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) wall_s: f64,
    pub(super) cpu_s: f64,
    pub(super) peak_bytes: u64,
}

/// Runs a command to its end. A process that has ended but was not waited for still shows its
/// CPU time, so nothing of it is missed.
pub(super) fn run(command: &mut Command) -> Result<Cost> {
    let shown = format!("{command:?}");
    let watch = Stopwatch::start();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {shown}"))?;
    let id = child.id();
    let stderr = child.stderr.take();
    let (cost, talk) = thread::scope(|scope| {
        let talk = scope.spawn(|| stderr.map_or_else(String::new, everything));
        let cost = watch_until_ended(id, watch);
        (cost, talk.join().unwrap_or_default())
    });
    let status = child.wait()?;
    if !status.success() {
        bail!("{shown} ended with {status}: {talk}");
    }
    Ok(cost)
}

fn everything(mut stream: impl Read) -> String {
    let mut text = Vec::new();
    // What could not be read is missing from a message only.
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn watch_until_ended(id: u32, watch: Stopwatch) -> Cost {
    let mut cost = Cost { wall_s: 0.0, cpu_s: 0.0, peak_bytes: 0 };
    loop {
        cost.peak_bytes = cost.peak_bytes.max(memory_bytes(id, "VmHWM").unwrap_or(0));
        let stat = Stat::of(id);
        cost.wall_s = watch.seconds();
        match stat {
            Some(stat) => {
                cost.cpu_s = stat.cpu_s;
                if stat.has_ended {
                    return cost;
                }
            }
            None => return cost,
        }
        thread::sleep(POLL);
    }
}

/// The part of `/proc/<id>/stat` that matters here.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stat {
    has_ended: bool,
    parent: u32,
    cpu_s: f64,
    /// Of children that have ended and were waited for.
    ended_children_cpu_s: f64,
}

impl Stat {
    fn of(id: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }

    /// The name stands in parentheses and may hold anything, so fields count from the last `)`.
    fn parse(text: &str) -> Option<Self> {
        let (_, fields) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        let has_ended = matches!(fields.first().copied(), Some("Z" | "X"));
        Some(Self {
            has_ended,
            parent: fields.get(1)?.parse().ok()?,
            cpu_s: (ticks(11)? + ticks(12)?) / TICKS_PER_S,
            ended_children_cpu_s: (ticks(13)? + ticks(14)?) / TICKS_PER_S,
        })
    }
}

/// CPU time of a running process, in seconds.
pub(super) fn cpu_s(id: u32) -> f64 {
    Stat::of(id).map_or(0.0, |stat| stat.cpu_s)
}

/// Waits until a process has nothing more to do, or for so long; how long it was at work, in
/// seconds.
pub(super) fn until_rest(id: u32, patience_s: f64) -> f64 {
    let watch = Stopwatch::start();
    let mut last_s = cpu_s(id);
    loop {
        thread::sleep(REST);
        let now_s = cpu_s(id);
        if now_s - last_s < REST_SHARE * REST.as_secs_f64() || watch.seconds() > patience_s {
            return watch.seconds() - REST.as_secs_f64();
        }
        last_s = now_s;
    }
}

/// The processes that a process has started and that still run.
pub(super) fn children(id: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let ids = names.filter_map(|name| name.to_str()?.parse::<u32>().ok());
    ids.filter(|child| Stat::of(*child).is_some_and(|stat| stat.parent == id)).collect()
}

/// CPU time of all children of a process so far, in seconds: of those that run and those that
/// have ended. So it never goes back while one replaces another.
pub(super) fn children_cpu_s(id: u32) -> f64 {
    let ended = Stat::of(id).map_or(0.0, |stat| stat.ended_children_cpu_s);
    ended + children(id).into_iter().map(cpu_s).sum::<f64>()
}

/// The most memory that any child which runs now ever had.
pub(super) fn children_peak_bytes(id: u32) -> u64 {
    let peaks = children(id).into_iter().filter_map(|child| memory_bytes(child, "VmHWM"));
    peaks.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stat_whatever_the_name_is() {
        let line = "42 (a b) c) S 1 42 42 0 -1 4194560 900 0 0 0 150 50 20 10 20 0 8 0 1 2 3";
        let stat = Stat::parse(line).unwrap();
        assert!(!stat.has_ended);
        assert_eq!((stat.parent, stat.cpu_s), (1, 2.0));
        assert!((stat.ended_children_cpu_s - 0.3).abs() < 1e-9);
        assert!(Stat::parse(&line.replace(") S", ") Z")).unwrap().has_ended);
        assert_eq!(Stat::parse("nonsense"), None);
    }

    #[test]
    fn counts_the_cpu_time_of_a_child_to_its_end() {
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let cost = run(Command::new("sh").args(["-c", busy])).unwrap();
        assert!(cost.cpu_s > 0.0 && cost.wall_s >= 0.05, "{cost:?}");
        assert!(cost.peak_bytes > 100_000, "{cost:?}");
    }

    #[test]
    fn finds_children_and_what_they_took() {
        let mut child = Command::new("sleep").arg("30").spawn().unwrap();
        let found = children(std::process::id());
        // It has some memory only once it has begun.
        let peaks = (0..1_000).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            children_peak_bytes(std::process::id())
        });
        let peak = peaks.into_iter().find(|peak| *peak > 100_000).unwrap_or(0);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.contains(&child.id()), "{found:?}");
        assert!(peak > 100_000, "{peak}");
        assert!(!children(std::process::id()).contains(&child.id()));
    }

    #[test]
    fn counts_the_cpu_time_of_children_that_have_ended() {
        let before_s = children_cpu_s(std::process::id());
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        run(Command::new("sh").args(["-c", busy])).unwrap();
        assert!(children_cpu_s(std::process::id()) > before_s);
    }

    #[test]
    fn tells_what_a_failed_child_said() {
        let error = run(Command::new("sh").args(["-c", "echo because >&2; exit 1"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
    }
}
