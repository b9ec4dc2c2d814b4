//! Records of one text that go into their drafts together.

use super::intake::Target;
use model::{RecordView, Scan, Timestamp};
use std::ops::Range;
use std::sync::Arc;

/// Records held: few enough that they and what is known of them stay near the processor.
const RECORDS_MAX: usize = 512;

/// A record's place in the text, when it happened, and where it goes.
struct Held {
    place: Range<usize>,
    time: Timestamp,
    target: Arc<Target>,
}

/// Records that were read and are not in drafts yet.
#[derive(Default)]
pub(super) struct Batch {
    held: Vec<Held>,
    /// Of the records held; those behind are kept to be used again.
    scans: Vec<Scan>,
}

impl Batch {
    /// Holds a record that stands in `text`; `false` for any other.
    pub(super) fn hold(
        &mut self,
        text: &[u8],
        view: &RecordView<'_>,
        time: Timestamp,
        target: &Arc<Target>,
    ) -> bool {
        let Some(place) = place(text, view.bytes) else { return false };
        match self.scans.get_mut(self.held.len()) {
            Some(scan) => scan.copy_from(view.scan()),
            None => {
                let mut scan = Scan::default();
                scan.copy_from(view.scan());
                self.scans.push(scan);
            }
        }
        self.held.push(Held { place, time, target: Arc::clone(target) });
        true
    }

    pub(super) fn is_full(&self) -> bool {
        self.held.len() >= RECORDS_MAX
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    /// What is held by where it goes, each group in the order of the text.
    pub(super) fn groups<'a>(
        &'a self,
        text: &'a [u8],
    ) -> Vec<(Arc<Target>, Vec<(RecordView<'a>, Timestamp)>)> {
        let mut groups: Vec<(Arc<Target>, Vec<_>)> = Vec::new();
        for (held, scan) in self.held.iter().zip(&self.scans) {
            let bytes = text.get(held.place.clone()).unwrap_or_default();
            let record = (RecordView::new(bytes, scan), held.time);
            match groups.iter_mut().find(|(target, _)| Arc::ptr_eq(target, &held.target)) {
                Some((_, records)) => records.push(record),
                None => groups.push((Arc::clone(&held.target), vec![record])),
            }
        }
        groups
    }
}

/// Where `bytes` stand in `text`; `None` where they are not a part of it.
fn place(text: &[u8], bytes: &[u8]) -> Option<Range<usize>> {
    let start = bytes.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let end = start.checked_add(bytes.len())?;
    (end <= text.len()).then_some(start..end)
}
