//! The names of files: those on the platter, and those that everybody sees.

use super::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

/// Number of a file, whatever its names.
pub(super) type Number = u64;

/// A step in the life of a name that no directory sync covered yet.
#[derive(Clone, Debug)]
enum Step {
    Put(PathBuf, Number),
    Rename(PathBuf, PathBuf, Number),
    Remove(PathBuf),
}

/// All names of a disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    durable: BTreeMap<PathBuf, Number>,
    current: BTreeMap<PathBuf, Number>,
    /// By directory, in order.
    pending: BTreeMap<PathBuf, Vec<Step>>,
    dirs: BTreeSet<PathBuf>,
}

impl Names {
    pub(super) fn find(&self, path: &Path) -> Option<Number> {
        self.current.get(path).copied()
    }

    /// The files that have a name, as everybody sees it.
    pub(super) fn files(&self) -> impl Iterator<Item = Number> {
        self.current.values().copied()
    }

    pub(super) fn has_dir_of(&self, path: &Path) -> bool {
        let dir = parent(path);
        dir == Path::new("") || self.dirs.contains(dir)
    }

    pub(super) fn make_dir(&mut self, dir: &Path) {
        self.dirs.extend(dir.ancestors().map(Path::to_owned));
    }

    pub(super) fn list(&self, dir: &Path) -> Vec<String> {
        // What lies below a directory follows it in the order of paths.
        let below = self.current.range::<Path, _>((Bound::Excluded(dir), Bound::Unbounded));
        let inside = below.take_while(|(path, _)| path.starts_with(dir));
        let inside = inside.filter(|(path, _)| parent(path) == dir);
        inside.filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned())).collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Path> {
        self.current.keys().map(AsRef::as_ref)
    }

    pub(super) fn put(&mut self, path: &Path, file: Number) {
        self.take(path, Step::Put(path.to_owned(), file));
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path, file: Number) {
        self.take(to, Step::Rename(from.to_owned(), to.to_owned(), file));
    }

    pub(super) fn remove(&mut self, path: &Path) {
        self.take(path, Step::Remove(path.to_owned()));
    }

    fn take(&mut self, path: &Path, step: Step) {
        apply(&mut self.current, &step);
        let pending = self.pending.entry(parent(path).to_owned());
        pending.or_default().push(step);
    }

    pub(super) fn sync(&mut self, dir: &Path) {
        for step in self.pending.remove(dir).unwrap_or_default() {
            apply(&mut self.durable, &step);
        }
    }

    /// The sync fails: some steps are durable, the others will never be.
    pub(super) fn fail_sync(&mut self, dir: &Path, random: &mut Random) {
        for step in self.pending.remove(dir).unwrap_or_default() {
            if random.coin() {
                apply(&mut self.durable, &step);
            }
        }
    }

    /// The power goes: in each directory the first few steps survive, or any of them.
    pub(super) fn lose_power(&mut self, random: &mut Random) {
        for steps in std::mem::take(&mut self.pending).into_values() {
            let in_order = random.coin();
            let first = random.below(steps.len() as u64 + 1);
            for (index, step) in steps.iter().enumerate() {
                if (in_order && (index as u64) < first) || (!in_order && random.coin()) {
                    apply(&mut self.durable, step);
                }
            }
        }
        self.current.clone_from(&self.durable);
    }
}

fn apply(names: &mut BTreeMap<PathBuf, Number>, step: &Step) {
    match step {
        Step::Put(path, file) => {
            names.insert(path.clone(), *file);
        }
        Step::Rename(from, to, file) => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
        Step::Remove(path) => {
            names.remove(path);
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}
