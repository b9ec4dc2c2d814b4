//! The build that has them.
#![allow(clippy::disallowed_methods, reason = "a build for the crash lab alone")]

use super::{Bug, Phase};
use crate::Error;
use crate::sim::{BuggyDisk, DiskBug};
use model::disk::Disk;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

const BUGS: [(&str, Bug); 12] = [
    ("ack-before-fsync", Bug::AckBeforeFsync),
    ("no-directory-fsync", Bug::NoDirectoryFsync),
    ("unlink-before-manifest", Bug::UnlinkBeforeManifest),
    ("ignored-short-write", Bug::IgnoredShortWrite),
    ("retry-after-failed-fsync", Bug::RetryAfterFailedFsync),
    ("trusted-length", Bug::TrustedLength),
    ("skipped-last-checksum", Bug::SkippedLastChecksum),
    ("dedup-not-persisted", Bug::DedupNotPersisted),
    ("leaf-before-journal", Bug::LeafBeforeJournal),
    ("non-atomic-snapshot", Bug::NonAtomicSnapshot),
    ("cursor-before-effect", Bug::CursorBeforeEffect),
    ("import-frame-before-parts", Bug::ImportFrameBeforeParts),
];

const PHASES: [(&str, Phase); 10] = [
    ("commit", Phase::Commit),
    ("snapshot", Phase::Snapshot),
    ("trim", Phase::Trim),
    ("seal", Phase::Seal),
    ("compaction", Phase::Compaction),
    ("import", Phase::Import),
    ("plan", Phase::Plan),
    ("put", Phase::Put),
    ("digest", Phase::Digest),
    ("body", Phase::Body),
];

/// What the environment asks for, read once.
struct Asked {
    bug: Option<Bug>,
    kill: Option<(Phase, u64)>,
    passed: AtomicU64,
}

fn asked() -> &'static Asked {
    static ASKED: OnceLock<Asked> = OnceLock::new();
    ASKED.get_or_init(|| Asked {
        bug: word("PUGMARK_BUG").and_then(|name| named(&BUGS, &name)),
        kill: word("PUGMARK_KILL_AT").and_then(|place| {
            let (phase, nth) = place.split_once(':')?;
            Some((named(&PHASES, phase)?, nth.parse().ok()?))
        }),
        passed: AtomicU64::new(0),
    })
}

fn word(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|word| !word.is_empty())
}

fn named<T: Copy>(all: &[(&str, T)], name: &str) -> Option<T> {
    all.iter().find(|(known, _)| *known == name).map(|(_, it)| *it)
}

/// Comes by a phase; aborts where that was asked for.
pub fn passes(phase: Phase) {
    let Some((at, nth)) = asked().kill else { return };
    if at == phase && asked().passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
        std::process::abort();
    }
}

/// Whether a bug is turned on.
pub fn has(bug: Bug) -> bool {
    asked().bug == Some(bug)
}

/// The disk, with the bugs of disks that are turned on.
pub fn disk(disk: Arc<dyn Disk>) -> Arc<dyn Disk> {
    let bug = match asked().bug {
        Some(Bug::AckBeforeFsync) => DiskBug::AnswerFirst,
        Some(Bug::NoDirectoryFsync) => DiskBug::IgnoreDirSync,
        Some(Bug::IgnoredShortWrite) => DiskBug::IgnoreShortWrite,
        Some(Bug::RetryAfterFailedFsync) => DiskBug::RetrySync,
        _ => return disk,
    };
    Arc::new(BuggyDisk::new(disk, bug))
}

/// [`Bug::NonAtomicSnapshot`]: the only State there is, written in two halves.
pub(crate) fn save_in_place(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let dir = path.parent().unwrap_or(Path::new(""));
        for name in disk.list(dir)? {
            disk.remove(&dir.join(name))?;
        }
        let file = disk.create(path)?;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        file.append(first)?;
        passes(Phase::Snapshot);
        file.append(second)?;
        file.sync()
    };
    write().map_err(Error::io("write", path))
}
