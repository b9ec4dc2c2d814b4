//! An import from beginning to end.

use super::files::{self, Fingerprint, ImportRequest, LogFile};
use super::intake::{Drafts, Intake, Terms};
use super::publish::publish_import;
use super::tally::Tally;
use crate::derive;
use crate::error::Error;
use crate::shared::Shared;
use formats::cloudtrail::{self, Limits, Reason};
use model::resource::{Done, Import, ImportStatus};
use model::{AccountId, Change, Effect, RecordView, Scan};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

/// How far a running import has got, beyond its last commit.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    files: AtomicU64,
    bytes: AtomicU64,
    records: AtomicU64,
}

impl Progress {
    /// Goes on where an import that was cut off stood.
    fn go_on(&self, import: &Import) {
        self.files.store(import.files_done, Ordering::Relaxed);
        self.bytes.store(import.bytes_done, Ordering::Relaxed);
        self.records.store(import.added, Ordering::Relaxed);
    }

    /// Brings a committed import up to the moment.
    pub(crate) fn show(&self, import: &mut Import) {
        import.files_done = import.files_done.max(self.files.load(Ordering::Relaxed));
        import.bytes_done = import.bytes_done.max(self.bytes.load(Ordering::Relaxed));
        import.added = import.added.max(self.records.load(Ordering::Relaxed));
    }
}

/// An import under way.
pub(crate) struct Run {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    import: Import,
    terms: Terms,
    files: Vec<LogFile>,
    /// Of the files done.
    fingerprint: Fingerprint,
}

/// Finds the files and commits that the import has begun.
pub(crate) fn start(
    shared: &Arc<Shared>,
    progress: &Arc<Progress>,
    request: &ImportRequest,
) -> Result<Run, Error> {
    let mut tally = Tally::default();
    let files = files::find(&request.paths, &mut tally)?;
    let paths: Vec<String> = request.paths.iter().map(|path| path.display().to_string()).collect();
    let (mut import, fingerprint) = match request.resume.then(|| cut_off(shared, &paths, &files)) {
        // What the search leaves out was told before the cut.
        Some(Some(earlier)) => earlier,
        _ => {
            let mut import = begin(shared, paths);
            absorb(&mut import, tally);
            let fingerprint = Fingerprint::new();
            import.done = Some(Done { files: 0, digest: fingerprint.text() });
            (import, fingerprint)
        }
    };
    import.status = ImportStatus::Running;
    import.ended = None;
    import.files_found = files.len() as u64;
    import.bytes_found = files.iter().map(|file| file.bytes).sum();
    put(shared, &import)?;
    progress.go_on(&import);
    let (shared, progress) = (Arc::clone(shared), Arc::clone(progress));
    let (owner, store) = (request.owner.clone(), request.store.clone());
    let terms = Terms { owner, store, ..Terms::default() };
    Ok(Run { shared, progress, import, terms, files, fingerprint })
}

/// The import of the same paths that was cut off or failed, if the files that it did are still
/// the first of those found.
fn cut_off(shared: &Shared, paths: &[String], files: &[LogFile]) -> Option<(Import, Fingerprint)> {
    let state = shared.state();
    let same = |import: &&Import| {
        import.status != ImportStatus::Completed && import.paths == paths && import.done.is_some()
    };
    let import = state.imports().filter(same).max_by_key(|import| import.started)?.clone();
    let done = import.done.as_ref()?;
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(files.get(..usize::try_from(done.files).ok()?)?);
    (fingerprint.text() == done.digest).then_some((import, fingerprint))
}

fn begin(shared: &Shared, paths: Vec<String>) -> Import {
    Import {
        id: shared.env.uuid(),
        paths,
        started: shared.env.now(),
        ended: None,
        status: ImportStatus::Running,
        files_found: 0,
        bytes_found: 0,
        files_done: 0,
        bytes_done: 0,
        added: 0,
        duplicates: 0,
        conflicts: 0,
        skipped: Default::default(),
        seqs: Vec::new(),
        times: None,
        accounts: Default::default(),
        regions: Default::default(),
        done: None,
    }
}

fn put(shared: &Shared, import: &Import) -> Result<(), Error> {
    let change = Change::ImportPut(import.clone());
    crate::engine::commit(shared, |_| ((), Effect::from(change))).wait().map(drop)
}

/// Adds counts to what the import has.
fn absorb(import: &mut Import, tally: Tally) {
    let mut all = Tally {
        added: import.added,
        duplicates: import.duplicates,
        conflicts: import.conflicts,
        outside: 0,
        skipped: std::mem::take(&mut import.skipped),
        times: import.times,
        accounts: std::mem::take(&mut import.accounts),
        regions: std::mem::take(&mut import.regions),
        files_done: import.files_done,
        bytes_done: import.bytes_done,
    };
    all.merge(tally);
    import.added = all.added;
    import.duplicates = all.duplicates;
    import.conflicts = all.conflicts;
    import.skipped = all.skipped;
    import.times = all.times;
    import.accounts = all.accounts;
    import.regions = all.regions;
    import.files_done = all.files_done;
    import.bytes_done = all.bytes_done;
}

impl Run {
    pub(crate) fn id(&self) -> &str {
        &self.import.id
    }

    /// Reads the files and publishes, round by round, until nothing is left.
    pub(crate) fn finish(mut self) -> Result<Import, Error> {
        let outcome = self.rounds();
        if matches!(outcome, Err(Error::Closed)) {
            // It stays as its last frame left it, so that it can go on.
            return outcome.map(|()| self.import);
        }
        self.import.ended = Some(self.shared.env.now());
        if outcome.is_ok() {
            self.import.done = None;
        }
        self.import.status = match &outcome {
            Ok(()) => ImportStatus::Completed,
            Err(error) => ImportStatus::Failed(error.to_string()),
        };
        put(&self.shared, &self.import)?;
        outcome.map(|()| self.import)
    }

