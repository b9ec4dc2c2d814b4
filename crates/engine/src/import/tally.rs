//! What an import found, counted.

use formats::cloudtrail::Reason;
use model::resource::Skipped;
use model::{AccountId, Timestamp};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Names kept for each reason, and accounts and regions counted.
const NAMES_MAX: usize = 10;
const KEYS_MAX: usize = 10_000;

/// Counts of one worker, or of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) added: u64,
    pub(crate) duplicates: u64,
    pub(crate) conflicts: u64,
    /// Records of times that were not asked for.
    pub(crate) outside: u64,
    pub(crate) skipped: BTreeMap<String, Skipped>,
    pub(crate) times: Option<(Timestamp, Timestamp)>,
    pub(crate) accounts: BTreeMap<AccountId, u64>,
    pub(crate) regions: BTreeMap<String, u64>,
    pub(crate) files_done: u64,
    pub(crate) bytes_done: u64,
}

impl Tally {
    /// Whether nothing was skipped.
    pub(crate) fn is_clean(&self) -> bool {
        self.skipped.is_empty()
    }

    pub(crate) fn skip(&mut self, reason: &str, name: &str) {
        self.skip_many(reason, name, 1);
    }

    pub(crate) fn skip_many(&mut self, reason: &str, name: &str, count: u64) {
        let skipped = self.skipped.entry(reason.to_owned()).or_default();
        skipped.count += count;
        if skipped.names.len() < NAMES_MAX {
            skipped.names.push(name.to_owned());
        }
    }

    pub(crate) fn unreadable(&mut self, path: &Path, error: &io::Error) {
        self.skip(Reason::Unreadable.as_str(), &format!("{} ({error})", path.display()));
    }

    pub(crate) fn saw(&mut self, owner: &AccountId, region: Option<&str>, time: Timestamp) {
        let times = self.times.get_or_insert((time, time));
        *times = (times.0.min(time), times.1.max(time));
        count(&mut self.accounts, owner);
        match self.regions.get_mut(region.unwrap_or_default()) {
            Some(count) => *count += 1,
            None => count(&mut self.regions, &region.unwrap_or_default().to_owned()),
        }
    }

    /// Adds another's counts.
    pub(crate) fn merge(&mut self, other: Self) {
        self.added += other.added;
        self.duplicates += other.duplicates;
        self.conflicts += other.conflicts;
        self.outside += other.outside;
        self.files_done += other.files_done;
        self.bytes_done += other.bytes_done;
        for (reason, skipped) in other.skipped {
            let ours = self.skipped.entry(reason).or_default();
            ours.count += skipped.count;
            let room = NAMES_MAX.saturating_sub(ours.names.len());
            ours.names.extend(skipped.names.into_iter().take(room));
        }
        if let Some((first, last)) = other.times {
            let times = self.times.get_or_insert((first, last));
            *times = (times.0.min(first), times.1.max(last));
        }
        add(&mut self.accounts, other.accounts);
        add(&mut self.regions, other.regions);
    }
}

fn count<K: Ord + Clone>(counts: &mut BTreeMap<K, u64>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count += 1;
    } else if counts.len() < KEYS_MAX {
        counts.insert(key.clone(), 1);
    }
}

fn add<K: Ord>(ours: &mut BTreeMap<K, u64>, theirs: BTreeMap<K, u64>) {
    for (key, count) in theirs {
        *ours.entry(key).or_default() += count;
    }
}
