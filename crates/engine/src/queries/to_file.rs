//! Rows that go into a file of whoever asks, as they come.

use super::live::Live;
use super::registry::watched;
use super::run::Sink;
use crate::error::Error;
use crate::shared::Shared;
use lake::feed::{ColumnName, Statement};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Rows on their way into a file.
struct ToFile {
    file: File,
    count: u64,
    /// What the disk said when it took no more.
    failed: Option<io::Error>,
}

/// Runs a statement; its rows are in the file, and durable, when this comes back.
pub(super) fn run(
    shared: &Arc<Shared>,
    statement: Statement,
    time: Duration,
    path: &Path,
) -> Result<u64, Error> {
    // What is recorded is nobody else's to read, whatever the umask.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file = file.map_err(Error::io("create", path))?;
    let mut rows = ToFile { file, count: 0, failed: None };
    let live = Arc::new(Live::default());
    let outcome = watched(shared, &live, statement, time, &mut rows);
    if let Some(error) = rows.failed {
        return Err(Error::io("write", path)(error));
    }
    match outcome {
        Err(_) if live.is_timed_out() => Err(Error::QueryTimedOut { seconds: time.as_secs() }),
        Err(error) => Err(error),
        Ok(_) => rows.file.sync_all().map(|()| rows.count).map_err(Error::io("sync", path)),
    }
}

impl Sink for ToFile {
    fn columns(&mut self, _: Vec<ColumnName>) {}

    fn rows(&mut self, count: u64, bytes: &[u8]) -> io::Result<()> {
        self.count += count;
        self.file.write_all(bytes).map_err(|error| {
            let told = io::Error::from(error.kind());
            self.failed = Some(error);
            told
        })
    }
}
