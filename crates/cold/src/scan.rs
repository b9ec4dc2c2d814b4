//! Levels and runs as one: in order, the newest first where several say something of a key.

use crate::Bytes;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::level::{Level, is_empty};
use crate::run::Run;
use std::collections::btree_map::Range;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

/// Entries of several sources in the order of their keys, removed ones included.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    /// Newest first.
    sources: Vec<Source<'a>>,
    to: Bound<Vec<u8>>,
    /// Nothing follows an error.
    is_over: bool,
}

#[derive(Debug)]
enum Source<'a> {
    Level(Peekable<Range<'a, Bytes, Option<Bytes>>>),
    Run(Cursor),
}

impl Source<'_> {
    fn key(&mut self) -> Option<&[u8]> {
        match self {
            Self::Level(range) => range.peek().map(|(key, _)| &***key),
            Self::Run(cursor) => cursor.key(),
        }
    }

    fn value(&mut self) -> Option<Bytes> {
        match self {
            Self::Level(range) => range.peek().and_then(|(_, value)| Option::clone(value)),
            Self::Run(cursor) => cursor.value(),
        }
    }

    fn advance(&mut self) -> Result<(), Error> {
        match self {
            Self::Level(range) => {
                range.next();
                Ok(())
            }
            Self::Run(cursor) => cursor.advance(),
        }
    }
}

impl<'a> Entries<'a> {
    /// Levels and runs newest first, the levels above the runs.
    pub(crate) fn between(
        levels: impl Iterator<Item = &'a Level>,
        runs: &[Arc<Run>],
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> Result<Self, Error> {
        let mut sources: Vec<Source<'a>> =
            levels.map(|level| Source::Level(level.range(from, to).peekable())).collect();
        let is_over = is_empty(from, to);
        for run in runs.iter().filter(|_| !is_over) {
            sources.push(Source::Run(Cursor::seek(Arc::clone(run), from)?));
        }
        Ok(Self { sources, to: to.map(<[u8]>::to_vec), is_over })
    }

    /// All that some runs hold, newest first, read once from end to end.
    pub(crate) fn of_runs(runs: &[Arc<Run>]) -> Result<Self, Error> {
        let cursor = |run: &Arc<Run>| Cursor::start(Arc::clone(run), true).map(Source::Run);
        let sources = runs.iter().map(cursor).collect::<Result<_, _>>()?;
        Ok(Self { sources, to: Bound::Unbounded, is_over: false })
    }

    fn is_within(&self, key: &[u8]) -> bool {
        match &self.to {
            Bound::Unbounded => true,
            Bound::Included(to) => key <= &to[..],
            Bound::Excluded(to) => key < &to[..],
        }
    }

    fn step(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, Error> {
        let keys = self.sources.iter_mut().filter_map(Source::key);
        let Some(key) = keys.min().map(Bytes::from).filter(|key| self.is_within(key)) else {
            return Ok(None);
        };
        let mut newest = None;
        for source in &mut self.sources {
            if source.key() == Some(&*key) {
                newest = newest.or_else(|| Some(source.value()));
                source.advance()?;
            }
        }
        Ok(Some((key, newest.flatten())))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<(Bytes, Option<Bytes>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}

/// Keys and values in order, as of one moment. Ends after an error.
#[derive(Debug)]
pub struct Scan<'a>(pub(crate) Result<Entries<'a>, Option<Error>>);

impl Iterator for Scan<'_> {
    type Item = Result<(Bytes, Bytes), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let entries = match &mut self.0 {
            Ok(entries) => entries,
            Err(error) => return error.take().map(Err),
        };
        entries.find_map(|entry| match entry {
            Ok((key, Some(value))) => Some(Ok((key, value))),
            Ok((_, None)) => None,
            Err(error) => Some(Err(error)),
        })
    }
}
