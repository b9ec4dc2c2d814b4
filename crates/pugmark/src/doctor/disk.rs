//! How long a sync takes, and how much room there is.

use super::{Clocks, Line, size};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Syncs that are measured, and what is written before each, in bytes.
const SYNCS: usize = 200;
const WRITE_BYTES: usize = 4 << 10;
/// Most time that they may take together.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nothing that goes to a disk is faster.
const MEMORY: Duration = Duration::from_micros(8);
/// With slower syncs, calls are felt to wait.
const SLOW_MEDIAN: Duration = Duration::from_millis(20);
const SLOW_P99: Duration = Duration::from_millis(200);

/// Room below which the server may soon stop taking records, in bytes; and files.
const BYTES: [u64; 2] = [256 << 20, 2 << 30];
const FILES: [u64; 2] = [1_000, 10_000];

/// The directory, or the nearest one above it that is there.
pub(super) fn existing(data: &Path) -> PathBuf {
    let absolute = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let there = absolute.ancestors().find(|path| path.is_dir());
    let there = there.unwrap_or(Path::new("/")).to_owned();
    there.canonicalize().unwrap_or(there)
}

/// Appends and syncs, again and again.
pub(super) fn latency(place: &Path, clocks: Clocks) -> Line {
    match measure(place, clocks) {
        Ok(times) => judge(&times),
        Err(error) => Line::bad(
            "sync",
            format!("cannot write and sync a file in `{}`: {error}", place.display()),
            "give this user permission to write there, or see to the disk",
        ),
    }
}

fn measure(place: &Path, clocks: Clocks) -> io::Result<Vec<Duration>> {
    // It has no name where the system can do that, so nothing is left of it, whatever happens.
    let mut file = tempfile::tempfile_in(place)?;
    let (bytes, start) = ([0x5a; WRITE_BYTES], (clocks.steady)());
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let before = (clocks.steady)();
        file.write_all(&bytes)?;
        file.sync_data()?;
        times.push(before.elapsed());
        if start.elapsed() > PATIENCE {
            break;
        }
    }
    times.sort_unstable();
    Ok(times)
}

/// Judges ascending times.
fn judge(times: &[Duration]) -> Line {
    let at = |hundredths: usize| {
        let place = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default()
    };
    let (median, p99) = (at(50), at(99));
    let shown = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1_000.0);
    let syncs = times.len();
    let cause = format!("median {}, p99 {} of {syncs} syncs", shown(median), shown(p99));
    if median < MEMORY {
        let next = "no disk is so fast: see that syncs reach it, and that it is not memory";
        return Line::warning("sync", cause, next);
    }
    if median > SLOW_MEDIAN || p99 > SLOW_P99 {
        let next = "calls wait for the sync: use a faster disk, or one with a safe write cache";
        return Line::warning("sync", cause, next);
    }
    Line::ok("sync", cause)
}

/// Free bytes and free files.
pub(super) fn room(place: &Path) -> Vec<Line> {
    match rustix::fs::statvfs(place) {
        Ok(found) => {
            let bytes = found.f_bavail.saturating_mul(found.f_frsize);
            vec![space(bytes), files(found.f_files, found.f_favail)]
        }
        Err(error) => {
            let cause = format!("cannot tell how much is free: {error}");
            vec![Line::warning("space", cause, "look yourself: df")]
        }
    }
}

fn space(bytes: u64) -> Line {
    let cause = format!("{} free", size(bytes));
    let next = "free some space: on a full disk records are refused until there is room";
    Line::by("space", bytes, BYTES, cause, next)
}

/// Some file systems have as many as they have room, and say 0.
fn files(all: u64, free: u64) -> Line {
    let cause = format!("{free} files can be made");
    let next = "remove files: each part is one, and none can be made without";
    match all {
        0 => Line::ok("inodes", "no limit"),
        _ => Line::by("inodes", free, FILES, cause, next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    fn judged(micros: &[u64]) -> State {
        judge(&micros.iter().map(|time| Duration::from_micros(*time)).collect::<Vec<_>>()).state
    }

    #[test]
    fn syncs_are_judged_by_median_and_p99() {
        assert_eq!(judged(&[200; 200]), State::Ok);
        assert_eq!(judged(&[1; 200]), State::Warning);
        assert_eq!(judged(&[30_000; 200]), State::Warning);
        assert_eq!(judged(&[[200; 150], [300_000; 150]].concat()), State::Warning);
        let line = judge(&[Duration::from_micros(113)]);
        assert_eq!(line.cause, "median 0.113 ms, p99 0.113 ms of 1 syncs");
    }

    #[test]
    fn little_room_is_told() {
        let states = [1 << 20, 1 << 30, 1 << 40].map(|bytes| space(bytes).state);
        assert_eq!(states, [State::Bad, State::Warning, State::Ok]);
        let states = [(9, 5), (9, 5_000), (9, 50_000), (0, 0)].map(|(a, f)| files(a, f).state);
        assert_eq!(states, [State::Bad, State::Warning, State::Ok, State::Ok]);
    }

    #[test]
    fn what_cannot_be_written_is_bad() {
        let clocks = Clocks { wall_ms: || 0, steady: crate::clock::stopwatch };
        let line = latency(Path::new("/no/such/place"), clocks);
        assert_eq!(line.state, State::Bad);
    }

    #[test]
    fn the_nearest_directory_above_is_looked_at() {
        let root = tempfile::tempdir().unwrap();
        let want = root.path().canonicalize().unwrap();
        assert_eq!(existing(&root.path().join("a/b/c")), want);
    }
}
