//! What the figures were measured on.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};

use crate::clock::Stopwatch;
use crate::statistics::{ms, percentile};

const SYNCS: usize = 200;

/// Cores, processor, kernel and how busy it all is, in one line.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let processor = model(&cpuinfo).unwrap_or("unknown");
    let busy = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = busy.split(' ').next().unwrap_or_default();
    format!("{cores} cores, {processor}, Linux {}, load {load} at the end", kernel.trim())
}

fn model(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim())
}

/// How long this disk takes to make 4 KiB durable: it bounds every acknowledged call.
pub(crate) fn sync_latency(directory: &Path) -> Result<String> {
    let path = directory.join("sync-probe");
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot write in `{}`", directory.display()))?;
    let mut latencies = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let watch = Stopwatch::start();
        file.write_all(&[0x5A; 4096])?;
        file.sync_data()?;
        latencies.push(ms(watch.elapsed()));
    }
    fs::remove_file(&path)?;
    let (p50, p99) = (percentile(&latencies, 50.0), percentile(&latencies, 99.0));
    Ok(format!("p50 {p50:.2} ms, p99 {p99:.2} ms for 4 KiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_processor() {
        assert_eq!(model("processor\t: 0\nmodel name\t: AMD EPYC\n"), Some("AMD EPYC"));
        assert_eq!(model(""), None);
    }

    #[test]
    fn leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        assert!(sync_latency(directory.path()).unwrap().contains("p99"));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
