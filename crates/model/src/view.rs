//! A record's bytes together with what a scan found in them.

use crate::field::{Field, Tree};
use crate::json;
use crate::scan::Scan;
use crate::time::{Timestamp, parse_seconds};
use std::borrow::Cow;

/// A record, ready to be asked for its members.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    /// The record as received.
    pub bytes: &'a [u8],
    scan: &'a Scan,
}

impl<'a> RecordView<'a> {
    /// Pairs `bytes` with the scan that was made of them.
    pub const fn new(bytes: &'a [u8], scan: &'a Scan) -> Self {
        Self { bytes, scan }
    }

    /// What the scan found.
    pub const fn scan(&self) -> &'a Scan {
        self.scan
    }

    /// A field's text as it stands in the record, escapes included.
    pub fn raw(&self, field: Field) -> Option<&'a [u8]> {
        Some(self.scan.field(field)?.of(self.bytes))
    }

    /// A field's text with its escapes undone.
    pub fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        json::unescape(self.raw(field)?)
    }

    /// A whole member as it stands.
    pub fn tree(&self, tree: Tree) -> Option<&'a [u8]> {
        Some(self.scan.tree(tree)?.of(self.bytes))
    }

    /// `eventTime`, in any spelling that real logs have.
    pub fn event_time(&self) -> Option<Timestamp> {
        let raw = self.raw(Field::EventTime)?;
        match parse_seconds(raw) {
            Some(seconds) => Some(Timestamp::from_seconds(seconds)),
            None => Timestamp::parse(&json::unescape(raw)?),
        }
    }

    /// `readOnly`; some producers write it as a string.
    pub fn read_only(&self) -> Option<bool> {
        boolean(self.tree(Tree::ReadOnly)?)
    }

    /// `managementEvent`; some producers write it as a string.
    pub fn management_event(&self) -> Option<bool> {
        boolean(self.tree(Tree::ManagementEvent)?)
    }
}

fn boolean(raw: &[u8]) -> Option<bool> {
    match raw {
        b"true" | b"\"true\"" => Some(true),
        b"false" | b"\"false\"" => Some(false),
        _ => None,
    }
}
