//! The lake follower: carries the tail into parts, merges small parts, drops what retention
//! lets go. At-least-once: parts are named for their content, so doing it again writes the same.

use crate::derive;
use crate::error::Error;
use crate::shared::{PARTS, Shared};
use crate::view::Closed;
use crate::writer::{Job, PartsJob};
use formats::cloudtrail;
use journal::fault::{self, Bug, Phase};
use lake::{Draft, Entry, Facts, Generation, Numbering, Part, Reader, Row, Sealed};
use model::{AccountId, PartId, PartMeta, RecordView, Scan, Seq, SeqRange};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};

/// Parts merged at one time.
const MERGE_MAX: usize = 8;
/// Fewest parts of about one size that are worth merging.
const MERGE_MIN: usize = 4;
/// Bytes of the parts merged at one time.
const MERGE_BYTES_MAX: u64 = 128 << 20;
/// A part of this many rows is left alone.
const MERGED_ROWS: u64 = 262_144;

const DAY_MS: i64 = 86_400_000;

/// Seals what the tail holds now, and waits until the parts are durable and live.
pub(crate) fn seal(shared: &Shared) -> Result<usize, Error> {
    let _turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    // What could not be sealed the last time goes first.
    let mut count = seal_closed(shared)?;
    if !shared.view.load().active.is_empty() {
        let (reply, rotated) = sync_channel(1);
        shared.send_patiently(Job::Rotate(reply))?;
        rotated.recv().map_err(|_| Error::Closed)?;
        count += seal_closed(shared)?;
    }
    Ok(count)
}

/// Seals the generations that take no more records, oldest first.
fn seal_closed(shared: &Shared) -> Result<usize, Error> {
    let closed = shared.view.load().sealing.clone();
    let mut count = 0;
    for closed in closed {
        let numbered = write_generation(shared, &closed.generation)?;
        fault::passes(Phase::Seal);
        count += closed.generation.len();
        replace(shared, numbered, Vec::new(), Some(closed))?;
    }
    Ok(count)
}

/// Seals as it falls due.
pub(crate) fn seal_when_due(shared: &Shared) -> Result<(), Error> {
    match is_due(shared) {
        true => seal(shared).map(drop),
        false => Ok(()),
    }
}

/// Merges where that is to be done in the background. Records that hardly take room in a part may
/// take too much in one draft; merging then ends until the next start, for it would fail again.
pub(crate) fn compact_when_wanted(shared: &Shared) -> Result<(), Error> {
    if !shared.settings.compaction || shared.merging_ended.load(Ordering::Relaxed) {
        return Ok(());
    }
    match compact(shared) {
        Err(Error::Lake(error @ lake::Error::TooLarge { .. })) => {
            tracing::warn!(%error, "some parts cannot be merged; small parts stay small");
            shared.merging_ended.store(true, Ordering::Relaxed);
            Ok(())
        }
        outcome => outcome.map(drop),
    }
}

/// Reads ahead, for look-ups, what parts hold, newest first, while there is room in the cache; and
/// what the writer asks of every part, so that it never waits for the disk.
pub(crate) fn warm(shared: &Shared) -> Result<(), Error> {
    if !shared.settings.read_ahead {
        return Ok(());
    }
    let mut parts: Vec<Arc<Part>> = shared.view.load().parts.to_vec();
    parts.sort_by_key(|part| std::cmp::Reverse(part.meta.time_max));
    let has_room = || shared.cache.weight() <= shared.settings.cache_bytes / 2;
    for part in &parts {
        if !has_room() || shared.is_stopping() {
            break;
        }
        part.warm()?;
    }
    // Counting takes longer than reading: one part at a time, so that whoever asks meanwhile does
    // not wait for it.
    if has_room()
        && let Some(part) = parts.iter().find(|part| !part.is_counted())
    {
        part.count_ahead()?;
    }
    let view = shared.view.load();
    for part in view.parts.iter().take_while(|_| !shared.is_stopping()) {
        part.note_puts()?;
    }
    Ok(())
}

/// Whether the tail is full or old enough to be sealed, or was to be and could not.
fn is_due(shared: &Shared) -> bool {
    let view = shared.view.load();
    let (active, settings) = (&view.active, &shared.settings);
    let age_ms = active.oldest().map_or(0, |oldest| shared.env.now().0 - oldest.0);
    let is_waiting = !view.sealing.is_empty();
    let is_full = !active.is_empty()
        && (active.len() >= settings.seal_records
            || active.bytes() >= settings.seal_bytes
            || age_ms >= settings.seal_age_ms);
    is_waiting || is_full
}

