//! The entries of the tail as Arrow arrays.

use crate::table::chunk::{Chunk, lake_error};
use crate::table::part_chunk::{append, checksum, origin_text, truth};
use crate::table::source::Source;
use crate::table::spec::TableSpec;
use arrow::array::{
    ArrayRef, BooleanArray, StringViewArray, StringViewBuilder, TimestampMillisecondArray,
};
use datafusion::error::Result;
use lake::{Entry, Path, Snapshot};
use std::borrow::Cow;
use std::sync::Arc;

/// The entries of a snapshot's tail that a table has, in order of time.
#[derive(Clone, Debug)]
pub(crate) struct TailChunk(Arc<Vec<Arc<Entry>>>);

impl TailChunk {
    pub(crate) fn new(snapshot: &Snapshot, spec: &TableSpec) -> Self {
        let has = |entry: &Arc<Entry>| {
            entry.seq < snapshot.end
                && entry.flags.shown(spec.store.is_some())
                && spec.owner.as_ref().is_none_or(|owner| *owner == entry.record.owner)
                && spec.store.as_ref().is_none_or(|store| entry.is_in(store))
                && spec.since.is_none_or(|since| entry.time >= since)
        };
        let all = snapshot.tail.iter().flat_map(|generation| generation.in_order());
        let mut entries: Vec<Arc<Entry>> = all.filter(has).collect();
        // Each generation is in order: where there is one only, nothing is left to be done.
        entries.sort_by_key(|entry| entry.place());
        Self(Arc::new(entries))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn entries(&self, rows: &[u32]) -> impl Iterator<Item = &Arc<Entry>> {
        rows.iter().filter_map(|row| self.0.get(*row as usize))
    }

    fn texts(&self, path: &Path, rows: &[u32]) -> ArrayRef {
        let mut texts = StringViewBuilder::with_capacity(rows.len());
        let mut scratch = Vec::new();
        for entry in self.entries(rows) {
            scratch.clear();
            let found = entry.read(path, &mut scratch);
            append(&mut texts, found.then_some(&scratch));
        }
        Arc::new(texts.finish())
    }

    fn booleans(&self, path: &Path, rows: &[u32]) -> ArrayRef {
        let mut scratch = Vec::new();
        let values = self.entries(rows).map(|entry| {
            scratch.clear();
            entry.read(path, &mut scratch).then(|| truth(&scratch)).flatten()
        });
        Arc::new(values.collect::<BooleanArray>())
    }
}

fn text(entry: &Entry) -> Cow<'_, str> {
    String::from_utf8_lossy(entry.record.body.bytes())
}

impl Chunk for TailChunk {
    fn column(&mut self, source: &Source, rows: &[u32]) -> Result<ArrayRef> {
        let all = self.entries(rows);
        Ok(match source {
            Source::Text(path) => self.texts(path, rows),
            Source::Boolean(path) => self.booleans(path, rows),
            Source::ReadOnly => {
                Arc::new(all.map(|entry| entry.flags.read_only()).collect::<BooleanArray>())
            }
            Source::Time => {
                let times = all.map(|entry| entry.time.0);
                Arc::new(TimestampMillisecondArray::from_iter_values(times))
            }
            Source::Ingested => {
                let times = all.map(|entry| entry.record.ingested.0);
                Arc::new(TimestampMillisecondArray::from_iter_values(times))
            }
            Source::Origin => {
                let words = all.map(|entry| origin_text(entry.flags.origin()));
                Arc::new(words.collect::<StringViewArray>())
            }
            Source::Owner => {
                let owners = all.map(|entry| Some(entry.record.owner.as_str()));
                Arc::new(owners.collect::<StringViewArray>())
            }
            Source::Record => {
                let texts = all.map(|entry| Some(text(entry)));
                Arc::new(texts.collect::<StringViewArray>())
            }
            Source::Checksum => {
                let sums = all.map(|entry| Some(checksum(&text(entry))));
                Arc::new(sums.collect::<StringViewArray>())
            }
            Source::Lineage(what, identities) => {
                let acted = all.map(|entry| Arc::new(entry.actor()));
                Arc::new(identities.told(*what, acted).map_err(lake_error)?)
            }
        })
    }

    fn time(&self, row: u32) -> i64 {
        self.0.get(row as usize).map_or(0, |entry| entry.time.0)
    }
}
