//! Every part that the manifest names, read back whole.

use super::owners::Owners;
use super::report::{Flaw, Report, Verdict};
use crate::derive;
use crate::shared::PARTS;
use crate::vault::Vault;
use formats::cloudtrail;
use lake::{Facts, Part, PartCache, Reader};
use ledger::Hash;
use model::disk::{self, Disk};
use model::{PartMeta, RecordView, Scan, Timestamp};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Cache of a part that is read once from end to end, in bytes.
const ASIDE_BYTES: u64 = 64 << 20;

const OPEN: &str = "raise the limit of open files (ulimit -n), see that this user may read the \
                    file, then verify again";
const NEWER: &str = "this part was written by a newer pugmark: verify it with that one";

/// The leaf of a record, and its number.
pub(crate) type Leaf = (u64, Hash);

/// Reads all of `parts` on as many threads as there are cores; `take` is given the leaves of each.
pub(crate) fn check(
    disk: &dyn Disk,
    parts: &[&PartMeta],
    vault: &Vault,
    owners: &Owners,
    report: &mut Report,
    take: &mut (dyn FnMut(Vec<Leaf>) + Send),
) {
    let next = AtomicUsize::new(0);
    let shared = Mutex::new((report, take));
    let work = || {
        while let Some(meta) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let looked = look(disk, meta, vault, owners);
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let (report, take) = &mut *shared;
            match looked {
                Ok(leaves) => {
                    report.checked.parts += 1;
                    report.checked.part_bytes += meta.bytes;
                    report.checked.part_records += leaves.len() as u64;
                    take(leaves.into_iter().flatten().collect());
                }
                Err(wrong) => wrong.tell(meta, report),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(parts.len()) {
            scope.spawn(work);
        }
    });
}

/// What is wrong with a part.
enum Wrong {
    Missing,
    Length(u64),
    Content(String),
    Newer(String),
    Io(io::Error),
}

impl Wrong {
    fn tell(self, meta: &PartMeta, report: &mut Report) {
        let file = path(meta).display().to_string();
        let find = |verdict, expected: String, found: String| {
            Flaw::new(verdict, file.clone(), expected, found)
        };
        let rows = meta.rows;
        let flaw = match self {
            Self::Missing => {
                find(Verdict::Gap, format!("a part of {rows} records"), "no such file".to_owned())
            }
            Self::Length(len) => {
                let shorter = len < meta.bytes;
                let verdict = if shorter { Verdict::Truncated } else { Verdict::Tampered };
                find(verdict, format!("{} bytes", meta.bytes), format!("{len}"))
            }
            Self::Content(found) => {
                find(Verdict::Tampered, "the bytes that the file is named for".to_owned(), found)
            }
            Self::Newer(cause) => return report.doubt(file, cause, NEWER),
            Self::Io(error) if disk::is_rot(&error) => find(
                Verdict::Tampered,
                "the bytes that the file is named for".to_owned(),
                error.to_string(),
            ),
            Self::Io(error) => return report.doubt(file, error.to_string(), OPEN),
        };
        report.find(flaw);
    }
}

impl From<lake::Error> for Wrong {
    fn from(error: lake::Error) -> Self {
        match error {
            lake::Error::Io { source, .. } if source.kind() != io::ErrorKind::UnexpectedEof => {
                Self::Io(source)
            }
            lake::Error::Damaged { what, .. } => Self::Content(what),
            error @ lake::Error::Newer { .. } => Self::Newer(error.to_string()),
            error => Self::Content(error.to_string()),
        }
    }
}

fn path(meta: &PartMeta) -> PathBuf {
    Path::new(PARTS).join(meta.id.file_name())
}