fn write_generation(shared: &Shared, generation: &Generation) -> Result<Vec<Part>, Error> {
    let mut groups: BTreeMap<(AccountId, i32), Vec<Arc<Entry>>> = BTreeMap::new();
    for entry in generation.entries() {
        let key = (entry.record.owner.clone(), entry.time.month());
        groups.entry(key).or_default().push(entry);
    }
    let mut parts = Vec::new();
    for ((owner, _), entries) in groups {
        for chunk in entries.chunks(lake::ROWS_MAX / 4) {
            parts.push(write_entries(shared, &owner, chunk)?);
        }
    }
    Ok(parts)
}

fn write_entries(
    shared: &Shared,
    owner: &AccountId,
    entries: &[Arc<Entry>],
) -> Result<Part, Error> {
    let mut draft = Draft::default();
    for entry in entries {
        entry.with_row(|row| draft.push(row))?;
    }
    let seqs = ranges(entries.iter().map(|entry| entry.seq));
    finish(shared, draft, owner, seqs, 0)
}

/// Seals a draft whose rows have numbers, writes it, and reads it back whole before anything
/// may rely on it.
fn finish(
    shared: &Shared,
    draft: Draft,
    owner: &AccountId,
    seqs: Vec<SeqRange>,
    level: u8,
) -> Result<Part, Error> {
    let Sealed { bytes, mut meta, facts } = draft.seal(owner, Numbering::ByPush)?;
    meta.seqs = seqs;
    meta.level = level;
    let part = shared.write_part(meta, &bytes, Bug::CursorBeforeEffect)?;
    check(shared, &part, &facts)?;
    // The writer asks each part for what comes again: it should not have to read it first.
    part.note_puts()?;
    Ok(part)
}

/// Reads a new part back whole, past the cache, before anything may rely on it.
pub(crate) fn check(shared: &Shared, part: &Part, facts: &[Facts]) -> Result<(), Error> {
    let part = Arc::new(shared.open_aside(part.meta.clone())?);
    Ok(Reader::sequential(&part)?.check(facts)?)
}

/// Consecutive numbers as ranges.
fn ranges(seqs: impl Iterator<Item = Seq>) -> Vec<SeqRange> {
    let mut ranges: Vec<SeqRange> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some(range) if range.end() == seq => range.count += 1,
            _ => ranges.push(SeqRange { first: seq, count: 1 }),
        }
    }
    ranges
}

/// Puts parts in and takes parts out; removes the files of those that went.
fn replace(
    shared: &Shared,
    numbered: Vec<Part>,
    removed: Vec<PartId>,
    sealed: Option<Closed>,
) -> Result<(), Error> {
    let (reply, outcome) = sync_channel(1);
    let added: Vec<PartId> = numbered.iter().map(|part| part.meta.id.clone()).collect();
    let answer = move |outcome: Result<_, Error>| {
        // Whoever asked waits below; there is nobody else to tell.
        let _: Result<(), _> = SyncSender::send(&reply, outcome.map(|_| ()));
    };
    shared.send_patiently(Job::Parts(Box::new(PartsJob {
        numbered,
        unnumbered: Vec::new(),
        removed: removed.clone(),
        sealed,
        changes: Box::new(|_| Vec::new()),
        reply: Box::new(answer),
    })))?;
    let outcome = outcome.recv().map_err(|_| Error::Closed)?;
    if let Err(error) = &outcome {
        clean_up(shared, error, &added);
    }
    outcome?;
    if !removed.is_empty() {
        fault::passes(Phase::Compaction);
    }
    unlink(shared, &removed);
    Ok(())
}

/// Removes the files of parts that were refused a place on the manifest. After any other error
/// they may have one.
pub(crate) fn clean_up(shared: &Shared, error: &Error, added: &[PartId]) {
    if matches!(error, Error::NoSpace | Error::Overtaken | Error::TooLarge { .. }) {
        unlink(shared, added);
    }
}

/// INVARIANT (manifest first): a file goes only after the frame that takes it off the manifest
/// is durable. Open snapshots keep reading it through their own handle. What merging left the
/// same has the same name, and stays.
pub(crate) fn unlink(shared: &Shared, removed: &[PartId]) {
    let state = shared.state();
    let gone = removed.iter().filter(|id| state.part(id).is_none());
    gone.for_each(|id| remove_file(shared, id));
}

fn remove_file(shared: &Shared, id: &PartId) {
    let path = PathBuf::from(PARTS).join(id.file_name());
    if let Err(error) = shared.disk.remove(&path) {
        tracing::warn!(%error, path = %path.display(), "an old part was not removed");
    }
}

