//! What a pile of logs is about, before anybody asked anything.

use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::sighting::Sighting;
use crate::talk::top;
use engine::Found;
use model::resource::Import;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;

/// Most names told apart of a kind; the rest is counted under one.
const NAMES_MAX: usize = 100_000;

/// Most names shown of a kind.
const NAMES_SHOWN: usize = 8;

const COLUMNS: &[Column] =
    &[Column::text("what", 7, 0), Column::text("name", 10, 0), Column::number("records", 7, 0)];

/// Counts by principal, action and error.
#[derive(Default)]
pub(crate) struct Overview {
    who: Counts,
    actions: Counts,
    errors: Counts,
}

#[derive(Default)]
struct Counts(HashMap<String, u64>);

/// A line of the overview for programs.
#[derive(Serialize)]
struct Line<'a> {
    what: &'static str,
    name: &'a str,
    records: u64,
}

impl Overview {
    /// Counts one record.
    pub(crate) fn add(&mut self, found: &Found) {
        let sighting = Sighting::of(found);
        if sighting.failed() {
            self.errors.add(sighting.outcome);
        }
        self.who.add(sighting.who);
        self.actions.add(sighting.action);
    }

    /// For people.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let facts = [("who", &self.who), ("actions", &self.actions), ("errors", &self.errors)];
        let shown = facts.into_iter().map(|(name, counts)| (name, top(counts.iter(), NAMES_SHOWN)));
        shown.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Whoever did most.
    pub(crate) fn first_principal(&self) -> Option<&str> {
        self.who.ranked().first().map(|(name, _)| *name)
    }

    /// For programs.
    pub(crate) fn print(&self, import: &Import, format: Format) -> Result<(), Complaint> {
        let mut printer = Printer::new(format, COLUMNS);
        let mut lines = |what, counts: Vec<(&str, u64)>| {
            counts
                .into_iter()
                .try_for_each(|(name, records)| printer.row(&Line { what, name, records }))
        };
        let accounts = import.accounts.iter().map(|(id, number)| (id.as_str(), *number));
        lines("account", accounts.collect())?;
        let regions = import.regions.iter().map(|(name, number)| (name.as_str(), *number));
        lines("region", regions.collect())?;
        let skipped = import.skipped.iter();
        lines("skipped", skipped.map(|(why, it)| (why.as_str(), it.count)).collect())?;
        lines("who", self.who.ranked())?;
        lines("action", self.actions.ranked())?;
        lines("error", self.errors.ranked())?;
        printer.finish().map(drop)
    }
}

impl Counts {
    fn add(&mut self, name: String) {
        if let Some(count) = self.0.get_mut(&name) {
            *count += 1;
        } else if self.0.len() < NAMES_MAX {
            self.0.insert(name, 1);
        } else {
            *self.0.entry("(others)".to_owned()).or_default() += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// The most frequent first.
    fn ranked(&self) -> Vec<(&str, u64)> {
        let mut all: Vec<(&str, u64)> = self.iter().collect();
        all.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        all
    }
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        vec![self.what.to_owned(), self.name.to_owned(), self.records.to_string()]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        // INVARIANT: two strings and a number always are JSON.
        Cow::Owned(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sighting::tests::found;

    #[test]
    fn counts_what_stands_out() {
        let mut overview = Overview::default();
        for (name, error) in [("A", ""), ("A", ""), ("B", r#","errorCode":"AccessDenied""#)] {
            let json =
                format!(r#"{{"eventName":"{name}","userIdentity":{{"type":"Root"}}{error}}}"#);
            overview.add(&found(&json, 0, 0));
        }
        let want = [
            ("who", "root 3".to_owned()),
            ("actions", "A 2, B 1".to_owned()),
            ("errors", "AccessDenied 1".to_owned()),
        ];
        assert_eq!(overview.facts(), want);
        assert_eq!(overview.first_principal(), Some("root"));
    }
}
