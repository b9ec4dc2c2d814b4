//! The runs of cold State on disk: which may go, and when.

use crate::error::Error;
use crate::shared::Shared;
use crate::state::State;
use cold::{BlockCache, Home, RunMeta};
use journal::snapshot;
use model::disk::Disk;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where runs lie, below the data directory.
pub(crate) const COLD: &str = "cold";

/// Where runs lie on a disk.
pub(crate) fn home<'a>(disk: &'a dyn Disk, directory: [u8; 16], cache: &'a BlockCache) -> Home<'a> {
    Home { disk, dir: Path::new(COLD), directory, cache }
}

/// Runs that must stay.
///
/// INVARIANT (removed late): a run goes only when no State that is kept names it, neither the one
/// in memory nor those written out: the newest of these may rot, and then the older one is needed.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The runs that each written-out State names, by the State's frame.
    named: BTreeMap<u64, Names>,
    /// All runs that were ever named and are still there.
    known: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Names {
    runs: BTreeSet<String>,
    /// Whether this State is on disk for sure: the attempt to write it out succeeded.
    is_certain: bool,
}

/// Of a written-out State, what names runs; the rest is passed over.
#[derive(Deserialize)]
struct Written {
    state: WrittenState,
}

#[derive(Deserialize)]
struct WrittenState {
    #[serde(default)]
    cold: WrittenCold,
}

#[derive(Default, Deserialize)]
struct WrittenCold {
    runs: Vec<RunMeta>,
}

/// The runs that a State names.
pub(crate) fn names(state: &State) -> BTreeSet<String> {
    state.cold().runs().map(|run| run.meta.id.clone()).collect()
}

impl Kept {
    /// What the written-out States name, and what `state` does. One that is damaged names nothing:
    /// nobody will load it.
    pub(crate) fn found(
        disk: &dyn Disk,
        directory: &[u8; 16],
        state: &State,
    ) -> Result<Self, Error> {
        let dir = Path::new(crate::store::STATE);
        let mut kept = Self { named: BTreeMap::new(), known: names(state) };
        for frame in snapshot::places(disk, dir)? {
            let Ok(snapshot) = snapshot::read(disk, dir, directory, frame) else {
                continue;
            };
            if let Ok(Written { state }) = serde_json::from_slice(&snapshot.payload) {
                let runs: BTreeSet<String> =
                    state.cold.runs.into_iter().map(|run| run.id).collect();
                kept.known.extend(runs.iter().cloned());
                kept.named.insert(frame, Names { runs, is_certain: true });
            }
        }
        Ok(kept)
    }

    /// A State is about to be written out.
    pub(crate) fn begin(&mut self, frame: u64, state: &State) {
        let runs = names(state);
        self.known.extend(runs.iter().cloned());
        self.named.entry(frame).or_default().runs.extend(runs);
    }

    /// It was: older ones are gone but for as many as are kept.
    pub(crate) fn saved(&mut self, frame: u64, state: &State) {
        self.named.insert(frame, Names { runs: names(state), is_certain: true });
        let certain = self.named.iter().rev().filter(|(_, names)| names.is_certain);
        let oldest = certain.map(|(frame, _)| *frame).nth(snapshot::KEPT - 1).unwrap_or(0);
        self.named.retain(|frame, _| *frame >= oldest);
    }

    /// A run that was merged is there.
    pub(crate) fn know(&mut self, id: &str) {
        self.known.insert(id.to_owned());
    }

    /// Whether a State names a run.
    fn is_named(&self, id: &str, state: &BTreeSet<String>) -> bool {
        state.contains(id) || self.named.values().any(|names| names.runs.contains(id))
    }

    /// Removes the runs that need not stay. One that cannot be removed goes at the next start.
    pub(crate) fn sweep(&mut self, disk: &dyn Disk, state: &State) {
        let live = names(state);
        let known = std::mem::take(&mut self.known);
        let (stay, go): (BTreeSet<_>, BTreeSet<_>) =
            known.into_iter().partition(|id| self.is_named(id, &live));
        self.known = stay;
        for id in go {
            let path = Path::new(COLD).join(format!("{id}.run"));
            if let Err(error) = disk.remove(&path) {
                tracing::warn!(%error, path = %path.display(), "an old run was not removed");
            }
        }
    }

    /// Removes the files that no State names: what a crash left.
    pub(crate) fn remove_orphans(&self, disk: &dyn Disk, state: &State) -> Result<(), Error> {
        let live = names(state);
        for name in disk.list(Path::new(COLD)).map_err(Error::io("list", COLD))? {
            if !RunMeta::id_of(&name).is_some_and(|id| self.is_named(id, &live)) {
                let path = Path::new(COLD).join(&name);
                disk.remove(&path).map_err(Error::io("remove", &path))?;
            }
        }
        Ok(())
    }
}

impl Shared {
    /// Where runs lie.
    pub(crate) fn home(&self) -> Home<'_> {
        home(&*self.disk, self.directory, &self.blocks)
    }
}
