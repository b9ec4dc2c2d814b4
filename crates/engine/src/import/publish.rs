//! From drafts to live parts, in one frame.

use super::intake::Drafts;
use crate::error::Error;
use crate::followers::lake::{check, clean_up};
use crate::shared::Shared;
use crate::writer::{Job, PartsJob};
use journal::fault::{self, Bug, Phase};
use lake::{Draft, Facts, Numbering, Part, Sealed};
use model::resource::Import;
use model::{AccountId, Change, PartId, SeqRange};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Seals the drafts and commits the parts together with the import as it then stands.
pub(super) fn publish_import(
    shared: &Shared,
    drafts: Drafts,
    import: &Import,
    new_conflicts: u64,
) -> Result<Vec<SeqRange>, Error> {
    let import = import.clone();
    publish(shared, drafts, new_conflicts, move |ranges| {
        let mut import = import;
        import.seqs = merge_ranges(&import.seqs, ranges);
        Change::ImportPut(import)
    })
}

/// Seals the drafts and commits the parts together with how far that brings whoever imports,
/// which may name the numbers of the records.
pub(crate) fn publish(
    shared: &Shared,
    drafts: Drafts,
    new_conflicts: u64,
    progress: impl FnOnce(&[SeqRange]) -> Change + Send + 'static,
) -> Result<Vec<SeqRange>, Error> {
    let unnumbered = seal_all(shared, drafts.into_drafts())?;
    fault::passes(Phase::Import);
    let added: Vec<PartId> = unnumbered.iter().map(|(part, _)| part.meta.id.clone()).collect();
    let changes = move |ranges: &[SeqRange]| {
        let conflicts = Change::ConflictFound { count: new_conflicts };
        let mut changes = vec![progress(ranges)];
        changes.extend((new_conflicts > 0).then_some(conflicts));
        changes
    };
    let (reply, outcome) = sync_channel(1);
    shared.send_patiently(Job::Parts(Box::new(PartsJob {
        numbered: Vec::new(),
        unnumbered,
        removed: Vec::new(),
        sealed: None,
        changes: Box::new(changes),
        reply: Box::new(move |outcome| {
            // The importing thread waits below; there is nobody else to tell.
            let _: Result<(), _> = SyncSender::send(&reply, outcome);
        }),
    })))?;
    let outcome = outcome.recv().map_err(|_| Error::Closed)?;
    if let Err(error) = &outcome {
        clean_up(shared, error, &added);
    }
    Ok(outcome?.into_inner())
}

/// Joins ranges that follow one another.
pub(crate) fn merge_ranges(before: &[SeqRange], after: &[SeqRange]) -> Vec<SeqRange> {
    let mut all: Vec<SeqRange> = before.to_vec();
    for range in after {
        match all.last_mut() {
            Some(last) if last.end() == range.first => last.count += range.count,
            _ => all.push(*range),
        }
    }
    all
}

/// Seals on as many threads as import; each draft is freed as soon as its part is written.
fn seal_all(
    shared: &Shared,
    drafts: Vec<(AccountId, Draft)>,
) -> Result<Vec<(Part, Vec<Facts>)>, Error> {
    let queue = Mutex::new(drafts.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut parts = Vec::new();
        while let Some((owner, draft)) = next() {
            parts.push(seal_one(shared, &owner, draft)?);
        }
        Ok(parts)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..shared.settings.threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().unwrap_or(Err(Error::Internal))?);
        }
        Ok(all)
    })
}

fn seal_one(shared: &Shared, owner: &AccountId, draft: Draft) -> Result<(Part, Vec<Facts>), Error> {
    let Sealed { bytes, meta, facts } = draft.seal(owner, Numbering::ByTime)?;
    let part = shared.write_part(meta, &bytes, Bug::ImportFrameBeforeParts)?;
    check(shared, &part, &facts)?;
    Ok((part, facts))
}
