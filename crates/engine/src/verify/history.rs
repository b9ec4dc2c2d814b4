//! The journal from its first frame to its last, and the States written out on the way.

use super::report::{Flaw, Report, Verdict};
use super::seqs::Seqs;
use super::steps::Steps;
use crate::State;
use crate::numbers::Numbers;
use crate::runs;
use crate::store::{self, JOURNAL, Replay, STATE, Stored};
use crate::vault::Vault;
use cold::{BlockCache, RunMeta, Store};
use crypt::Keys;
use journal::{Damage, Error, Frame, Journal, Options, Position, Recovery, Refusal, snapshot};
use lake::Entry;
use model::Seq;
use model::disk::Disk;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

const OLDER: &str = "this directory was written by a newer pugmark: verify it with that one";
const READ: &str = "see that this user may read the file, then verify again";
const HISTORY: &str = "keep a copy of the directory as it is; restore journal/, state/ and parts/ \
                       from one and the same backup, then verify again";

/// Blocks of cold State kept in memory while it is read, in bytes.
const BLOCK_BYTES: u64 = 16 << 20;

/// A State that was written out and is whole.
struct Written {
    at: Position,
    path: String,
    stored: Stored,
}

/// Where a directory stands at the end of what could be read of it.
pub(crate) struct Moment {
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
    /// Records that are in no part.
    pub(crate) tail: Vec<Arc<Entry>>,
    /// Runs that the States name which were written out, by their ids.
    pub(crate) runs: BTreeMap<String, RunMeta>,
    /// What retention, resets and the merging of duplicates took, as far as the journal goes back.
    pub(crate) dropped: Seqs,
    /// The first record that the journal could hold; 0 where it was never trimmed.
    pub(crate) from: Seq,
    /// The first record that came in after the State from which it was replayed.
    pub(crate) base: Seq,
    /// Whether the journal was read to its end, so that nothing is known to be unknown.
    pub(crate) is_whole: bool,
    /// The key is another directory's.
    pub(crate) is_locked_out: bool,
}

/// Reads States and journal.
pub(crate) fn read(
    disk: &dyn Disk,
    directory: [u8; 16],
    vault: &Vault,
    keys: Option<&Keys>,
    report: &mut Report,
) -> Moment {
    let mut walk = Walk::new(disk, directory, vault, report);
    let options = Options { through: None, keys: keys.cloned(), ..Options::default() };
    let mut see = |at: Position, frame: Frame| walk.see(at, frame);
    let outcome = Journal::inspect(disk, Path::new(JOURNAL), directory, &options, &mut see);
    walk.finish(outcome)
}

struct Walk<'a> {
    report: &'a mut Report,
    replay: Replay<'a>,
    /// By their places.
    written: Vec<Written>,
    /// States there are, whole or not.
    names: usize,
    steps: Steps,
    runs: BTreeMap<String, RunMeta>,
    base: Seq,
    /// Where the journal begins, once that is known.
    from: Option<Position>,
    /// Nothing was there to begin from, which was told.
    is_stuck: bool,
    /// Nothing shows that there ever was a journal.
    is_new: bool,
}

impl<'a> Walk<'a> {
    fn new(disk: &dyn Disk, directory: [u8; 16], vault: &'a Vault, report: &'a mut Report) -> Self {
        let (written, names) = written(disk, &directory, report);
        let metas = written.iter().flat_map(|it| it.stored.state.cold().runs());
        let runs = metas.map(|run| (run.meta.id.clone(), run.meta.clone())).collect();
        let is_new = names == 0 && !store::has_parts(disk).unwrap_or(true);
        let (replay, steps, base) = (Replay::new(vault), Steps::default(), Seq(0));
        let (from, is_stuck) = (None, false);
        Self { report, replay, written, names, steps, runs, base, from, is_stuck, is_new }
    }

    fn see(&mut self, at: Position, frame: Frame) -> Result<(), Refusal> {
        if self.from.is_none() {
            self.begin(at)?;
        }
        self.report.checked.frames += 1;
        let is_new = frame.number >= self.replay.from;
        if is_new {
            self.replay.state.advance(at.seq);
        }
        self.compare(at);
        if is_new {
            self.steps.check(&frame, &self.replay.state, &self.replay.tail, self.report);
        }
        self.replay.take(frame)?;
        self.report.checked.end = at.frame + 1;
        let sealed_to = self.replay.state.sealed_to();
        self.replay.tail.retain(|entry| entry.seq >= sealed_to);
        Ok(())
    }

