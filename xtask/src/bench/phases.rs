//! The phases of the benchmark, each with the figures it must reach.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Scale;
use super::child::{self, Cost};
use super::logs::Logs;
use super::measure;
use super::report::{Must, Report};
use super::statistics::median;
use crate::repository::files_below;

const MEBIBYTE: f64 = 1_048_576.0;

/// Runs every phase; what is measured goes into the report.
pub(super) fn run(
    binary: &Path,
    room: &Path,
    logs: &Logs,
    scale: Scale,
    connections: usize,
    report: &mut Report,
) -> Result<()> {
    let data = import(binary, room, logs, scale, report)?;
    empty_server(binary, room, scale, report)?;
    measure::lookups(binary, &data, logs, scale, report)?;
    let live = fresh(room, "live")?;
    measure::live(binary, &live, connections, scale, "an empty lake", report)?;
    measure::live(binary, &data, connections, scale, "the imported lake", report)
}

/// Imports into a new directory, several times; the last one stays for the look-ups.
fn import(
    binary: &Path,
    room: &Path,
    logs: &Logs,
    scale: Scale,
    report: &mut Report,
) -> Result<PathBuf> {
    let mut costs = Vec::new();
    let mut data = fresh(room, "imported")?;
    for _ in 0..scale.runs {
        data = fresh(room, "imported")?;
        costs.push(import_once(binary, &data, logs)?);
    }
    let of = |pick: fn(&Cost) -> f64| median(&costs.iter().map(pick).collect::<Vec<_>>());
    let (wall, cpu, peak) = (of(|c| c.wall_s), of(|c| c.cpu_s), of(|c| c.peak_bytes as f64));
    let records = logs.records as f64;
    let bytes = disk_bytes(&data)? as f64;
    report.figure(
        "import: events per CPU second",
        Must::AtLeast(60_000.0),
        records / cpu,
        "events/s",
    );
    report.figure("import: events per second", Must::Nothing, records / wall, "events/s");
    report.figure("import: wall time", Must::Nothing, wall, "s");
    report.figure("import: CPU time, user and system", Must::Nothing, cpu, "s");
    report.figure("import: peak memory", Must::Nothing, peak / MEBIBYTE, "MB");
    report.figure("on disk per event", Must::AtMost(320.0), bytes / records, "bytes");
    report.figure("on disk against raw", Must::Nothing, 100.0 * bytes / logs.raw_bytes as f64, "%");
    Ok(data)
}

fn import_once(binary: &Path, data: &Path, logs: &Logs) -> Result<Cost> {
    child::run(Command::new(binary).arg("import").arg(&logs.directory).arg("--data").arg(data))
}

/// How soon a new server answers, and what it holds then.
fn empty_server(binary: &Path, room: &Path, scale: Scale, report: &mut Report) -> Result<()> {
    let (mut started, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..scale.runs {
        let data = fresh(room, "empty")?;
        let (ready_s, resident_bytes) = measure::start(binary, &data)?;
        started.push(ready_s * 1e3);
        memory.push(resident_bytes as f64 / MEBIBYTE);
    }
    report.figure("empty server: up after", Must::AtMost(300.0), median(&started), "ms");
    report.figure("empty server: memory", Must::AtMost(80.0), median(&memory), "MB");
    Ok(())
}

/// A directory that is not there yet, for a new lake.
fn fresh(room: &Path, name: &str) -> Result<PathBuf> {
    let data = room.join("lakes").join(name);
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot remove `{}`", data.display()))?;
    }
    fs::create_dir_all(room.join("lakes"))?;
    Ok(data)
}

/// What the directory takes on disk: whole blocks where the system tells, holes not counted.
fn disk_bytes(directory: &Path) -> Result<u64> {
    files_below(directory)?.iter().map(|path| Ok(blocks_bytes(&fs::metadata(path)?))).sum()
}

#[cfg(unix)]
fn blocks_bytes(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.blocks() * 512
}

#[cfg(not(unix))]
fn blocks_bytes(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_file_of_a_lake() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("parts")).unwrap();
        fs::write(directory.path().join("parts/a"), [1; 10_000]).unwrap();
        assert!(disk_bytes(directory.path()).unwrap() >= 10_000);
    }

    #[test]
    fn makes_room_for_a_new_lake() {
        let room = tempfile::tempdir().unwrap();
        let data = fresh(room.path(), "a").unwrap();
        fs::create_dir_all(&data).unwrap();
        assert!(!fresh(room.path(), "a").unwrap().exists());
    }
}
