//! The entries of the tail as Arrow arrays.

use crate::table::chunk::{Chunk, lake_error};
use crate::table::compiled::retain;
use crate::table::part_chunk::{append, checksum, origin_text, truth};
use crate::table::predicate::{Form, Predicate};
use crate::table::source::Source;
use crate::table::spec::TableSpec;
use arrow::array::{
    ArrayRef, BooleanArray, StringViewArray, StringViewBuilder, TimestampMillisecondArray,
};
use datafusion::error::Result;
use lake::{Entry, Equality, Path, Snapshot};
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

    /// The rows that pass, where the form of the condition tells how to find out; `None`: it does
    /// not.
    pub(crate) fn select(
        &mut self,
        predicate: &Predicate,
        rows: &[u32],
    ) -> Result<Option<Vec<u32>>> {
        Ok(match (predicate.only_source(), &predicate.form) {
            (Some(Source::Text(path)), Form::Is(texts)) => {
                let equality = Equality::new(path, texts);
                Some(self.select_equal(&equality, predicate, rows)?)
            }
            (Some(Source::Time), Form::Within(range)) => {
                let passes = |row: &u32| range.contains(&self.time(*row));
                Some(rows.iter().copied().filter(passes).collect())
            }
            _ => None,
        })
    }

    fn select_equal(
        &mut self,
        equality: &Equality,
        predicate: &Predicate,
        rows: &[u32],
    ) -> Result<Vec<u32>> {
        let (mut kept, mut unsure) = (Vec::new(), Vec::new());
        for row in rows {
            match self.0.get(*row as usize).and_then(|entry| equality.holds(entry)) {
                Some(true) => kept.push(*row),
                Some(false) => {}
                None => unsure.push(*row),
            }
        }
        kept.extend(retain(self, predicate, &unsure)?);
        kept.sort_unstable();
        Ok(kept)
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