    /// Goes on from nothing where the journal was never trimmed, else from the oldest State that
    /// it still leads through: so that the newer ones are compared with what follows from it.
    fn begin(&mut self, at: Position) -> Result<(), Refusal> {
        self.from = Some(at);
        self.steps.begin(at.seq);
        if at.frame == 0 {
            return Ok(());
        }
        if self.names < 2 {
            let found = format!("{} of them", self.names);
            let expected = "two States, as are kept once the journal was trimmed";
            self.report.find(Flaw::new(Verdict::Gap, STATE, expected, found));
        }
        let Some(place) = self.written.iter().position(|it| it.at.frame >= at.frame) else {
            self.is_stuck = true;
            let expected = format!("a State at frame {} or later to go on from", at.frame);
            let flaw = Flaw::new(Verdict::Gap, JOURNAL, expected, "none that is whole");
            self.report.find(flaw.next(HISTORY));
            return Err("there is no State to go on from".into());
        };
        for old in self.written.drain(..place) {
            let at = old.at.frame;
            self.report.note(format!("{} (frame {at}) is older than the journal", old.path));
        }
        if let Some(base) = self.written.first() {
            let Stored { state, numbers } = &base.stored;
            let stored = Stored { state: state.clone(), numbers: numbers.clone() };
            self.base = base.at.seq;
            self.replay.begin(stored, base.at.frame);
        }
        Ok(())
    }

    /// Compares the State written out at this place, if one was, with what was replayed.
    fn compare(&mut self, at: Position) {
        let Some(written) = self.written.iter().find(|it| it.at.frame == at.frame) else {
            return;
        };
        let path = &written.path;
        if written.at != at {
            let expected = format!("the journal as it led to frame {}, {}", at.frame, at.chain);
            let found = format!("a State of another history, {}", written.at.chain);
            let flaw = Flaw::new(Verdict::Fork, path, expected, found);
            return self.report.find(flaw.next(HISTORY));
        }
        if same(&written.stored, &self.replay) {
            // The same, and not in memory.
            *self.replay.state.cold_mut() = written.stored.state.cold().clone();
        } else {
            let expected = format!("State as it follows from the frames before {}", at.frame);
            let flaw = Flaw::new(Verdict::Fork, path, expected, "another State");
            self.report.find(flaw.next(HISTORY));
        }
    }

    fn finish(mut self, outcome: Result<Recovery, Error>) -> Moment {
        let is_whole = match outcome {
            Ok(recovery) => self.end(&recovery),
            // The first start was cut short; what follows says that there is nothing.
            Err(Error::Missing { .. }) if self.is_new => true,
            Err(error) => {
                if !self.is_stuck {
                    refused(error, self.report);
                }
                false
            }
        };
        if !is_whole {
            self.leap();
        }
        self.report.checked.end = self.report.checked.end.max(self.replay.from);
        Moment {
            is_locked_out: self.replay.is_locked_out(),
            state: self.replay.state,
            numbers: self.replay.numbers,
            tail: self.replay.tail,
            runs: self.runs,
            dropped: self.steps.into_dropped(),
            from: self.from.map_or(Seq(0), |from| from.seq),
            base: self.base,
            is_whole,
        }
    }

    /// The journal was read to its end.
    fn end(&mut self, recovery: &Recovery) -> bool {
        if self.from.is_none() && self.begin(recovery.from).is_err() {
            return false;
        }
        let to = recovery.to;
        self.replay.state.advance(to.seq);
        self.compare(to);
        let checked = &mut self.report.checked;
        (checked.segments, checked.end) = (recovery.segments, to.frame);
        checked.torn_bytes = recovery.torn_bytes;
        if recovery.torn_bytes > 0 || recovery.unfinished_segment {
            self.report.note(format!(
                "the journal ends in the middle of frame {} ({} bytes): a crash leaves that, or a \
                 server that is writing; it was never acknowledged",
                to.frame, recovery.torn_bytes
            ));
        }
        let mut is_whole = true;
        for ahead in self.written.iter().filter(|it| it.at.frame > to.frame) {
            is_whole = false;
            let expected = format!("frames to before {}, which {} saw", ahead.at.frame, ahead.path);
            let found = format!("frames to before {}", to.frame);
            let flaw = Flaw::new(Verdict::Truncated, JOURNAL, expected, found);
            self.report.find(flaw.next(HISTORY));
        }
        is_whole
    }

