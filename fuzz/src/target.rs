//! What a fuzz target is, and the list of them.

use crate::targets::{
    bodies, chunks, ciphertext, decompress, digests, door, feed, form, journal, json, objects,
    part, policies, presigned, records, rest_xml, runs, selectors, signature, snapshot, statement,
};

/// A parser under test.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Panics where a claim does not hold.
    pub run: fn(&[u8]),
    /// Inputs to begin with, made by our own code.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target, in alphabetical order.
pub fn all() -> &'static [Target] {
    &[
        Target { name: "bodies", run: bodies::run, seeds: bodies::seeds },
        Target { name: "chunks", run: chunks::run, seeds: chunks::seeds },
        Target { name: "ciphertext", run: ciphertext::run, seeds: ciphertext::seeds },
        Target { name: "decompress", run: decompress::run, seeds: decompress::seeds },
        Target { name: "digests", run: digests::run, seeds: digests::seeds },
        Target { name: "door", run: door::run, seeds: door::seeds },
        Target { name: "feed", run: feed::run, seeds: feed::seeds },
        Target { name: "form", run: form::run, seeds: form::seeds },
        Target { name: "journal", run: journal::run, seeds: journal::seeds },
        Target { name: "json", run: json::run, seeds: json::seeds },
        Target { name: "objects", run: objects::run, seeds: objects::seeds },
        Target { name: "part", run: part::run, seeds: part::seeds },
        Target { name: "policies", run: policies::run, seeds: policies::seeds },
        Target { name: "presigned", run: presigned::run, seeds: presigned::seeds },
        Target { name: "records", run: records::run, seeds: records::seeds },
        Target { name: "rest_xml", run: rest_xml::run, seeds: rest_xml::seeds },
        Target { name: "runs", run: runs::run, seeds: runs::seeds },
        Target { name: "selectors", run: selectors::run, seeds: selectors::seeds },
        Target { name: "signature", run: signature::run, seeds: signature::seeds },
        Target { name: "snapshot", run: snapshot::run, seeds: snapshot::seeds },
        Target { name: "sql", run: statement::run, seeds: statement::seeds },
    ]
}

/// The target of this name.
pub fn named(name: &str) -> Option<Target> {
    all().iter().copied().find(|target| target.name == name)
}