/// The leaves of a part's records; `None` for one whose number among its owner's is not known.
fn look(
    disk: &dyn Disk,
    meta: &PartMeta,
    vault: &Vault,
    owners: &Owners,
) -> Result<Vec<Option<Leaf>>, Wrong> {
    let opened = disk.open(&path(meta)).and_then(|file| Ok((file.len()?, file)));
    let (len, file) = opened.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Wrong::Missing,
        _ => Wrong::Io(error),
    })?;
    if len != meta.bytes {
        return Err(Wrong::Length(len));
    }
    let name = lake::fingerprint(&*file).map_err(Wrong::Io)?;
    let read = read(disk, meta, vault, owners);
    if name != meta.id {
        // What is wrong inside says more than the name does, where anything is.
        return match read {
            Err(Wrong::Content(what)) => Err(Wrong::Content(what)),
            _ => Err(Wrong::Content(format!("bytes of the name {}", name.0))),
        };
    }
    read
}

/// Opens a part, decodes every section and reads every record.
fn read(
    disk: &dyn Disk,
    meta: &PartMeta,
    vault: &Vault,
    owners: &Owners,
) -> Result<Vec<Option<Leaf>>, Wrong> {
    let cache = PartCache::new(ASIDE_BYTES);
    let part = Arc::new(Part::open(disk, Path::new(PARTS), meta.clone(), &cache)?);
    part.warm()?;
    let mut rows = Rows { reader: Reader::sequential(&part)?, part, vault, owners };
    let (mut scan, mut bytes, mut leaves) = (Scan::default(), Vec::new(), Vec::new());
    let mut span = Span::default();
    for row in 0..rows.part.rows() {
        leaves.push(rows.leaf(row, &mut scan, &mut bytes, &mut span)?);
    }
    span.check(meta)?;
    Ok(leaves)
}

struct Rows<'a> {
    part: Arc<Part>,
    reader: Reader,
    vault: &'a Vault,
    owners: &'a Owners,
}

impl Rows<'_> {
    fn leaf(
        &mut self,
        row: u32,
        scan: &mut Scan,
        bytes: &mut Vec<u8>,
        span: &mut Span,
    ) -> Result<Option<Leaf>, Wrong> {
        let wrong = |what: &str| Wrong::Content(format!("row {row}: {what}"));
        bytes.clear();
        self.reader.record(row, bytes)?;
        derive::scan(bytes, scan);
        let view = RecordView::new(bytes, scan);
        let (id, time) = (self.part.id(row)?, self.part.time(row)?);
        let ingested = self.part.ingested(row)?;
        if derive::record_id(&view) != id {
            return Err(wrong("the id is not the record's"));
        }
        if cloudtrail::event_time(&view).unwrap_or(ingested) != time {
            return Err(wrong("the time is not the record's"));
        }
        let origin = self.part.flags(row)?.origin().ok_or_else(|| wrong("it has no origin"))?;
        span.take(time, ingested).ok_or_else(|| wrong("rows are not ordered by time"))?;
        let facts = Facts {
            id,
            time,
            ingested,
            origin,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            sum: 0,
            payload: derive::payload(self.vault, id, bytes),
        };
        let (seq, owner) = (self.part.seq(row)?, &self.part.meta.owner);
        let number = self.owners.number(owner, seq);
        Ok(number.map(|number| (seq.0, derive::leaf(owner, number, &facts))))
    }
}

/// Earliest and latest times of the rows so far.
#[derive(Default)]
struct Span {
    times: Option<(Timestamp, Timestamp)>,
    ingested: Option<(Timestamp, Timestamp)>,
}

impl Span {
    /// `None` where a row is earlier than the one before it.
    fn take(&mut self, time: Timestamp, ingested: Timestamp) -> Option<()> {
        if self.times.is_some_and(|(_, last)| time < last) {
            return None;
        }
        let widen = |span: Option<(Timestamp, Timestamp)>, time: Timestamp| {
            span.map_or((time, time), |(first, last)| (first.min(time), last.max(time)))
        };
        self.times = Some(widen(self.times, time));
        self.ingested = Some(widen(self.ingested, ingested));
        Some(())
    }

    fn check(&self, meta: &PartMeta) -> Result<(), Wrong> {
        let same = self.times == Some((meta.time_min, meta.time_max))
            && self.ingested == Some((meta.ingested_min, meta.ingested_max));
        let wrong = || Wrong::Content("the times are not those of the manifest".to_owned());
        same.then_some(()).ok_or_else(wrong)
    }
}