/// Merges one group of small parts; `false` where there was none.
pub(crate) fn compact(shared: &Shared) -> Result<bool, Error> {
    let _turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let state = shared.state();
    let group = mergeable(state.parts(), shared.crypt.is_some());
    let Some(first) = group.first() else {
        return Ok(false);
    };
    let level = group.iter().map(|part| part.level).max().unwrap_or(0).saturating_add(1);
    let aside = |part: &&PartMeta| shared.open_aside(PartMeta::clone(part)).map(Arc::new);
    let read = group.iter().map(aside).collect::<Result<Vec<_>, _>>()?;
    let (draft, seqs) = merge(shared, &read)?;
    let part = finish(shared, draft, &first.owner, seqs, level)?;
    let removed: Vec<PartId> = group.iter().map(|part| part.id.clone()).collect();
    if fault::has(Bug::UnlinkBeforeManifest) {
        removed.iter().for_each(|id| remove_file(shared, id));
    }
    fault::passes(Phase::Compaction);
    replace(shared, vec![part], removed, None)?;
    Ok(true)
}

/// Parts of one owner and month whose sizes are within a factor of four: merging those rewrites
/// each record a number of times that grows with the logarithm of the whole. Empty where there
/// are none. Where parts have keys, only those of one key are merged: otherwise destroying it
/// would leave some of its records, or take others.
fn mergeable<'a>(parts: impl Iterator<Item = &'a PartMeta>, has_keys: bool) -> Vec<&'a PartMeta> {
    let mut groups: BTreeMap<(&AccountId, i32, u32, i32), Vec<&PartMeta>> = BTreeMap::new();
    for part in parts.filter(|part| part.rows < MERGED_ROWS) {
        let size = part.rows.max(256).ilog2() / 2;
        let key = if has_keys { part.ingested_max.month() } else { 0 };
        groups.entry((&part.owner, part.time_min.month(), size, key)).or_default().push(part);
    }
    let worth = groups.into_values().filter(|group| group.len() >= MERGE_MIN);
    // A part merged with itself is itself: that would never end.
    worth.map(first_few).find(|group| group.len() > 1).unwrap_or_default()
}

/// The earliest of a group, as many as one draft may hold.
fn first_few(mut group: Vec<&PartMeta>) -> Vec<&PartMeta> {
    group.sort_by_key(|part| part.seqs.first().map(|range| range.first));
    let (mut rows, mut bytes) = (0, 0);
    let fits = |part: &&PartMeta| {
        rows += part.rows;
        bytes += part.bytes;
        rows <= lake::ROWS_MAX as u64 && bytes <= MERGE_BYTES_MAX
    };
    group.into_iter().take_while(fits).take(MERGE_MAX).collect()
}

/// Reads the rows of some parts in order of their numbers into one draft. What came twice with
/// the same bytes stays once.
fn merge(shared: &Shared, group: &[Arc<Part>]) -> Result<(Draft, Vec<SeqRange>), Error> {
    let mut rows = Vec::new();
    for (place, part) in group.iter().enumerate() {
        for row in 0..part.rows() {
            rows.push((part.seq(row)?, place, row));
        }
    }
    rows.sort_unstable();
    let mut merging = Merging::default();
    let mut readers = group.iter().map(Reader::sequential).collect::<Result<Vec<_>, _>>()?;
    let stores = group.iter().map(|part| part.memberships()).collect::<Result<Vec<_>, _>>()?;
    for (seq, place, row) in rows {
        if let (Some(part), Some(reader)) = (group.get(place), readers.get_mut(place)) {
            merging.bytes.clear();
            reader.record(row, &mut merging.bytes)?;
            let stores = stores.get(place).and_then(Option::as_ref);
            let stores = stores.and_then(|stores| stores.of(row));
            merging.take(shared, part, seq, row, stores)?;
        }
    }
    Ok((merging.draft, ranges(merging.seqs.into_iter())))
}

#[derive(Default)]
struct Merging {
    draft: Draft,
    seqs: Vec<Seq>,
    seen: HashSet<[u8; 32]>,
    scan: Scan,
    bytes: Vec<u8>,
}

impl Merging {
    fn take(
        &mut self,
        shared: &Shared,
        part: &Part,
        seq: Seq,
        row: u32,
        stores: Option<&str>,
    ) -> Result<(), Error> {
        let id = part.id(row)?;
        let payload = derive::payload(&shared.vault, id, &self.bytes);
        if !self.seen.insert(payload) {
            return Ok(());
        }
        derive::scan(&self.bytes, &mut self.scan);
        let view = RecordView::new(&self.bytes, &self.scan);
        let mut found = Vec::new();
        cloudtrail::resources(&view, &mut found);
        let resources: Vec<(&str, &str)> = found.iter().map(|r| (&*r.kind, &*r.name)).collect();
        let username = cloudtrail::username(&view);
        let row = Row {
            view,
            id,
            time: part.time(row)?,
            ingested: part.ingested(row)?,
            flags: part.flags(row)?,
            username: username.as_deref(),
            resources: &resources,
            stores,
            payload,
        };
        self.draft.push(&row)?;
        self.seqs.push(seq);
        Ok(())
    }
}

