//! Which event data stores hold which rows of a part.

use crate::bits::Packed;
use crate::column::Column;
use crate::dictionary::Dictionary;
use crate::error::Error;
use crate::format::Kind;
use crate::part::Part;
use std::sync::Arc;

/// Stands between the ids of a set.
const BETWEEN: char = ',';

/// Whether a set of ids names a store.
pub(crate) fn names(set: &str, store: &str) -> bool {
    set.split(BETWEEN).any(|id| id == store)
}

/// Whether a record that has this set, or none, is in a store.
pub(crate) fn holds(set: Option<&str>, store: &str) -> bool {
    set.is_some_and(|set| names(set, store))
}

/// The column of event data stores of a part.
#[derive(Clone, Debug)]
pub struct Memberships {
    codes: Arc<Packed>,
    sets: Arc<Dictionary>,
}

impl Memberships {
    /// The ids of the stores that hold a row, ascending, joined by commas; `None` where only the
    /// built-in store does.
    pub fn of(&self, row: u32) -> Option<&str> {
        let code = self.codes.at(row as usize) as u32;
        let set = std::str::from_utf8(self.sets.value(code)).ok();
        set.filter(|set| !set.is_empty())
    }

    /// The code of a row's set; 0 where only the built-in store holds it.
    pub fn code(&self, row: u32) -> u32 {
        self.codes.at(row as usize) as u32
    }

    /// The codes, ascending, of the sets that name a store: a row is in the store where
    /// [`Memberships::code`] gives one of them.
    pub fn codes_of(&self, store: &str) -> Vec<u32> {
        let named = |set: &[u8]| std::str::from_utf8(set).is_ok_and(|set| names(set, store));
        let codes = self.sets.iter().filter(|(_, set)| named(set)).map(|(code, _)| code);
        codes.collect()
    }
}

impl Part {
    /// Which event data stores hold which rows; `None` where no store but the built-in one holds
    /// any.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn memberships(&self) -> Result<Option<Memberships>, Error> {
        let column = Column::Stores;
        if !self.has(Kind::Values, column) {
            return Ok(None);
        }
        Ok(Some(Memberships { codes: self.codes(column)?, sets: self.values(column)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_told_apart_by_whole_ids() {
        assert!(names("a,b,c", "b") && names("b", "b"));
        assert!(!names("a,bb", "b") && !names("", "b") && !holds(None, "b"));
    }
}
