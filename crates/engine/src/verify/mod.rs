//! Proves or disproves a data directory with the code that the server itself reads it with.
//!
//! Nothing is written, locked or left behind; what a server does meanwhile is not seen. What is
//! checked, what each verdict means and what cannot be told: `docs/verify.md`.

mod archive;
mod bodies;
mod chain;
mod content;
mod deeds;
mod expiry;
mod files;
mod gaps;
mod history;
mod newest;
mod owners;
mod parts;
mod report;
mod runs;
mod seqs;
mod steps;
mod still;
mod strangers;
mod suspicion;

pub use newest::newest_entry;
pub use report::{Checked, Doubt, Flaw, Outcome, Report, Verdict};

use crate::directory::{self, KEY, STAMP, Stamp};
use crate::store::JOURNAL;
use crate::vault::{KEY_LEN, Vault};
use crate::{Env, Error, encryption};
use crypt::{CryptDisk, Keys, RING, RootKey};
use history::Moment;
use journal::{Journal, RealDisk};
use ledger::Subtrees;
use model::PartMeta;
use model::disk::{self, Disk};
use owners::Owners;
use seqs::Seqs;
use std::io;
use std::path::Path;
use still::Still;

const NOTHING: &str = "name the data directory: pugmark verify DIR";
const MAY_READ: &str = "run it as the user whose directory it is, then verify again";
const RESTORE_KEY: &str = "restore root.key from a backup; nothing is lost, but without it the \
                           ledger cannot be proved and the server does not start";

const RESTORE_RING: &str = "restore keys.ring from a backup: without it nothing can be decrypted";
const NAME_KEY: &str = "name the directory's key file with --key-file, then verify again";

/// Verifies the data directory at `path`, also while a server writes to it. Takes as long as
/// reading all of it does.
pub fn verify(path: &Path) -> Report {
    verify_with(path, None)
}

/// As [`verify`], with the key of an encrypted directory.
pub fn verify_with(path: &Path, root: Option<&RootKey>) -> Report {
    match path.is_dir() {
        true => verify_under(&RealDisk::read_only(path.to_owned()), root),
        false => nothing("there is no such directory"),
    }
}

/// As [`verify`], on any disk.
pub fn verify_on(disk: &dyn Disk) -> Report {
    verify_under(disk, None)
}

fn verify_under(disk: &dyn Disk, root: Option<&RootKey>) -> Report {
    let mut report = Report::default();
    match held(disk, root) {
        Ok((still, _)) if still.is_empty() => return nothing("no lake was ever made here"),
        Ok((still, None)) => look(&still, disk, None, &mut report),
        Ok((still, Some(keys))) => {
            look(&still, &CryptDisk::new(disk, keys.clone()), Some(&keys), &mut report);
        }
        Err(Error::Keys(error @ crypt::Error::Damaged { .. })) => {
            let flaw = Flaw::new(Verdict::Tampered, RING, "the key ring", error.to_string());
            report.find(flaw.next(RESTORE_RING));
        }
        Err(error @ (Error::NoRootKey { .. } | Error::Keys(_))) => {
            report.doubt(RING, error.to_string(), NAME_KEY);
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            report.doubt(".", format!("{error}{}", cause.unwrap_or_default()), MAY_READ);
        }
    }
    report.sort();
    report
}

/// A moment, and the keys of all that is held of it: a server may make keys meanwhile.
fn held(disk: &dyn Disk, root: Option<&RootKey>) -> Result<(Still, Option<Keys>), Error> {
    loop {
        let Some(keys) = encryption::keys_of(disk, root)? else {
            return Ok((Still::hold(disk)?, None));
        };
        let still = Still::hold(&CryptDisk::new(disk, keys.clone()))?;
        let later = encryption::keys_of(disk, root)?;
        // A key is made for an owner and a month, so this ends.
        if later.is_none_or(|later| later.count() == keys.count()) {
            return Ok((still, Some(keys)));
        }
    }
}

fn nothing(cause: &str) -> Report {
    let mut report = Report::default();
    report.doubt(".", cause.to_owned(), NOTHING);
    report
}

