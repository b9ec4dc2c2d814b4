//! A column of codes with its dictionary, open for reading.

use crate::column::Column;
use crate::error::Error;
use crate::format::Kind;
use crate::part::Part;
use crate::postings::Postings;
use crate::worded::Worded;
use std::borrow::Cow;
use std::sync::Arc;

/// A column of codes. Code 0: the row has no value.
#[derive(Clone, Debug)]
pub struct Coded {
    words: Worded,
    postings: Option<Arc<Postings>>,
}

impl Coded {
    pub(crate) fn open(part: &Part, column: Column) -> Result<Self, Error> {
        let postings = part.has(Kind::Postings, column).then(|| part.postings(column));
        Ok(Self { words: Worded::open(part, column)?, postings: postings.transpose()? })
    }

    /// A column that no row has.
    pub(crate) fn empty(column: Column) -> Self {
        Self { words: Worded::empty(column), postings: None }
    }

    /// The code of a row.
    #[inline]
    pub fn at(&self, row: u32) -> u32 {
        self.words.code(row)
    }

    /// How many distinct values there are; they are numbered from 1.
    pub fn len(&self) -> usize {
        self.words.values.len()
    }

    /// Whether no row has a value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all distinct values.
    pub fn weight(&self) -> usize {
        self.words.values.weight()
    }

    /// The text of a code, escapes undone; `None` for 0.
    pub fn text(&self, code: u32) -> Option<Cow<'_, str>> {
        let known = (1..=self.len() as u32).contains(&code);
        known.then(|| self.words.spelled(code))?
    }

    /// The codes of a text. There may be several, since records may spell it with escapes.
    pub fn codes_of(&self, text: &str) -> Vec<u32> {
        if self.words.values.escapes() {
            let all = 1..=self.len() as u32;
            return all.filter(|code| self.text(*code).as_deref() == Some(text)).collect();
        }
        self.words.values.code(text.as_bytes()).into_iter().collect()
    }

    /// The rows of a code, ascending; `None` where so many have it that walking is as good.
    pub fn rows(&self, code: u32) -> Option<Vec<u32>> {
        self.postings.as_ref()?.rows(code)
    }
}
