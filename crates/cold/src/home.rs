//! Where runs lie.

use crate::BlockCache;
use model::disk::Disk;
use std::path::{Path, PathBuf};

/// Where the runs of a data directory lie.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// The data directory's disk.
    pub disk: &'a dyn Disk,
    /// Where the runs lie on it. It is there.
    pub dir: &'a Path,
    /// The data directory's random name: files of another one are refused.
    pub directory: [u8; 16],
    /// What keeps the blocks that were read.
    pub cache: &'a BlockCache,
}

impl Home<'_> {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}
