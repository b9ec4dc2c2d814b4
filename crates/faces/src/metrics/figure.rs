//! One named figure.

use engine::Status;
use std::fmt::Write;

/// Its name, kind and meaning.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) name: &'static str,
    kind: &'static str,
    help: &'static str,
}

impl Figure {
    /// Only ever grows.
    pub(super) const fn counter(name: &'static str, help: &'static str) -> Self {
        let kind = "counter";
        Self { name, kind, help }
    }

    /// Goes up and down.
    pub(super) const fn gauge(name: &'static str, help: &'static str) -> Self {
        let kind = "gauge";
        Self { name, kind, help }
    }

    /// Counts by size.
    pub(super) const fn histogram(name: &'static str, help: &'static str) -> Self {
        let kind = "histogram";
        Self { name, kind, help }
    }

    /// The two lines that explain the others.
    pub(super) fn write_head(&self, text: &mut String) {
        let Self { name, kind, help } = self;
        // A write to a String cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn write(&self, value: u64, text: &mut String) {
        self.write_head(text);
        let _ = writeln!(text, "{} {value}", self.name);
    }
}

/// What the engine says of itself.
pub(super) fn of_engine(status: &Status) -> String {
    let figures = [
        (Figure::gauge("pugmark_records", "Records kept."), status.records),
        (
            Figure::gauge("pugmark_tail_records", "Records not yet in a sealed part."),
            status.tail_records,
        ),
        (Figure::gauge("pugmark_parts", "Sealed parts."), status.parts),
        (Figure::gauge("pugmark_part_bytes", "Bytes of the sealed parts."), status.part_bytes),
        (
            Figure::gauge("pugmark_tail_bytes", "Bytes of the records not yet in a sealed part."),
            status.tail_bytes,
        ),
        (
            Figure::gauge("pugmark_cache_bytes", "Bytes of decoded parts in memory."),
            status.cache_bytes,
        ),
        (Figure::gauge("pugmark_owners", "Accounts that own records."), status.owners),
        (
            Figure::gauge("pugmark_conflicts", "Records with another one's id and other bytes."),
            status.conflicts,
        ),
        (
            Figure::gauge("pugmark_poisoned", "1 after a write failed: restart the server."),
            u64::from(status.poisoned.is_some()),
        ),
    ];
    let mut text = String::new();
    for (figure, value) in figures {
        figure.write(value, &mut text);
    }
    text
}
