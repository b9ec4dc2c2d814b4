//! The log files a benchmark runs on: generated, resampled from real ones, or somebody's own.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;

use super::generate;
use crate::repository::files_below;

/// A directory of log files, and what is in it.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) directory: PathBuf,
    pub(super) records: u64,
    pub(super) raw_bytes: u64,
    origin: String,
}

impl Logs {
    /// Generates records, unless the same ones lie there already.
    pub(super) fn generated(room: &Path, records: u64, seed: u64) -> Result<Self> {
        let directory = room.join(format!("generated-{records}-{seed}"));
        let done = directory.join("raw_bytes");
        let origin = format!("generated, seed {seed}");
        if let Some(raw_bytes) = fs::read_to_string(&done).ok().and_then(|text| text.parse().ok()) {
            return Ok(Self { directory: directory.join("logs"), records, raw_bytes, origin });
        }
        eprintln!("generating {records} records in `{}`", directory.display());
        let logs = directory.join("logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make `{}`", logs.display()))?;
        let raw_bytes = generate::write_files(&logs, records, seed)?;
        fs::write(&done, raw_bytes.to_string())?;
        Ok(Self { directory: logs, records, raw_bytes, origin })
    }

    /// Lets a script resample real records.
    pub(super) fn resampled(tool: &Path, room: &Path, records: u64, seed: u64) -> Result<Self> {
        if !tool.is_file() {
            bail!("`{}` is not there; leave `--shared` out to generate records", tool.display());
        }
        let directory = room.join(format!("resampled-{records}-{seed}"));
        if !directory.is_dir() {
            let arguments = [records.to_string(), directory.to_string_lossy().into_owned()];
            let more = ["10000".to_owned(), seed.to_string()];
            let status = Command::new("python3").arg(tool).args(arguments).args(more).status()?;
            if !status.success() {
                bail!("`{}` ended with {status}", tool.display());
            }
        }
        Ok(Self {
            origin: format!("resampled from real records, seed {seed}"),
            ..Self::read(&directory)?
        })
    }

    /// Counts what is in somebody's directory.
    pub(super) fn read(directory: &Path) -> Result<Self> {
        let (mut records, mut raw_bytes) = (0, 0);
        for path in log_files(directory)? {
            let text = unpack(&path)?;
            raw_bytes += text.len() as u64;
            records += count(&text);
        }
        if records == 0 {
            bail!("no records in .json.gz files below `{}`", directory.display());
        }
        let origin = format!("from {}", directory.display());
        Ok(Self { directory: directory.to_path_buf(), records, raw_bytes, origin })
    }

    /// One line for the report.
    pub(super) fn describe(&self) -> String {
        let average = self.raw_bytes / self.records.max(1);
        format!("{} records of {average} bytes, {}", self.records, self.origin)
    }

    /// The unpacked text of the first file.
    pub(super) fn first_text(&self) -> Result<Vec<u8>> {
        self.texts(1)?.pop().context("there is no log file")
    }

    /// The unpacked texts of some files, spread over all of them.
    pub(super) fn texts(&self, count: usize) -> Result<Vec<Vec<u8>>> {
        let files = log_files(&self.directory)?;
        let step = files.len().div_ceil(count.max(1)).max(1);
        files.iter().step_by(step).map(|path| unpack(path)).collect()
    }
}

fn log_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files_below(directory)?;
    files.retain(|path| path.to_string_lossy().ends_with(".json.gz"));
    Ok(files)
}

fn unpack(path: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
    MultiGzDecoder::new(BufReader::new(file))
        .read_to_end(&mut text)
        .with_context(|| format!("cannot unpack `{}`", path.display()))?;
    Ok(text)
}

/// Counts the objects of `{"Records":[…]}`; other JSON has none.
fn count(text: &[u8]) -> u64 {
    #[derive(serde::Deserialize)]
    struct Wrapped {
        #[serde(rename = "Records")]
        records: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_slice::<Wrapped>(text).map_or(0, |wrapped| wrapped.records.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generates_once_and_counts_the_same_as_it_reads() {
        let room = tempfile::tempdir().unwrap();
        let made = Logs::generated(room.path(), 250, 1).unwrap();
        let again = Logs::generated(room.path(), 250, 1).unwrap();
        let read = Logs::read(&made.directory).unwrap();
        assert_eq!((made.records, made.raw_bytes), (250, read.raw_bytes));
        assert_eq!((again.raw_bytes, read.records), (made.raw_bytes, 250));
        assert!(made.first_text().unwrap().starts_with(b"{\"Records\":["));
        assert_eq!(made.texts(3).unwrap().len(), 1);
    }

    #[test]
    fn refuses_a_directory_without_records() {
        let room = tempfile::tempdir().unwrap();
        assert!(Logs::read(room.path()).unwrap_err().to_string().contains("no records"));
    }

    #[test]
    fn counts_no_foreign_json() {
        assert_eq!(count(b"{\"name\":\"x\"}"), 0);
        assert_eq!(count(b"{\"Records\":[{\"a\":[]},{}]}"), 2);
    }
}
