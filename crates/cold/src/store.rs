//! A store: levels in memory over runs on disk, as of one moment.

use crate::error::Error;
use crate::format::Header;
use crate::level::Level;
use crate::limits::{KEY_BYTES_MAX, VALUE_BYTES_MAX};
use crate::scan::{Entries, Scan};
use crate::writing;
use crate::{Bytes, Home, Run, RunMeta};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use std::ops::Bound;
use std::sync::Arc;

/// Keys and values in order, any number of them. A value: a clone is cheap, and does not see what
/// is put afterwards. Written out it is the list of its runs.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// Newest last; each is larger than the next, so there are few.
    levels: Vec<Arc<Level>>,
    /// Newest first. Their spills adjoin.
    pub(crate) runs: Vec<Arc<Run>>,
}

impl Store {
    /// The value of a key.
    ///
    /// # Errors
    /// Runs that cannot be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>, Error> {
        if let Some(value) = self.levels.iter().rev().find_map(|level| level.value(key)) {
            return Ok(value.clone());
        }
        for run in &self.runs {
            if let Some(value) = run.value(key)? {
                return Ok(value);
            }
        }
        Ok(None)
    }

    /// Keys between two, in order, with their values. Blocks are read as they are needed; what
    /// cannot be read is the last that comes.
    pub fn scan(&self, from: Bound<&[u8]>, to: Bound<&[u8]>) -> Scan<'_> {
        let levels = self.levels.iter().rev().map(|level| &**level);
        Scan(Entries::between(levels, &self.runs, from, to).map_err(Some))
    }

    /// Puts a value under a key; `None` removes the key.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; then nothing was put.
    pub fn put(&mut self, key: &[u8], value: Option<Bytes>) -> Result<(), Error> {
        check("key", key.len(), KEY_BYTES_MAX)?;
        check("value", value.as_ref().map_or(0, |value| value.len()), VALUE_BYTES_MAX)?;
        let is_bottom = self.runs.is_empty() && self.levels.len() <= 1;
        match self.levels.last_mut().and_then(Arc::get_mut) {
            Some(level) => level.put(key.into(), value, is_bottom),
            None => {
                let mut level = Level::default();
                level.put(key.into(), value, self.runs.is_empty() && self.levels.is_empty());
                self.levels.push(Arc::new(level));
            }
        }
        self.carry();
        Ok(())
    }

    /// Merges the newest levels while they are of similar size, as a binary counter carries: every
    /// entry moves a number of times that grows with the logarithm of all. Whoever reads a level
    /// keeps it as it is.
    fn carry(&mut self) {
        while let [.., older, newer] = &self.levels[..]
            && newer.len() >= older.len()
        {
            let Some(newer) = self.levels.pop() else { return };
            let is_bottom = self.runs.is_empty() && self.levels.len() == 1;
            if let Some(older) = self.levels.last_mut() {
                Arc::make_mut(older).take(Arc::unwrap_or_clone(newer), is_bottom);
            }
        }
    }

    /// What is not in runs yet takes about this much memory, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.levels.iter().map(|level| level.bytes()).sum()
    }

    /// How many keys there are, about: those that were put again count again until they are
    /// merged.
    pub fn len_estimate(&self) -> u64 {
        let put = self.levels.iter().map(|level| level.len() as u64).sum::<u64>()
            + self.runs.iter().map(|run| run.meta.entries).sum::<u64>();
        let removed = self.levels.iter().map(|level| level.removed() as u64).sum::<u64>()
            + self.runs.iter().map(|run| run.meta.removed).sum::<u64>();
        put.saturating_sub(2 * removed)
    }

    /// The runs, newest first.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = &Arc<Run>> {
        self.runs.iter()
    }

    /// Opens the runs of a store that was read from State. Those that are open stay so.
    ///
    /// # Errors
    /// A run that is missing, damaged, of a newer version or of another directory.
    pub fn attach(&mut self, home: &Home<'_>) -> Result<(), Error> {
        for run in &mut self.runs {
            *run = Arc::new(Run::open(home, run.meta.clone())?);
        }
        Ok(())
    }

    /// Writes what is in memory as a new run, durably; whether there was anything. The file stays
    /// nameless to State until State is written out: a crash before that leaves a file that
    /// nothing names.
    ///
    /// # Errors
    /// What the disk says; then all is still in memory.
    pub fn spill(&mut self, home: &Home<'_>) -> Result<bool, Error> {
        if self.levels.is_empty() {
            return Ok(false);
        }
        let is_oldest = self.runs.is_empty();
        let levels = self.levels.iter().rev().map(|level| &**level);
        let entries = Entries::between(levels, &[], Bound::Unbounded, Bound::Unbounded)?;
        let wanted = entries.filter(|entry| !(is_oldest && is_removed(entry)));
        let number = self.runs.first().map_or(0, |run| run.meta.last + 1);
        let header = Header { first: number, last: number };
        let run = writing::write(home, header, wanted)?;
        let is_new = run.is_some();
        self.runs.splice(..0, run.map(Arc::new));
        self.levels.clear();
        Ok(is_new)
    }
}

pub(crate) fn is_removed(entry: &Result<(Bytes, Option<Bytes>), Error>) -> bool {
    matches!(entry, Ok((_, None)))
}

const fn check(what: &'static str, bytes: usize, limit: usize) -> Result<(), Error> {
    match bytes > limit {
        true => Err(Error::TooLarge { what, bytes, limit }),
        false => Ok(()),
    }
}

/// What a written-out store is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Newest first.
    runs: Vec<RunMeta>,
}

/// INVARIANT (nothing is left behind): a store with something in memory is not written out.
impl Serialize for Store {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.levels.iter().any(|level| level.len() > 0) {
            return Err(ser::Error::custom("what is in memory was not spilled"));
        }
        let runs = self.runs.iter().map(|run| run.meta.clone()).collect();
        Written { runs }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Store {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { runs } = Written::deserialize(deserializer)?;
        let adjoin = runs.windows(2).all(|pair| match pair {
            [newer, older] => older.last.checked_add(1) == Some(newer.first),
            _ => true,
        });
        if !adjoin || runs.iter().any(|run| run.first > run.last) {
            return Err(de::Error::custom("the spills of its runs do not adjoin"));
        }
        let runs = runs.into_iter().map(|meta| Arc::new(Run::named(meta))).collect();
        Ok(Self { levels: Vec::new(), runs })
    }
}
