//! The records a question is about.

use crate::ask;
use crate::error::Error;
use crate::settings::VALUE_BYTES_MAX;
use lake::{Check, Count, Facet, Found, Grid, Search, Snapshot, Tally, Term, Timeline, Wanted};

/// A look-up as the lake understands it, and what the lake cannot tell by itself.
#[derive(Debug)]
pub(super) struct Selection {
    search: Search,
    /// Terms about names, on which the records have the last word.
    names: Vec<Term>,
}

impl Selection {
    pub(super) fn of(search: &Search) -> Self {
        let (search, names) = ask::prepared(search);
        Self { search, names }
    }

    pub(super) fn tally(&self, snapshot: &Snapshot, facets: &[Facet]) -> Result<Tally, Error> {
        let check = |found: &Found| ask::bears_names(found, &self.names);
        let check: Option<Check<'_>> = (!self.names.is_empty()).then_some(&check);
        Ok(snapshot.tally(&self.search, facets, check)?)
    }

    pub(super) fn tally_of(
        &self,
        snapshot: &Snapshot,
        wanted: Vec<Wanted>,
    ) -> Result<Tally, Error> {
        let check = |found: &Found| ask::bears_names(found, &self.names);
        let check: Option<Check<'_>> = (!self.names.is_empty()).then_some(&check);
        Ok(snapshot.tally_of(&self.search, wanted, check)?)
    }

    pub(super) fn timeline(&self, snapshot: &Snapshot, grid: Grid) -> Result<Timeline, Error> {
        let check = |found: &Found| ask::bears_names(found, &self.names);
        let check: Option<Check<'_>> = (!self.names.is_empty()).then_some(&check);
        Ok(snapshot.timeline(&self.search, grid, check)?)
    }

    /// Hands over the newest records, at most `max`; returns whether those were all.
    pub(super) fn each(
        &self,
        snapshot: &Snapshot,
        max: usize,
        mut take: impl FnMut(&Found),
    ) -> Result<bool, Error> {
        Ok(snapshot.each(&self.search, max, |found| {
            if ask::bears_names(found, &self.names) {
                take(found);
            }
        })?)
    }

    /// Whether any record is meant.
    pub(super) fn count(&self, snapshot: &Snapshot) -> Result<Count, Error> {
        Ok(self.tally(snapshot, &[])?.total)
    }
}

/// A value somebody asks about, checked.
pub(super) fn value(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    match text.len() {
        0 => Err(Error::BadQuestion {
            what: "`value` is empty; name a key, a principal, an address or a resource".to_owned(),
        }),
        len if len > VALUE_BYTES_MAX => Err(Error::BadQuestion {
            what: format!("`value` has {len} bytes; ask for at most {VALUE_BYTES_MAX}"),
        }),
        _ => Ok(text),
    }
}

/// A number somebody asks for, or the usual one.
pub(super) fn within(
    name: &str,
    asked: Option<usize>,
    usual: usize,
    max: usize,
) -> Result<usize, Error> {
    match asked.unwrap_or(usual) {
        number if (1..=max).contains(&number) => Ok(number),
        number => {
            Err(Error::BadQuestion { what: format!("`{name}` is {number}; ask for 1 to {max}") })
        }
    }
}
