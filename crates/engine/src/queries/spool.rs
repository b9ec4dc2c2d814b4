//! The rows of an answer, in a file of their own under `queries/`.
//!
//! The first line is a head that names the format; each further line is a row, a JSON array of
//! texts and nulls. Rows are no record of anything: they may be asked for again.

use crate::error::Error;
use model::disk::{self, Disk, File};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where answers lie, below the data directory.
pub(crate) const QUERIES: &str = "queries";

pub(crate) const HEAD: &[u8] = b"{\"pugmarkRows\":1}\n";
/// Bytes of a page.
const PAGE_BYTES_MAX: usize = 8 << 20;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPlace {
    /// The row's number, from 0.
    pub row: u64,
    /// Where it stands in the file.
    pub at: u64,
}

/// Some rows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPage {
    /// Each row has a value for each column, `None` for NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Where to go on; `None` where there is nothing more.
    pub next: Option<RowPlace>,
}

fn path(id: &str) -> PathBuf {
    Path::new(QUERIES).join(format!("{id}.rows"))
}

/// An answer that is being written.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Arc<dyn File>,
}

impl Spool {
    pub(crate) fn create(disk: &dyn Disk, id: &str) -> Result<Self, Error> {
        let path = path(id);
        let create = || {
            disk.create_dir(Path::new(QUERIES))?;
            let file = disk.create(&path)?;
            file.append(HEAD)?;
            Ok(Self { file })
        };
        create().map_err(Error::io("write", &path))
    }

    pub(crate) fn add(&self, rows: &[u8]) -> io::Result<()> {
        self.file.append(rows)
    }

    /// Makes the rows durable: only then may a query be said to have finished.
    pub(crate) fn seal(&self, disk: &dyn Disk) -> Result<(), Error> {
        let sealed = self.file.sync().and_then(|()| disk.sync_dir(Path::new(QUERIES)));
        sealed.map_err(Error::io("sync", QUERIES))
    }
}

/// Removes an answer; one that is not there is as good.
pub(crate) fn remove(disk: &dyn Disk, id: &str) {
    match disk.remove(&path(id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, id, "the rows of an old query were not removed");
        }
        _ => {}
    }
}

/// At most `limit` rows from `from` on.
pub(crate) fn page(
    disk: &dyn Disk,
    id: &str,
    from: Option<RowPlace>,
    limit: usize,
) -> Result<RowPage, Error> {
    let path = path(id);
    let damaged = || Error::Damaged { path: path.clone(), what: "a row is no list".to_owned() };
    let place = from.unwrap_or(RowPlace { row: 0, at: HEAD.len() as u64 });
    let bytes = piece(disk, &path, place.at).map_err(Error::io("read", &path))?;
    let mut page = RowPage::default();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") || page.rows.len() == limit {
            let row = place.row + page.rows.len() as u64;
            page.next = Some(RowPlace { row, at: place.at + at });
            break;
        }
        page.rows.push(serde_json::from_slice(line).map_err(|_| damaged())?);
        at += line.len() as u64;
    }
    match page.rows.is_empty() && page.next.is_some() {
        true => Err(damaged()),
        false => Ok(page),
    }
}

/// The bytes from `at` on: a page of them, and the whole of the row that ends it.
fn piece(disk: &dyn Disk, path: &Path, at: u64) -> io::Result<Vec<u8>> {
    let file = disk.open(path)?;
    let left = usize::try_from(file.len()?.saturating_sub(at)).unwrap_or(usize::MAX);
    let mut take = left.min(PAGE_BYTES_MAX);
    loop {
        let bytes = disk::read_exact(&*file, at, take)?;
        if take == left || bytes.contains(&b'\n') {
            return Ok(bytes);
        }
        take = left.min(take.saturating_mul(2));
    }
}
