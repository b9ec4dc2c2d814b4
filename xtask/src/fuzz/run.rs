//! One target, run for some time.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::build::{Fuzzer, make};
use super::report::Report;

/// An input that does not end is stopped after so long. What takes more than a second breaks a
/// target too, but only if it does so each time: the fuzz program tries it again.
const INPUT_SECONDS_MAX: u32 = 30;
/// A target that takes more memory, in MiB, is a leak or a bomb.
const MEMORY_MIB_MAX: u32 = 2_048;
/// Longest input that is made, in bytes.
const INPUT_BYTES_MAX: u32 = 65_536;

impl Fuzzer {
    /// Runs a target for so many seconds, from its seeds and from what earlier runs found.
    pub(super) fn run(&self, name: &str, seconds: u64) -> Result<Report> {
        let (seeds, corpus) = (self.seeds().join(name), self.work.join("corpus").join(name));
        let artifacts = self.artifacts.join(name);
        let log = self.work.join(format!("{name}.log"));
        [&corpus, &artifacts].into_iter().try_for_each(|directory| make(directory))?;
        let before = entries(&artifacts);
        let said =
            File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
        let status = Command::new(&self.program)
            .env("PUGMARK_FUZZ_TARGET", name)
            .arg(format!("-max_total_time={seconds}"))
            .args([
                format!("-timeout={INPUT_SECONDS_MAX}"),
                format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
            ])
            .args([format!("-max_len={INPUT_BYTES_MAX}"), "-print_final_stats=1".to_owned()])
            .arg(option("-artifact_prefix=", &artifacts.join("")))
            .arg(option("-dict=", &self.words().join(name)))
            .args([&corpus, &seeds])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .status()
            .context("cannot start the fuzzer")?;
        let text = fs::read(&log).with_context(|| format!("cannot read `{}`", log.display()))?;
        let text = String::from_utf8_lossy(&text);
        let mut report = Report::of(name, &text, status.success());
        report.program = self.program.clone();
        report.log = log;
        report.found = entries(&artifacts).into_iter().filter(|it| !before.contains(it)).collect();
        Ok(report)
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// The files in a directory, sorted.
fn entries(directory: &Path) -> Vec<std::path::PathBuf> {
    let listed = fs::read_dir(directory).into_iter().flatten();
    let mut paths: Vec<_> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}
