//! A file's bytes: those on the platter, and those that the page cache shows.

use super::random::Random;
use std::collections::BTreeSet;

const SECTOR: usize = 512;

/// A file without its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    /// What a power cut leaves.
    durable: Vec<u8>,
    /// What a reader sees.
    current: Vec<u8>,
    /// Sectors that were written and not synced.
    dirty: BTreeSet<usize>,
    /// Whether the length was changed and not synced.
    resized: bool,
}

impl Inode {
    pub(super) fn current(&self) -> &[u8] {
        &self.current
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        let start = self.current.len();
        self.current.extend_from_slice(bytes);
        self.dirty.extend(start / SECTOR..self.current.len().div_ceil(SECTOR));
        self.resized = true;
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.current.resize(len, 0);
        self.dirty = self.dirty.iter().copied().filter(|s| s * SECTOR < len).collect();
        self.resized = true;
    }

    /// All that was written reaches the platter.
    pub(super) fn sync(&mut self) {
        if self.resized {
            self.durable.resize(self.current.len(), 0);
        }
        for sector in std::mem::take(&mut self.dirty) {
            copy_sector(&self.current, &mut self.durable, sector);
        }
        self.resized = false;
    }

    /// The sync fails as Linux lets it fail: some sectors reach the platter, the others are
    /// forgotten though readers still see them, and the next sync will succeed without them.
    pub(super) fn fail_sync(&mut self, random: &mut Random) {
        if self.resized && random.coin() {
            self.durable.resize(self.current.len(), 0);
        }
        for sector in std::mem::take(&mut self.dirty) {
            if random.coin() {
                copy_sector(&self.current, &mut self.durable, sector);
            }
        }
        self.resized = false;
    }

    /// The power goes: any part of what was not synced may have reached the platter, in any
    /// order, a sector at a time; the length too, or half of it.
    pub(super) fn lose_power(&mut self, random: &mut Random) {
        if self.resized {
            let len = surviving_len(self.durable.len(), self.current.len(), random);
            self.durable.resize(len, 0);
        }
        let odds = random.below(3);
        for sector in std::mem::take(&mut self.dirty) {
            if odds == 2 || odds == 1 && random.coin() {
                copy_sector(&self.current, &mut self.durable, sector);
            }
        }
        self.current.clone_from(&self.durable);
        self.resized = false;
    }

    /// Rot: flips a bit wherever it lies; nothing where the file is shorter.
    pub(super) fn flip(&mut self, byte: usize, bit: u8) {
        for bytes in [&mut self.durable, &mut self.current] {
            if let Some(byte) = bytes.get_mut(byte) {
                *byte ^= 1_u8.rotate_left(bit.into());
            }
        }
    }
}

fn surviving_len(old: usize, new: usize, random: &mut Random) -> usize {
    let (least, most) = (old.min(new), old.max(new));
    match random.below(4) {
        0 => old,
        1 => least + random.below((most - least) as u64 + 1) as usize,
        _ => new,
    }
}

/// Copies one sector, as far as both have it.
fn copy_sector(from: &[u8], to: &mut [u8], sector: usize) {
    let start = sector * SECTOR;
    let end = (start + SECTOR).min(from.len()).min(to.len());
    let source = from.get(start..end);
    if let (Some(source), Some(target)) = (source, to.get_mut(start..end)) {
        target.copy_from_slice(source);
    }
}