    /// Where the journal could not be read, parts are compared with the newest State.
    fn leap(&mut self) {
        let reached = self.report.checked.end;
        if let Some(newest) = self.written.pop()
            && newest.at.frame > reached
        {
            self.replay.begin(newest.stored, newest.at.frame);
        }
    }
}

/// Reads all States that were written out; gives the whole ones, and how many there are.
fn written(disk: &dyn Disk, directory: &[u8; 16], report: &mut Report) -> (Vec<Written>, usize) {
    let dir = Path::new(STATE);
    let places = match snapshot::places(disk, dir) {
        Ok(places) => places,
        Err(error) => {
            refused(error, report);
            Vec::new()
        }
    };
    let blocks = BlockCache::new(BLOCK_BYTES);
    let home = runs::home(disk, *directory, &blocks);
    let mut written = Vec::new();
    for frame in &places {
        let path = snapshot::path(dir, *frame).display().to_string();
        match snapshot::read(disk, dir, directory, *frame) {
            Ok(snapshot) => match Stored::read(&snapshot) {
                Ok(mut stored) => {
                    // What is wrong with a run is told where all of them are read.
                    let _ = stored.state.cold_mut().attach(&home);
                    written.push(Written { at: snapshot.at, path, stored });
                }
                Err(error) => report.doubt(path, error.to_string(), OLDER),
            },
            Err(error) => refused(error, report),
        }
    }
    report.checked.snapshots = written.len() as u64;
    (written, places.len())
}

/// Whether both say the same. An owner of no records is as good as none.
fn same(stored: &Stored, replay: &Replay<'_>) -> bool {
    let state = |state: &State| serde_json::to_value(state.hot()).ok();
    stored.numbers.frontier == replay.numbers.frontier
        && stored.numbers.owners().eq(replay.numbers.owners())
        && state(&stored.state) == state(&replay.state)
        && same_cold(stored.state.cold(), replay.state.cold())
}

/// Whether both hold the same. Where that cannot be read, the run is told elsewhere.
fn same_cold(stored: &Store, replayed: &Store) -> bool {
    let mut stored = stored.scan(Bound::Unbounded, Bound::Unbounded);
    let mut replayed = replayed.scan(Bound::Unbounded, Bound::Unbounded);
    loop {
        match (stored.next(), replayed.next()) {
            (None, None) => return true,
            (Some(Err(_)), _) | (_, Some(Err(_))) => return true,
            (Some(Ok(one)), Some(Ok(other))) if one == other => {}
            _ => return false,
        }
    }
}

/// What the journal's refusal comes to.
pub(crate) fn refused(error: Error, report: &mut Report) {
    let path = |path: &Path| path.display().to_string();
    match error {
        Error::Damaged { path: file, offset, damage } => {
            let whole = "what was written there";
            let flaw = Flaw::new(verdict(damage), path(&file), whole, damage.to_string());
            report.find(flaw.at(offset));
        }
        Error::WrongDirectory { path: file } => {
            let found = "a file of another directory";
            report.find(Flaw::new(Verdict::Tampered, path(&file), "a file of this one", found));
        }
        Error::Refused { frame, source } => {
            let expected = format!("records that give the ledger which frame {frame} promises");
            let found = format!("{source}: records, the frame or root.key are not what they were");
            let flaw = Flaw::new(Verdict::Tampered, JOURNAL, expected, found);
            report.find(flaw.next(HISTORY));
        }
        Error::Missing { dir } => {
            let flaw = Flaw::new(Verdict::Gap, path(&dir), "a journal", "none");
            report.find(flaw.next(HISTORY));
        }
        Error::Newer { .. } | Error::Unknown { .. } | Error::Encrypted { .. } => {
            report.doubt(JOURNAL, error.to_string(), OLDER);
        }
        error => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            report.doubt(JOURNAL, format!("{error}{}", cause.unwrap_or_default()), READ);
        }
    }
}

const fn verdict(damage: Damage) -> Verdict {
    match damage {
        Damage::Gap { .. } => Verdict::Gap,
        Damage::Chain { .. } => Verdict::Fork,
        _ => Verdict::Tampered,
    }
}
