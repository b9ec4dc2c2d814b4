//! State on disk: written out whole now and then, brought up to date from the journal at start.

use crate::derive;
use crate::error::Error;
use crate::numbers::Numbers;
use crate::shared::PARTS;
use crate::state::State;
use crate::vault::Vault;
use crate::{Settings, runs};
use cold::{BlockCache, Home};
use crypt::Keys;
use journal::snapshot::{self, Snapshot};
use journal::{Frame, Journal, Options, Position, Recovery, Refusal};
use lake::Entry;
use model::disk::Disk;
use model::{Record, Seq};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the journal lies, and where State does.
pub(crate) const JOURNAL: &str = "journal";
pub(crate) const STATE: &str = "state";

/// What a written-out State holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stored {
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
}

impl Stored {
    pub(crate) fn read(snapshot: &Snapshot) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(&snapshot.payload)
    }
}

/// Writes State out. Its cold half was spilled.
pub(crate) fn save(
    disk: &dyn Disk,
    directory: &[u8; 16],
    at: Position,
    state: &State,
    numbers: &Numbers,
) -> Result<(), Error> {
    let stored = Stored { state: state.clone(), numbers: numbers.clone() };
    let payload = serde_json::to_vec(&stored).map_err(|error| Error::Damaged {
        path: STATE.into(),
        what: format!("State cannot be written ({error})"),
    })?;
    let snapshot = Snapshot { at, payload };
    Ok(snapshot::save(disk, Path::new(STATE), directory, &snapshot)?)
}

/// What was found on disk, brought up to date.
pub(crate) struct Found {
    pub(crate) journal: Journal,
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
    /// Records that are in no part.
    pub(crate) tail: Vec<Arc<Entry>>,
    /// Some frames with their first records, for trimming.
    pub(crate) marks: VecDeque<(u64, Seq)>,
    pub(crate) snapshot_frame: u64,
    pub(crate) recovery: Option<Recovery>,
}

/// Reads State and replays the journal over it; makes the journal where there is none. `None`
/// where `vault` has not the key of this directory.
pub(crate) fn load(
    disk: &Arc<dyn Disk>,
    directory: [u8; 16],
    vault: &Vault,
    settings: &Settings,
    blocks: &BlockCache,
    keys: Option<&Keys>,
) -> Result<Option<Found>, Error> {
    let loaded = snapshot::load_newest(&**disk, Path::new(STATE), &directory)?;
    let home = runs::home(&**disk, directory, blocks);
    let mut replay = Replay { spill: Some((home, settings.cold_bytes)), ..Replay::new(vault) };
    let mut options = Options {
        segment_bytes_max: settings.segment_bytes,
        through: Some(Position::start(&directory)),
        keys: keys.cloned(),
    };
    if let Some(loaded) = loaded {
        for path in &loaded.damaged {
            let path = path.display();
            tracing::error!(%path, "a written-out State is damaged; an older one is used");
        }
        options.through = Some(loaded.snapshot.at);
        replay.begin_from(&loaded.snapshot, &home)?;
    }
    let opened = open_journal(disk, directory, &options, &mut replay);
    if replay.is_locked_out() {
        return Ok(None);
    }
    let (journal, recovery) = opened?;
    let Replay { mut state, numbers, mut tail, marks, from, .. } = replay;
    state.advance(journal.position().seq);
    tail.retain(|entry| entry.seq >= state.sealed_to());
    Ok(Some(Found { journal, state, numbers, tail, marks, snapshot_frame: from, recovery }))
}

