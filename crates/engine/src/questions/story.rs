//! What records say that no column has: what was touched, how much went out, what a call answered.

use super::figures::{Figures, Value};
use super::node::Transfer;
use formats::cloudtrail;
use lake::Found;
use model::{Field, RecordView, Scan, Tree, json};
use std::borrow::Cow;
use std::collections::HashMap;

/// Hands over a record with what a pass over it finds. One that cannot be read has no fields.
pub(super) fn read<T>(found: &Found, take: impl FnOnce(&RecordView<'_>) -> T) -> T {
    let mut scan = Scan::default();
    if scan.read(&found.bytes, 0).is_err() {
        scan = Scan::opaque(u32::try_from(found.bytes.len()).unwrap_or(u32::MAX));
    }
    take(&RecordView::new(&found.bytes, &scan))
}

/// The text at a path below a member.
pub(super) fn text(view: &RecordView<'_>, tree: Tree, path: &str) -> String {
    let raw = view.tree(tree).and_then(|raw| json::at_path(raw, path));
    raw.and_then(json::text).map(Cow::into_owned).unwrap_or_default()
}

/// The `eventID`, or the id that stands in for a missing one.
pub(super) fn event_id(found: &Found, view: &RecordView<'_>) -> String {
    let own = view.text(Field::EventId).filter(|id| !id.is_empty());
    own.map_or_else(|| found.id.to_uuid(), Cow::into_owned)
}

/// What was touched, by name, and what was moved.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    names: HashMap<String, Figures>,
    /// How many records were read.
    pub(super) read: u64,
    /// By event name.
    moved: HashMap<String, Transfer>,
}

impl Touched {
    /// Reads a record.
    pub(super) fn add(&mut self, found: &Found) {
        self.read += 1;
        read(found, |view| {
            let mut resources = Vec::new();
            cloudtrail::resources(view, &mut resources);
            let mut names: Vec<&str> = resources.iter().map(|it| &*it.name).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().for_each(|name| self.name(name, found));
            self.transfer(view);
        });
    }

    fn name(&mut self, name: &str, found: &Found) {
        let time = found.place.time;
        let figures = match self.names.get_mut(name) {
            Some(figures) => figures,
            None => self.names.entry(name.to_owned()).or_default(),
        };
        figures.records += 1;
        figures.first = Some(figures.first.map_or(time, |first| first.min(time)));
        figures.last = Some(figures.last.map_or(time, |last| last.max(time)));
    }

    fn transfer(&mut self, view: &RecordView<'_>) {
        let (bytes_out, bytes_in) =
            (number(view, "bytesTransferredOut"), number(view, "bytesTransferredIn"));
        if bytes_out == 0 && bytes_in == 0 {
            return;
        }
        let name = view.text(Field::EventName).unwrap_or_default();
        let moved = self.moved.entry(name.into_owned()).or_default();
        moved.records += 1;
        moved.bytes_out += bytes_out;
        moved.bytes_in += bytes_in;
    }

    /// Bytes moved, most first.
    pub(super) fn transfers(&self, top: usize) -> Vec<Transfer> {
        let named = |(name, moved): (&String, &Transfer)| Transfer {
            event_name: name.clone(),
            ..moved.clone()
        };
        let mut moved: Vec<Transfer> = self.moved.iter().map(named).collect();
        moved.sort_by(|a, b| {
            let size = |it: &Transfer| it.bytes_out + it.bytes_in;
            size(b).cmp(&size(a)).then_with(|| a.event_name.cmp(&b.event_name))
        });
        moved.truncate(top);
        moved
    }

    /// How many names there are.
    pub(super) fn distinct(&self) -> u64 {
        self.names.len() as u64
    }

    /// The most frequent first.
    pub(super) fn top(&self, top: usize) -> Vec<Value> {
        let mut names: Vec<(&String, &Figures)> = self.names.iter().collect();
        names.sort_by(|a, b| b.1.records.cmp(&a.1.records).then_with(|| a.0.cmp(b.0)));
        let told = |(name, figures): (&String, &Figures)| Value {
            value: name.clone(),
            figures: *figures,
            new: false,
        };
        names.into_iter().take(top).map(told).collect()
    }
}

/// S3 writes byte counts as numbers, with or without a fraction.
fn number(view: &RecordView<'_>, path: &str) -> u64 {
    let raw = view.tree(Tree::AdditionalEventData).and_then(|raw| json::at_path(raw, path));
    let text = raw.and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default();
    text.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0)
}
