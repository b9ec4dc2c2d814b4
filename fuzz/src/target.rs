//! What a fuzz target is, and the list of them.

use crate::targets::{
    decompress, door, feed, form, journal, json, part, policies, records, selectors, signature,
    snapshot, statement,
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
        Target { name: "decompress", run: decompress::run, seeds: decompress::seeds },
        Target { name: "door", run: door::run, seeds: door::seeds },
        Target { name: "feed", run: feed::run, seeds: feed::seeds },
        Target { name: "form", run: form::run, seeds: form::seeds },
        Target { name: "journal", run: journal::run, seeds: journal::seeds },
        Target { name: "json", run: json::run, seeds: json::seeds },
        Target { name: "part", run: part::run, seeds: part::seeds },
        Target { name: "policies", run: policies::run, seeds: policies::seeds },
        Target { name: "records", run: records::run, seeds: records::seeds },
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