    fn rounds(&mut self) -> Result<(), Error> {
        let mut first = self.import.done.as_ref().map_or(0, |done| done.files as usize);
        loop {
            let _turn = self.shared.importing.lock().unwrap_or_else(PoisonError::into_inner);
            let drafts = Drafts::new(&self.shared, self.terms.clone());
            let (tally, next) = self.fill(&drafts, first)?;
            let conflicts = tally.conflicts;
            let mut import = self.import.clone();
            absorb(&mut import, tally);
            self.fingerprint.add(self.files.get(first..next).unwrap_or_default());
            let digest = self.fingerprint.text();
            import.done = Some(Done { files: next as u64, digest });
            let ranges = publish_import(&self.shared, drafts, &import, conflicts)?;
            import.seqs = super::publish::merge_ranges(&import.seqs, &ranges);
            // Only what is published was done: should this round fail, the next try repeats it.
            self.import = import;
            first = next;
            if first >= self.files.len() {
                return Ok(());
            }
        }
    }

    /// Fills drafts from the files from `first` on until they are heavy or no file is left; gives
    /// the first file that is still to be done.
    fn fill(&self, drafts: &Drafts, first: usize) -> Result<(Tally, usize), Error> {
        let shared = &*self.shared;
        let place = AtomicUsize::new(first);
        let next = || self.files.get(place.fetch_add(1, Ordering::Relaxed));
        let work = || {
            let mut worker = Worker::new(shared, drafts, &self.progress);
            while drafts.weight() < shared.settings.draft_bytes && !shared.is_stopping() {
                let Some(file) = next() else { break };
                worker.read(file)?;
            }
            Ok(worker.intake.tally)
        };
        let tallies: Result<Vec<Tally>, Error> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..shared.settings.threads.max(1)).map(|_| scope.spawn(work)).collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, _>| {
                worker.join().unwrap_or(Err(Error::Internal))
            };
            workers.into_iter().map(join).collect()
        });
        let mut all = Tally::default();
        tallies?.into_iter().for_each(|tally| all.merge(tally));
        if shared.is_stopping() {
            return Err(Error::Closed);
        }
        Ok((all, place.into_inner().min(self.files.len())))
    }
}

struct Worker<'a> {
    intake: Intake<'a>,
    progress: &'a Progress,
    limits: Limits,
    scan: Scan,
    text: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared, drafts: &'a Drafts, progress: &'a Progress) -> Self {
        let (limits, scan) = (Limits::default(), Scan::learning());
        Self { intake: Intake::new(shared, drafts), progress, limits, scan, text: Vec::new() }
    }

    fn read(&mut self, file: &LogFile) -> Result<(), Error> {
        let name = file.path.display().to_string();
        let before = self.intake.tally.added;
        match files::read(file, self.limits.file_bytes_max) {
            Ok(bytes) => self.take(&name, &bytes),
            Err(error) => self.intake.tally.unreadable(&file.path, &error),
        }
        if let Some(error) = self.intake.failed.take() {
            return Err(error);
        }
        let tally = &mut self.intake.tally;
        tally.files_done += 1;
        tally.bytes_done += file.bytes;
        self.progress.files.fetch_add(1, Ordering::Relaxed);
        self.progress.bytes.fetch_add(file.bytes, Ordering::Relaxed);
        self.progress.records.fetch_add(tally.added - before, Ordering::Relaxed);
        Ok(())
    }

    fn take(&mut self, name: &str, bytes: &[u8]) {
        self.text.clear();
        let packed = cloudtrail::decompress(bytes, &self.limits, &mut self.text);
        if let Err(skip) = &packed {
            self.intake.tally.skip(skip.reason(), &format!("{name} ({})", skip.detail));
        }
        if packed.is_err() && self.text.is_empty() {
            return;
        }
        let Self { intake, scan, text, .. } = self;
        let outcome = intake.take_all(text, scan);
        for skip in &outcome.skipped {
            // What a cut-off file breaks off with was told already.
            if packed.is_err() && matches!(skip.reason, Reason::DamagedJson | Reason::NotJson) {
                continue;
            }
            let detail = format!("{name} ({})", skip.detail);
            self.intake.tally.skip_many(skip.reason(), &detail, skip.count);
        }
    }
}

/// Imports records that are at hand, each with its owner.
pub(crate) fn records(
    shared: &Arc<Shared>,
    label: &str,
    records: impl Iterator<Item = (AccountId, Vec<u8>)>,
) -> Result<Import, Error> {
    let mut import = begin(shared, vec![label.to_owned()]);
    let _turn = shared.importing.lock().unwrap_or_else(PoisonError::into_inner);
    let drafts = Drafts::new(shared, Terms::default());
    let mut intake = Intake::new(shared, &drafts);
    let mut scan = Scan::learning();
    for (owner, bytes) in records {
        match derive::reads(&bytes, &mut scan) {
            true => intake.take(RecordView::new(&bytes, &scan), &owner),
            false => intake.tally.skip(Reason::NotJson.as_str(), label),
        }
    }
    if let Some(error) = intake.failed {
        return Err(error);
    }
    let (tally, conflicts) = (intake.tally.clone(), intake.tally.conflicts);
    drop(intake.tally);
    absorb(&mut import, tally);
    import.ended = Some(shared.env.now());
    import.status = ImportStatus::Completed;
    let ranges = publish_import(shared, drafts, &import, conflicts)?;
    import.seqs = ranges;
    Ok(import)
}
