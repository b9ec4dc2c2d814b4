//! One round of an import: some files, one frame.

use super::feed::Feed;
use super::reading::{Done, Failing, WHOLE, Worker};
use super::source::Source;
use super::turn;
use crate::State;
use crate::engine::commit;
use crate::error::Error;
use crate::import::{Drafts, Tally, Terms, publish};
use crate::shared::Shared;
use model::resource::{
    BucketImport, BucketImportStatus, ImportFailure, ImportProgress, StoreStatus,
};
use model::{Change, Effect, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// Files of a round, and how long one takes, in milliseconds: what is killed in the middle is done
/// again.
const FILES_MAX: usize = 4_096;
const ROUND_MS: i64 = 5_000;
/// Threads that read: each may hold a file and its text.
const THREADS_MAX: usize = 4;

const DAY_MS: i64 = 86_400_000;

/// Reads some files and publishes what they hold.
pub(super) fn run(shared: &Arc<Shared>, id: &str) -> Result<(), Error> {
    let _turn = shared.importing.lock().unwrap_or_else(PoisonError::into_inner);
    let state = shared.state();
    let wanted = state.bucket_import(id).filter(|import| import.status.is_under_way());
    let Some(import) = wanted else { return Ok(()) };
    match prepared(shared, &state, import) {
        Ok((source, terms)) => read(shared, import, &source, terms),
        Err(failing) => give_up(shared, import, failing),
    }
}

/// What must be there for every round.
fn prepared<'a>(
    shared: &'a Arc<Shared>,
    state: &'a State,
    import: &BucketImport,
) -> Result<(Source<'a>, Terms), Failing> {
    let gone = || {
        let store = &import.store;
        Failing::new("InactiveEventDataStore", format!("event data store `{store}` is gone"))
    };
    let store = state.event_data_store(&import.store).ok_or_else(gone)?;
    if store.status() == StoreStatus::PendingDeletion {
        return Err(gone());
    }
    let source = Source::of(shared, state, import)?;
    let kept_ms = i64::from(store.retention_days) * DAY_MS;
    let kept = Timestamp(shared.env.now().0.saturating_sub(kept_ms));
    let terms = Terms {
        owner: Some(import.account.clone()),
        store: Some(import.store.clone()),
        start: Some(import.start.map_or(kept, |start| start.max(kept))),
        end: import.end,
    };
    Ok((source, terms))
}

fn read(
    shared: &Arc<Shared>,
    import: &BucketImport,
    source: &Source<'_>,
    terms: Terms,
) -> Result<(), Error> {
    let drafts = Drafts::new(shared, terms);
    let feed = Mutex::new(Feed::new(source, import, FILES_MAX));
    let done = fill(source, &drafts, &feed, &import.id)?;
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (is_over, progress) = (feed.is_over(), advanced(feed.progress, &done));
    let failed = progress.failed;
    let (id, at, failures) = (import.id.clone(), shared.env.now(), done.failures);
    let change = Change::BucketImportAdvanced { id, progress, at, failures };
    publish(shared, drafts, done.tally.conflicts, move |_| change)?;
    let end = match failed {
        0 => BucketImportStatus::Completed,
        _ => BucketImportStatus::Failed,
    };
    if is_over { turn(shared, &import.id, end) } else { Ok(()) }
}

fn advanced(mut progress: ImportProgress, done: &Done) -> ImportProgress {
    progress.files += done.files;
    progress.events += done.tally.added;
    progress.failed = progress.failed.saturating_add_signed(done.newly_failed);
    progress
}

/// Reads files until the drafts are heavy, the time is over, somebody stops the import, or no file
/// is left.
fn fill(
    source: &Source<'_>,
    drafts: &Drafts,
    feed: &Mutex<Feed<'_>>,
    id: &str,
) -> Result<Done, Error> {
    let shared = source.shared;
    let end = shared.env.now().0 + ROUND_MS;
    let next = || feed.lock().unwrap_or_else(PoisonError::into_inner).next();
    let goes_on = || {
        let state = shared.state();
        let is_wanted = state.bucket_import(id).is_some_and(|it| it.status.is_under_way());
        let has_room = drafts.weight() < shared.settings.draft_bytes;
        is_wanted && has_room && !shared.is_stopping() && shared.env.now().0 < end
    };
    let work = || {
        let mut worker = Worker::new(source, drafts);
        while goes_on() {
            let Some(item) = next()? else { break };
            worker.read(&item)?;
        }
        Ok(worker.finish())
    };
    let threads = shared.settings.threads.clamp(1, THREADS_MAX);
    let all: Result<Vec<Done>, Error> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|it| it.join().unwrap_or(Err(Error::Internal))).collect()
    });
    if shared.is_stopping() {
        return Err(Error::Closed);
    }
    Ok(all?.into_iter().fold(Done::default(), joined))
}

fn joined(mut all: Done, other: Done) -> Done {
    all.tally.merge(Tally { skipped: Default::default(), ..other.tally });
    all.files += other.files;
    all.newly_failed += other.newly_failed;
    all.failures.extend(other.failures);
    all
}

/// Ends an import that cannot go on, with a failure of the whole of it.
fn give_up(shared: &Shared, import: &BucketImport, failing: Failing) -> Result<(), Error> {
    let (id, at) = (import.id.clone(), shared.env.now());
    let pending = commit(shared, move |state| {
        let failure: ImportFailure = failing.of(WHOLE, at);
        let is_known = state.import_failure(&id, WHOLE).ok().flatten();
        let is_known = is_known.is_some_and(|it| it.status == failure.status);
        let import = state.bucket_import(&id).filter(|import| import.status.is_under_way());
        let Some(import) = import else { return ((), Effect::default()) };
        let mut import = (**import).clone();
        import.progress.failed += u64::from(!is_known);
        (import.status, import.updated) = (BucketImportStatus::Failed, at);
        let progress = import.progress.clone();
        let failures = vec![failure];
        let changes = vec![
            Change::BucketImportPut(Box::new(import)),
            Change::BucketImportAdvanced { id, progress, at, failures },
        ];
        ((), Effect { changes, ..Effect::default() })
    });
    pending.wait().map(drop)
}
