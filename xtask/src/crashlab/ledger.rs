//! What was asked and what was answered, written down outside the server's reach: the lab believes
//! this book and nothing else.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// What leaves a record behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A call: known in its record by the user agent.
    Call,
    /// A call that changes a resource; the number says which.
    Tag(usize),
    /// An event put through a channel: known by its `UID`.
    Event,
    /// A record of an imported file: known by its `eventID`.
    Imported,
    /// A call that replaces an object; the number says which.
    Cell(usize),
    /// A version of an object: known by its bytes.
    Object,
}

impl Kind {
    /// As the table names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Call => "calls",
            Self::Tag(_) => "tags",
            Self::Event => "events",
            Self::Imported => "imported",
            Self::Cell(_) => "objects replaced",
            Self::Object => "objects",
        }
    }
}

/// What is known of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent, or about to be.
    Intended,
    /// Acknowledged: it must be there once.
    Acknowledged,
    /// Refused before it was recorded: it must not be there.
    Refused,
    /// No answer came, or one that says neither: it may be there once.
    Unknown,
    /// Acknowledged while the power was cut: as good as unknown.
    Doubted,
    /// Of unknown fate and seen after a recovery: from then on it must be there once.
    Kept,
    /// Of unknown fate and missing after a recovery: from then on it must stay away.
    Missing,
    /// Told as a violation already.
    Violated,
}

/// One line of the book.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The cycle in which it was sent first.
    pub(super) cycle: usize,
    pub(super) kind: Kind,
    pub(super) fate: Fate,
    /// The id its answer carried; empty where none did.
    pub(super) request_id: String,
    /// When it was sent last, in microseconds since 1970.
    pub(super) sent_us: u64,
    /// When it was acknowledged first, in microseconds since 1970; zero before.
    told_us: u64,
}

/// The book of one series.
#[derive(Debug)]
pub(super) struct Ledger {
    entries: HashMap<String, Entry>,
    /// The same as text, for whoever looks into a violation. The lab itself survives every fault
    /// that it makes, so the file need not be synced.
    file: BufWriter<File>,
}

