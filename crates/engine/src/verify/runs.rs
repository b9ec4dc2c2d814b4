//! Every run of cold State that a written-out State names, read back whole.

use super::report::{Flaw, Report, Verdict};
use crate::runs::{self, COLD};
use cold::{BlockCache, Error, Run, RunMeta};
use model::disk::Disk;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

const OPEN: &str = "raise the limit of open files (ulimit -n), see that this user may read the \
                    file, then verify again";
const NEWER: &str = "this run was written by a newer pugmark: verify it with that one";

/// Reads all of `runs`: lengths, checksums, the order of keys, the hash that each is named for.
pub(crate) fn check(
    disk: &dyn Disk,
    directory: [u8; 16],
    runs: &BTreeMap<String, RunMeta>,
    report: &mut Report,
) {
    let blocks = BlockCache::new(0);
    let home = runs::home(disk, directory, &blocks);
    for meta in runs.values() {
        let file = Path::new(COLD).join(meta.file_name());
        let looked = match length(disk, &file) {
            Ok(found) if found < meta.bytes => {
                let expected = format!("{} bytes", meta.bytes);
                let flaw =
                    Flaw::new(Verdict::Truncated, file.display(), expected, found.to_string());
                report.find(flaw);
                continue;
            }
            _ => Run::open(&home, meta.clone()).and_then(|run| Arc::new(run).check()),
        };
        match looked {
            Ok(()) => {
                report.checked.runs += 1;
                report.checked.run_bytes += meta.bytes;
            }
            Err(error) => tell(error, &file, report),
        }
    }
}

fn length(disk: &dyn Disk, file: &Path) -> io::Result<u64> {
    disk.open(file)?.len()
}

fn tell(error: Error, file: &Path, report: &mut Report) {
    let file = file.display();
    match error {
        Error::Damaged { offset, what, .. } => {
            let expected = "the run that State names";
            report.find(Flaw::new(Verdict::Tampered, file, expected, what).at(offset));
        }
        Error::WrongDirectory { .. } => {
            let found = "a file of another directory";
            report.find(Flaw::new(Verdict::Tampered, file, "a file of this one", found));
        }
        Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            report.find(Flaw::new(Verdict::Gap, file, "a run that State names", "no such file"));
        }
        Error::Newer { .. } => report.doubt(file, error.to_string(), NEWER),
        Error::Io { ref source, .. } => report.doubt(file, format!("{error}: {source}"), OPEN),
        Error::TooLarge { .. } | Error::Detached { .. } | Error::Interrupted => {
            report.doubt(file, error.to_string(), OPEN);
        }
    }
}