fn look(disk: &Still, real: &dyn Disk, keys: Option<&Keys>, report: &mut Report) {
    let stamp = stamp(disk, report);
    if stamp.as_ref().is_some_and(Stamp::is_encrypted) && keys.is_none() {
        let flaw = Flaw::new(Verdict::Gap, RING, "the keys of the directory", "no such file");
        return report.find(flaw.next(RESTORE_RING));
    }
    let in_journal = Journal::directory(disk, Path::new(JOURNAL)).ok().flatten();
    let Some(directory) = in_journal.or_else(|| stamp.as_ref().map(Stamp::id)) else {
        return;
    };
    let Some(vault) = vault(disk, report) else {
        return bare(disk, directory, keys, report);
    };
    let moment = history::read(disk, directory, &vault, keys, report);
    if moment.is_locked_out {
        let expected = "the key of this directory";
        let flaw = Flaw::new(Verdict::Tampered, KEY, expected, "another key, or a part of it");
        report.find(flaw.next(RESTORE_KEY));
    }
    birth(&moment, stamp.as_ref(), report);
    let lost = records(disk, &moment, &vault, report);
    runs::check(disk, directory, &moment.runs, report);
    bodies::Look { disk: real, directory, vault: &vault, keys }.check(&moment, report);
    if moment.is_whole && !moment.is_locked_out {
        let look = archive::Look { disk: real, directory, vault: &vault, keys };
        look.check(&moment, disk, &lost, report);
        gaps::check(&moment, disk, &lost, report);
    }
    files::check(disk, &moment, report);
    files::answers(disk, &moment.state, report);
}

/// Without the key, the journal's own chain is all that can be followed.
fn bare(disk: &dyn Disk, directory: [u8; 16], keys: Option<&Keys>, report: &mut Report) {
    let dir = Path::new(JOURNAL);
    let options = journal::Options { keys: keys.cloned(), ..journal::Options::default() };
    match Journal::inspect(disk, dir, directory, &options, &mut |_, _| Ok(())) {
        Ok(recovery) => {
            (report.checked.frames, report.checked.end) = (recovery.frames, recovery.to.frame);
            report.checked.segments = recovery.segments;
        }
        Err(error) => history::refused(error, report),
    }
}

/// The directory's stamp, as far as it can be read.
fn stamp(disk: &dyn Disk, report: &mut Report) -> Option<Stamp> {
    let raw = match disk::read_all(disk, Path::new(STAMP)) {
        Ok(raw) => raw,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let expected = "the directory's stamp: there is a journal";
            report.find(Flaw::new(Verdict::Gap, STAMP, expected, "no such file"));
            return None;
        }
        Err(error) => {
            report.doubt(STAMP, error.to_string(), MAY_READ);
            return None;
        }
    };
    match directory::read_stamp(&raw, Path::new("")) {
        Ok(stamp) => {
            if stamp.as_made() != raw {
                let expected = String::from_utf8_lossy(&stamp.as_made()).into_owned();
                let found = String::from_utf8_lossy(&raw).into_owned();
                report.find(Flaw::new(Verdict::Tampered, STAMP, expected, found));
            }
            Some(stamp)
        }
        Err(error @ Error::NewerFormat { .. }) => {
            report.doubt(STAMP, error.to_string(), "verify it with the pugmark that wrote it");
            None
        }
        Err(error) => {
            let expected = "the directory's stamp";
            report.find(Flaw::new(Verdict::Tampered, STAMP, expected, error.to_string()));
            None
        }
    }
}