impl Ledger {
    /// An empty book, written along to a file.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Self { entries: HashMap::new(), file: BufWriter::new(file) })
    }

    /// Before it is sent. What was acknowledged or seen once stays so when it is sent again.
    pub(super) fn intend(&mut self, token: &str, kind: Kind, cycle: usize, now_us: u64) {
        self.write(&format!("INTENT {kind:?}"), token, now_us);
        let fresh = Entry {
            cycle,
            kind,
            fate: Fate::Intended,
            request_id: String::new(),
            sent_us: now_us,
            told_us: 0,
        };
        let entry = self.entries.entry(token.to_owned()).or_insert(fresh);
        entry.sent_us = now_us;
        if !matches!(entry.fate, Fate::Acknowledged | Fate::Kept) {
            entry.fate = Fate::Intended;
        }
    }

    /// It was acknowledged under this id.
    pub(super) fn acknowledge(&mut self, token: &str, request_id: &str, now_us: u64) {
        self.write("ACK", token, now_us);
        if let Some(entry) = self.entries.get_mut(token) {
            if entry.fate != Fate::Acknowledged {
                entry.told_us = now_us;
            }
            entry.fate = Fate::Acknowledged;
            request_id.clone_into(&mut entry.request_id);
        }
    }

    /// It was refused, and so never recorded.
    pub(super) fn refuse(&mut self, token: &str, now_us: u64) {
        self.write("NACK", token, now_us);
        self.decide(token, Fate::Refused);
    }

    /// It was sent and nobody knows.
    pub(super) fn forget(&mut self, token: &str, now_us: u64) {
        self.write("UNKNOWN", token, now_us);
        self.decide(token, Fate::Unknown);
    }

    /// Only what is open can be decided: an acknowledgement is never taken back.
    fn decide(&mut self, token: &str, fate: Fate) {
        if let Some(entry) = self.entries.get_mut(token).filter(|e| e.fate == Fate::Intended) {
            entry.fate = fate;
        }
    }

    /// After a fault: whatever waits for an answer will get none.
    pub(super) fn cut(&mut self, now_us: u64) {
        let open = self.entries.iter().filter(|(_, entry)| entry.fate == Fate::Intended);
        let open: Vec<String> = open.map(|(token, _)| token.clone()).collect();
        open.iter().for_each(|token| self.forget(token, now_us));
        // What is not written here is missing for a reader, not for a check.
        let _ = self.file.flush();
    }

    /// What was acknowledged since this moment is of unknown fate: how many that are.
    ///
    /// The shutdown of a file system is not one moment, as a power cut is: a sync that waits while
    /// it goes on may say that it succeeded though nothing reached the disk. A program of twenty
    /// lines that appends, syncs and tells loses its last word so in one cut of two hundred.
    pub(super) fn doubt_since(&mut self, began_us: u64) -> usize {
        let is_late = |e: &&mut Entry| e.fate == Fate::Acknowledged && e.told_us >= began_us;
        let late: Vec<&mut Entry> = self.entries.values_mut().filter(is_late).collect();
        let count = late.len();
        late.into_iter().for_each(|entry| entry.fate = Fate::Doubted);
        count
    }

    /// What is known of one of them.
    pub(super) fn entry(&self, token: &str) -> Option<&Entry> {
        self.entries.get(token)
    }

    /// All of them.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(token, entry)| (token.as_str(), entry))
    }

    /// All of them, to be settled.
    pub(super) fn entries_mut(&mut self) -> impl Iterator<Item = (&str, &mut Entry)> {
        self.entries.iter_mut().map(|(token, entry)| (token.as_str(), entry))
    }

    /// How many were acknowledged so far.
    pub(super) fn acknowledged(&self) -> usize {
        self.entries.values().filter(|entry| entry.fate == Fate::Acknowledged).count()
    }

    fn write(&mut self, word: &str, token: &str, now_us: u64) {
        // As above: the file is for readers.
        let _ = writeln!(self.file, "{now_us} {word} {token}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> (tempfile::TempDir, Ledger) {
        let room = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&room.path().join("ledger")).unwrap();
        (room, ledger)
    }

    fn fate(ledger: &Ledger, token: &str) -> Fate {
        ledger.entry(token).unwrap().fate
    }

    #[test]
    fn an_open_intent_is_unknown_after_a_cut() {
        let (_room, mut ledger) = ledger();
        for token in ["a", "b", "c"] {
            ledger.intend(token, Kind::Call, 1, 0);
        }
        ledger.acknowledge("a", "r", 0);
        ledger.refuse("b", 0);
        ledger.cut(0);
        let fates = ["a", "b", "c"].map(|token| fate(&ledger, token));
        assert_eq!(fates, [Fate::Acknowledged, Fate::Refused, Fate::Unknown]);
        assert_eq!(ledger.acknowledged(), 1);
    }

    #[test]
    fn an_acknowledgement_is_never_taken_back() {
        let (_room, mut ledger) = ledger();
        ledger.intend("a", Kind::Event, 1, 0);
        ledger.acknowledge("a", "r", 0);
        ledger.intend("a", Kind::Event, 2, 0);
        ledger.refuse("a", 0);
        ledger.forget("a", 0);
        ledger.cut(0);
        assert_eq!(fate(&ledger, "a"), Fate::Acknowledged);
        assert_eq!(ledger.entry("a").unwrap().cycle, 1);
    }

    #[test]
    fn only_what_was_told_during_a_cut_is_in_doubt() {
        let (_room, mut ledger) = ledger();
        for (token, told_us) in [("before", 9), ("during", 10), ("after", 11)] {
            ledger.intend(token, Kind::Event, 1, 5);
            ledger.acknowledge(token, "r", told_us);
        }
        // Sent and taken again later: the first word counts.
        ledger.acknowledge("before", "r", 12);
        assert_eq!(ledger.doubt_since(10), 2);
        let fates = ["before", "during", "after"].map(|token| fate(&ledger, token));
        assert_eq!(fates, [Fate::Acknowledged, Fate::Doubted, Fate::Doubted]);
    }

    #[test]
    fn what_is_unknown_may_be_sent_again() {
        let (_room, mut ledger) = ledger();
        ledger.intend("a", Kind::Event, 1, 0);
        ledger.cut(0);
        ledger.intend("a", Kind::Event, 1, 5);
        assert_eq!(fate(&ledger, "a"), Fate::Intended);
        ledger.acknowledge("a", "r", 0);
        assert_eq!(fate(&ledger, "a"), Fate::Acknowledged);
    }

    #[test]
    fn writes_along_what_it_is_told() {
        let (room, mut ledger) = ledger();
        ledger.intend("a", Kind::Call, 1, 7);
        ledger.acknowledge("a", "r", 8);
        ledger.cut(9);
        let text = std::fs::read_to_string(room.path().join("ledger")).unwrap();
        assert_eq!(text, "7 INTENT Call a\n8 ACK a\n");
    }
}