fn open_journal(
    disk: &Arc<dyn Disk>,
    directory: [u8; 16],
    options: &Options,
    replay: &mut Replay<'_>,
) -> Result<(Journal, Option<Recovery>), Error> {
    let dir = Path::new(JOURNAL);
    let from = replay.from;
    let mut take = |frame: Frame| replay.take(frame);
    match Journal::open(Arc::clone(disk), dir, directory, options, &mut take) {
        Ok((journal, recovery)) => Ok((journal, Some(recovery))),
        // A journal that was there once is not made anew: State remembers frames of it, or there
        // are parts, which a new one would take for nobody's.
        Err(journal::Error::Missing { .. }) if from == 0 && !has_parts(&**disk)? => {
            let journal = Journal::create(Arc::clone(disk), dir, directory, options)?;
            Ok((journal, None))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn has_parts(disk: &dyn Disk) -> Result<bool, Error> {
    let names = disk.list(Path::new(PARTS)).map_err(Error::io("list", PARTS))?;
    Ok(names.iter().any(|name| name.ends_with(".part")))
}

/// State, ledger and tail, brought forward frame by frame.
pub(crate) struct Replay<'a> {
    vault: &'a Vault,
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
    pub(crate) tail: Vec<Arc<Entry>>,
    marks: VecDeque<(u64, Seq)>,
    /// Frames from here on are not in `state` yet.
    pub(crate) from: u64,
    /// Where cold State goes when it takes so many bytes of memory; it stays where nothing may be
    /// written.
    spill: Option<(Home<'a>, usize)>,
}

/// One frame in this many is marked.
pub(crate) const MARK_EVERY: u64 = 16;

impl<'a> Replay<'a> {
    pub(crate) fn new(vault: &'a Vault) -> Self {
        let (state, numbers) = (State::default(), Numbers::default());
        let tail = Vec::new();
        Self { vault, state, numbers, tail, marks: VecDeque::new(), from: 0, spill: None }
    }

    fn begin_from(&mut self, snapshot: &Snapshot, home: &Home<'_>) -> Result<(), Error> {
        let mut stored = Stored::read(snapshot).map_err(|error| Error::Damaged {
            path: PathBuf::from(STATE),
            what: error.to_string(),
        })?;
        stored.state.cold_mut().attach(home)?;
        self.begin(stored, snapshot.at.frame);
        Ok(())
    }

    /// Goes on from State as it was before frame `from`.
    pub(crate) fn begin(&mut self, stored: Stored, from: u64) {
        self.state = stored.state;
        self.numbers = stored.numbers;
        self.from = from;
    }

    /// Whether the vault cannot open what the directory began with.
    pub(crate) fn is_locked_out(&self) -> bool {
        let key = self.state.admin_key();
        key.is_some_and(|key| self.vault.open(&key.id, &key.secret).is_none())
    }

    pub(crate) fn take(&mut self, frame: Frame) -> Result<(), Refusal> {
        if frame.number.is_multiple_of(MARK_EVERY) || self.marks.is_empty() {
            self.marks.push_back((frame.number, frame.first));
        }
        let head = frame.head;
        let is_new = frame.number >= self.from;
        if is_new {
            // A reset goes by the number that was the next one then.
            self.state.advance(frame.first);
            frame.changes.iter().for_each(|change| self.state.apply(change));
            self.numbers.mark();
            self.spill_when_due()?;
        }
        for (seq, record) in (frame.first.0..).map(Seq).zip(frame.records) {
            if is_new || seq >= self.state.sealed_to() {
                self.take_record(seq, record, is_new);
            }
        }
        if !is_new {
            return Ok(());
        }
        self.numbers.jump(&frame.changes)?;
        let frontier = &self.numbers.frontier;
        let same = frontier.size() == head.size && frontier.root().0 == head.root;
        // INVARIANT (one history): what is replayed gives the ledger that was promised.
        same.then_some(()).ok_or_else(|| "the ledger does not add up to the journal's".into())
    }

    fn spill_when_due(&mut self) -> Result<(), cold::Error> {
        match &self.spill {
            Some((home, bytes)) if self.state.cold().memory_bytes() > *bytes => {
                self.state.cold_mut().spill(home).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn take_record(&mut self, seq: Seq, record: Record, is_new: bool) {
        let entry = derive::entry(self.vault, seq, record, false);
        if is_new {
            self.numbers.take(&entry.record.owner, &derive::facts(&entry));
        }
        self.tail.push(Arc::new(entry));
    }
}
