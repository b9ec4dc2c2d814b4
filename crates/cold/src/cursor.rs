//! A place in a run.

use crate::Bytes;
use crate::block::Block;
use crate::error::Error;
use crate::run::Run;
use std::ops::Bound;
use std::sync::Arc;

/// Stands on an entry of a run, or behind the last one.
#[derive(Debug)]
pub(crate) struct Cursor {
    run: Arc<Run>,
    /// `None` behind the last entry.
    block: Option<Arc<Block>>,
    /// The block's place in the run, and the entry's in the block.
    place: (usize, usize),
    /// Whether what is read leaves no trace in the cache.
    aside: bool,
}

impl Cursor {
    /// Stands on the first entry.
    pub(crate) fn start(run: Arc<Run>, aside: bool) -> Result<Self, Error> {
        let block = run.block(0, aside)?;
        Ok(Self { run, block, place: (0, 0), aside })
    }

    /// Stands on the first entry that a range from `from` on has.
    pub(crate) fn seek(run: Arc<Run>, from: Bound<&[u8]>) -> Result<Self, Error> {
        let (key, skips) = match from {
            Bound::Unbounded => return Self::start(run, false),
            Bound::Included(key) => (key, false),
            Bound::Excluded(key) => (key, true),
        };
        let at = run.block_of(key)?;
        let block = run.block(at, false)?;
        let entry = match block.as_ref().map_or(Err(0), |block| block.find(key)) {
            Ok(entry) => entry + usize::from(skips),
            Err(entry) => entry,
        };
        let mut cursor = Self { run, block, place: (at, entry), aside: false };
        cursor.settle()?;
        Ok(cursor)
    }

    /// Moves on to the next block where this one is at its end.
    fn settle(&mut self) -> Result<(), Error> {
        let (at, entry) = self.place;
        if self.block.as_ref().is_some_and(|block| entry >= block.len()) {
            self.block = self.run.block(at + 1, self.aside)?;
            self.place = (at + 1, 0);
        }
        Ok(())
    }

    pub(crate) fn key(&self) -> Option<&[u8]> {
        self.block.as_ref()?.key(self.place.1)
    }

    pub(crate) fn value(&self) -> Option<Bytes> {
        self.block.as_ref()?.value(self.place.1)
    }

    pub(crate) fn advance(&mut self) -> Result<(), Error> {
        self.place.1 += 1;
        self.settle()
    }

    /// Where the block lies in the file, in bytes.
    pub(crate) fn offset(&self) -> u64 {
        self.run.offset(self.place.0)
    }
}
