//! Merging runs: beside whoever reads and puts, on any thread.

use crate::error::Error;
use crate::format::Header;
use crate::limits::{MERGE_MIN, RUNS_WANTED};
use crate::scan::Entries;
use crate::store::{Store, is_removed};
use crate::writing;
use crate::{Home, Run};
use std::sync::Arc;

/// Runs that are worth merging.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Newest first; they adjoin.
    runs: Vec<Arc<Run>>,
    /// Whether the oldest of all takes part: then removed keys need not be remembered.
    is_oldest: bool,
}

/// A run that stands for others.
#[derive(Clone, Debug)]
pub struct Merged {
    replaced: Vec<Arc<Run>>,
    /// `None` where every key was removed.
    run: Option<Arc<Run>>,
}

impl Merge {
    /// Writes the runs as one, durably. Until it is installed it is a file that nothing names.
    /// Given up as soon as it is not `wanted` any more.
    ///
    /// # Errors
    /// Runs that cannot be read; what the disk says; [`Error::Interrupted`].
    pub fn run(&self, home: &Home<'_>, wanted: &dyn Fn() -> bool) -> Result<Merged, Error> {
        let first = self.runs.last().map_or(0, |run| run.meta.first);
        let last = self.runs.first().map_or(0, |run| run.meta.last);
        let entries = Entries::of_runs(&self.runs)?;
        let entries = entries.filter(|entry| !(self.is_oldest && is_removed(entry)));
        let entries = entries.map(|entry| if wanted() { entry } else { Err(Error::Interrupted) });
        let run = writing::write(home, Header { first, last }, entries)?;
        Ok(Merged { replaced: self.runs.clone(), run: run.map(Arc::new) })
    }
}

impl Merged {
    /// The runs that it stands for.
    pub fn replaced(&self) -> impl Iterator<Item = &Arc<Run>> {
        self.replaced.iter()
    }

    /// The new run.
    pub const fn run(&self) -> Option<&Arc<Run>> {
        self.run.as_ref()
    }
}

impl Store {
    /// What should be merged next; `None` where nothing need be. Doing so until there is nothing
    /// leaves few runs, and rewrites an entry a number of times that grows with the logarithm of
    /// all.
    pub fn mergeable(&self) -> Option<Merge> {
        let sizes: Vec<u64> = self.runs.iter().map(|run| run.meta.bytes).collect();
        let count = worth(&sizes)?;
        let runs = self.runs.iter().take(count).cloned().collect();
        Some(Merge { runs, is_oldest: count == self.runs.len() })
    }

    /// Puts a merged run in the place of those that it stands for. `false` where they are not all
    /// there any more; then nothing was done.
    pub fn replace(&mut self, merged: &Merged) -> bool {
        let same = |start: usize| {
            let own = self.runs.iter().skip(start).map(|run| &run.meta.id);
            own.take(merged.replaced.len()).eq(merged.replaced.iter().map(|run| &run.meta.id))
        };
        let Some(start) = (0..self.runs.len()).find(|start| same(*start)) else {
            return false;
        };
        let end = start + merged.replaced.len();
        self.runs.splice(start..end, merged.run.clone());
        true
    }
}

/// How many of the newest runs are worth merging: at least four of which none is more than twice
/// as large as all newer ones together; where there are too many runs, whatever brings them back.
fn worth(sizes: &[u64]) -> Option<usize> {
    let (mut count, mut sum) = (0, 0_u64);
    for size in sizes {
        if count > 0 && *size > 2 * sum {
            break;
        }
        (count, sum) = (count + 1, sum + size);
    }
    let too_many = sizes.len().saturating_sub(RUNS_WANTED - 1);
    match (count >= MERGE_MIN, too_many > 1) {
        (true, _) => Some(count),
        (false, true) => Some(count.max(too_many)),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_size_are_merged_and_large_ones_left_alone() {
        for (sizes, count) in [
            (&[][..], None),
            (&[5, 5, 5], None),
            (&[5, 5, 5, 5], Some(4)),
            (&[5, 5, 5, 5, 900], Some(4)),
            (&[5, 5, 5, 5, 30, 900], Some(5)),
            (&[5, 900, 900, 900, 900], None),
            (&[1, 9, 99, 999, 9_999, 99_999, 999_999, 9_999_999], None),
            (&[1, 9, 99, 999, 9_999, 99_999, 999_999, 9_999_999, 99_999_999], Some(2)),
        ] {
            assert_eq!(worth(sizes), count, "{sizes:?}");
        }
    }

    #[test]
    fn there_are_never_many_runs() {
        let (mut sizes, mut written) = (Vec::<u64>::new(), 0);
        for spill in 0..2_000_u64 {
            sizes.insert(0, 10 + spill * 7 % 40);
            while let Some(count) = worth(&sizes) {
                let merged: u64 = sizes.drain(..count).sum();
                written += merged;
                sizes.insert(0, merged);
            }
            assert!(sizes.len() <= RUNS_WANTED, "{sizes:?}");
        }
        let put: u64 = (0..2_000_u64).map(|spill| 10 + spill * 7 % 40).sum();
        assert!(written < 12 * put, "{written} bytes written for {put}");
    }
}