/// Drops the parts whose every record came in too long ago, and that no trail waits for.
pub(crate) fn retain(shared: &Shared) -> Result<usize, Error> {
    let Some(days) = shared.settings.retention_days else {
        return Ok(0);
    };
    let _turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let before = shared.env.now().0 - i64::from(days) * DAY_MS;
    let view = shared.view.load();
    let mut removed: Vec<PartId> = Vec::new();
    for part in view.parts.iter().filter(|part| part.meta.ingested_max.0 < before) {
        if !super::delivery::is_needed(&view, part)? {
            removed.push(part.meta.id.clone());
        }
    }
    if removed.is_empty() {
        return Ok(0);
    }
    let count = removed.len();
    replace(shared, Vec::new(), removed, None)?;
    Ok(count)
}

/// Removes files of parts that the manifest does not name: an attempt that a crash cut short.
pub(crate) fn remove_orphans(shared: &Shared) -> Result<(), Error> {
    let state = shared.state();
    let names = shared.disk.list(Path::new(PARTS)).map_err(Error::io("list", PARTS))?;
    for name in names {
        let id = name.strip_suffix(".part").map(|id| PartId(id.to_owned()));
        if id.is_some_and(|id| state.part(&id).is_some()) {
            continue;
        }
        let path = PathBuf::from(PARTS).join(&name);
        shared.disk.remove(&path).map_err(Error::io("remove", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    /// Parts of the same owner and month with these (rows, bytes).
    fn parts(owner: &str, sizes: &[(u64, u64)]) -> Vec<PartMeta> {
        let part = |(place, (rows, bytes)): (u64, &(u64, u64))| PartMeta {
            id: PartId(format!("{owner}-{place}")),
            owner: AccountId::parse(owner).unwrap(),
            rows: *rows,
            bytes: *bytes,
            seqs: vec![SeqRange { first: Seq(place * 1_000_000), count: *rows }],
            time_min: Timestamp(0),
            time_max: Timestamp(1),
            ingested_min: Timestamp(0),
            ingested_max: Timestamp(1),
            level: 0,
        };
        (0..).zip(sizes).map(part).collect()
    }

    fn check(parts: &[PartMeta], expected: &[&str]) {
        for has_keys in [false, true] {
            let merged = mergeable(parts.iter(), has_keys);
            let merged: Vec<&str> = merged.iter().map(|part| &*part.id.0).collect();
            assert_eq!(merged, expected);
        }
    }

    #[test]
    fn merges_at_least_four_and_at_most_eight_of_a_size() {
        check(&parts("a", &[(100, 9); 3]), &[]);
        check(&parts("a", &[(100, 9); 4]), &["a-0", "a-1", "a-2", "a-3"]);
        check(&parts("a", &[(10, 9), (9_000, 9), (90_000, 9), (20, 9), (30, 9)]), &[]);
        assert_eq!(mergeable(parts("a", &[(100, 9); 20]).iter(), false).len(), 8);
    }

    #[test]
    fn keeps_months_of_entry_apart_where_each_has_a_key() {
        let mut all = parts("a", &[(100, 9); 6]);
        for part in all.iter_mut().take(3) {
            part.ingested_max = Timestamp(40 * 86_400_000);
        }
        assert_eq!(mergeable(all.iter(), false).len(), 6);
        assert_eq!(mergeable(all.iter(), true).len(), 0);
        all.push(all[0].clone());
        assert_eq!(mergeable(all.iter(), true).len(), 4);
    }

    #[test]
    fn never_takes_more_than_one_draft_holds() {
        let rows = parts("a", &[(260_000, 9); 8]);
        check(&rows, &["a-0", "a-1", "a-2", "a-3"]);
        let bytes = parts("a", &[(90_000, 60 << 20); 8]);
        check(&bytes, &["a-0", "a-1"]);
    }

    #[test]
    fn leaves_parts_that_are_too_large_to_merge_and_takes_others() {
        let large = parts("a", &[(90_000, 100 << 20); 8]);
        check(&large, &[]);
        let both = [large, parts("b", &[(100, 9); 4])].concat();
        check(&both, &["b-0", "b-1", "b-2", "b-3"]);
        check(&parts("a", &[(262_144, 9); 8]), &[]);
    }
}