fn vault(disk: &dyn Disk, report: &mut Report) -> Option<Vault> {
    let (verdict, found) = match disk::read_all(disk, Path::new(KEY)) {
        Ok(key) => match Vault::new(&key, Env::system()) {
            Some(vault) if key.len() == KEY_LEN => return Some(vault),
            _ => (Verdict::Tampered, format!("{}", key.len())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (Verdict::Gap, "no such file".to_owned())
        }
        Err(error) if disk::is_rot(&error) => (Verdict::Tampered, error.to_string()),
        Err(error) => {
            report.doubt(KEY, error.to_string(), MAY_READ);
            return None;
        }
    };
    let expected = format!("a key of {KEY_LEN} bytes");
    report.find(Flaw::new(verdict, KEY, expected, found).next(RESTORE_KEY));
    None
}

/// The stamp says how the directory began, and so does its first frame.
fn birth(moment: &Moment, stamp: Option<&Stamp>, report: &mut Report) {
    let Some(birth) = moment.state.birth() else {
        if report.flaws.is_empty() {
            report.doubt(JOURNAL, "nothing was ever recorded here".to_owned(), NOTHING);
        }
        return;
    };
    let Some(stamp) = stamp else { return };
    if stamp.name() != birth.directory || stamp.dev != birth.dev {
        let expected = format!("directory {}, dev {}", birth.directory, birth.dev);
        let found = format!("directory {}, dev {}", stamp.name(), stamp.dev);
        report.find(Flaw::new(Verdict::Tampered, STAMP, expected, found));
    }
}

/// Every record: in one place, under one number, and a leaf of the ledger. Gives the numbers that
/// are missing for no reason.
fn records(disk: &Still, moment: &Moment, vault: &Vault, report: &mut Report) -> Seqs {
    let parts: Vec<&PartMeta> = moment.state.parts().collect();
    let before = report.flaws.len();
    let (mut owners, mut unexplained) = (Owners::default(), Seqs::default());
    if moment.is_whole && !moment.is_locked_out {
        let missing = numbers(moment, &parts, report);
        unexplained = lost(moment, &missing);
        report.checked.records_gone = missing.count();
        owners = Owners::count(&parts, &moment.tail, &missing, &moment.numbers, report);
    }
    let mut subtrees = Subtrees::default();
    parts::check(disk, &parts, vault, &owners, report, &mut |leaves| {
        leaves.into_iter().for_each(|(seq, leaf)| subtrees.insert(seq, leaf));
    });
    if !moment.is_whole {
        return unexplained;
    }
    for entry in &moment.tail {
        report.checked.tail_records += 1;
        if let Some(number) = owners.number(&entry.record.owner, entry.seq) {
            let facts = crate::derive::facts(entry);
            let leaf = crate::derive::leaf(&entry.record.owner, number, &facts);
            subtrees.insert(entry.seq.0, leaf);
        }
    }
    let is_whole = report.flaws.len() == before && report.doubts.is_empty();
    owners::compare(&moment.numbers.frontier, &subtrees, owners.cut, is_whole, report);
    report.checked.leaves_alone = leaves_alone(report);
    unexplained
}

fn leaves_alone(report: &Report) -> u64 {
    let checked = &report.checked;
    (checked.part_records + checked.tail_records).saturating_sub(checked.leaves)
}

/// No number is there twice, and none is missing but what was let go of; gives those missing.
fn numbers(moment: &Moment, parts: &[&PartMeta], report: &mut Report) -> Seqs {
    let in_parts = Seqs::of(parts.iter().flat_map(|part| &part.seqs));
    let in_tail = Seqs::each(moment.tail.iter().map(|entry| entry.seq));
    let held = in_parts.with(&in_tail);
    let rows: u64 = parts.iter().map(|part| part.rows).sum();
    if held.count() != rows + moment.tail.len() as u64 {
        let expected = format!("{} record numbers", rows + moment.tail.len() as u64);
        let found = format!("{}, so some stand for two records", held.count());
        report.find(Flaw::new(Verdict::Tampered, JOURNAL, expected, found));
    }
    let next = moment.state.next_seq().0;
    let strange = held.from(next);
    if !strange.is_empty() {
        let expected = format!("record numbers below {next}");
        report.find(Flaw::new(Verdict::Fork, JOURNAL, expected, format!("also {strange}")));
    }
    let missing = Seqs::between(0, next).without(&held);
    let lost = lost(moment, &missing);
    if !lost.is_empty() {
        let expected = format!("records {lost} in a part or in the journal");
        report.find(Flaw::new(Verdict::Gap, JOURNAL, expected, "in neither"));
    }
    missing
}

/// The missing numbers that nothing explains. What was let go of before the State from which the
/// journal is replayed is told nowhere any more.
///
/// INVARIANT (no gap): no frame is trimmed that holds a record which is in no part; so what is not
/// sealed is in the journal.
fn lost(moment: &Moment, missing: &Seqs) -> Seqs {
    let unexplained = missing.without(&moment.dropped);
    let unsealed = unexplained.from(moment.state.sealed_to().0);
    let trimmed = unsealed.without(&unsealed.from(moment.from.0));
    unexplained.from(moment.base.0).with(&trimmed)
}
