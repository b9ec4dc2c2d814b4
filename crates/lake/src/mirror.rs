//! The lake as another process was told of it.

use crate::cache::PartCache;
use crate::error::Error;
use crate::feed::{FedRow, Feed};
use crate::part::Part;
use crate::snapshot::Snapshot;
use crate::tail::{Entry, Generation};
use model::disk::Disk;
use model::{Body, PartId, PartMeta, Record, Scan, Seq};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Follows the lake of a server, feed by feed. Its entries carry no user names and resources: it
/// is for questions that read the records themselves.
#[derive(Debug)]
pub struct Mirror {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    cache: PartCache,
    parts: Arc<Vec<Arc<Part>>>,
    tail: Arc<Generation>,
    tail_from: Seq,
}

impl Mirror {
    /// Mirrors the parts in directory `dir` of `disk`.
    pub fn new(disk: Arc<dyn Disk>, dir: PathBuf, cache: PartCache) -> Self {
        let (parts, tail) = (Arc::default(), Arc::default());
        Self { disk, dir, cache, parts, tail, tail_from: Seq(0) }
    }

    /// Takes in what changed; gives the moment that was told.
    ///
    /// # Errors
    /// Parts that are gone or cannot be read: the server has a newer moment by then.
    pub fn take(&mut self, feed: Feed, body: &[u8]) -> Result<Snapshot, Error> {
        if let Some(parts) = feed.parts {
            self.parts = Arc::new(self.open(parts)?);
        }
        if feed.tail_from > self.tail_from {
            let kept = self.tail.between(feed.tail_from..Seq(u64::MAX));
            let tail = Generation::default();
            tail.join(kept);
            (self.tail, self.tail_from) = (Arc::new(tail), feed.tail_from);
        }
        self.tail.join(entries(feed.rows, body));
        let tail = vec![Arc::clone(&self.tail)];
        Ok(Snapshot { parts: Arc::clone(&self.parts), tail, end: feed.end })
    }

    /// Opens the parts that are not open yet.
    fn open(&self, metas: Vec<PartMeta>) -> Result<Vec<Arc<Part>>, Error> {
        let known: HashMap<&PartId, &Arc<Part>> =
            self.parts.iter().map(|part| (&part.meta.id, part)).collect();
        let part = |meta: PartMeta| match known.get(&meta.id) {
            Some(part) if part.meta == meta => Ok(Arc::clone(part)),
            _ => Part::open(&*self.disk, &self.dir, meta, &self.cache).map(Arc::new),
        };
        metas.into_iter().map(part).collect()
    }
}

fn entries(rows: Vec<FedRow>, body: &[u8]) -> Vec<Arc<Entry>> {
    let mut at = 0;
    let mut entry = |row: FedRow| {
        let bytes = body.get(at..at + row.len as usize).unwrap_or_default();
        at += row.len as usize;
        Arc::new(self::entry(row, bytes))
    };
    rows.into_iter().map(&mut entry).collect()
}

fn entry(row: FedRow, bytes: &[u8]) -> Entry {
    let mut scan = Scan::default();
    if !scan.read(bytes, 0).is_ok_and(|end| end == bytes.len()) {
        scan = Scan::opaque(row.len);
    }
    let FedRow { seq, owner, origin, ingested, id, time, flags, stores, .. } = row;
    let record = Record { owner, origin, ingested, stores, body: Body::ApiCall(bytes.into()) };
    let (username, resources, payload) = (None, Vec::new(), [0; 32]);
    let is_named = OnceLock::new();
    Entry { seq, record, id, time, flags, scan, username, resources, payload, is_named }
}
