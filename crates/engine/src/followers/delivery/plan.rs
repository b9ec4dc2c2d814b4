//! Planning: which records go into which file, fixed before anything is put.

use super::round::{Closed, Round};
use super::{Delivery, stage};
use crate::deliveries::Course;
use crate::digest_keys;
use crate::engine::commit;
use crate::error::Error;
use crate::settings::ROUND_PAGE_BYTES;
use journal::fault::{self, Bug, Phase};
use ledger::Hash;
use ledger::digest::{Folder, suffix};
use model::resource::{FileContent, PlannedFile};
use model::{Change, Effect, Seq, Timestamp};
use std::ops::Range;
use std::sync::Arc;

impl Delivery {
    /// Plans all records that came in for a trail, or as many as the disk is to hold.
    pub(super) fn plan(&mut self, trail: &str) -> Result<(), Error> {
        while !self.shared.is_stopping() && self.plan_some(trail)? {}
        Ok(())
    }

    /// Plans the next files; `false` where there is nothing more to plan.
    fn plan_some(&mut self, trail: &str) -> Result<bool, Error> {
        let view = self.shared.view.load_full();
        let Some(course) = view.state.deliveries().course(trail) else { return Ok(false) };
        let Some((era, running)) = course.era_to_read() else { return Ok(false) };
        if course.backlog_bytes() >= self.shared.settings.delivery_backlog_bytes {
            return Ok(false);
        }
        let end = running.end.unwrap_or(view.state.next_seq()).min(view.state.next_seq());
        let seen = self.seen.get(trail).copied().unwrap_or(course.cursor);
        let unseen = course.cursor.max(seen).min(end)..end;
        let (round, cursor) = read(&view.snapshot(), course, unseen)?;
        let files: Vec<Closed> = round.finish().collect();
        let ends_era = running.end == Some(cursor);
        if files.is_empty() && !ends_era {
            self.seen.insert(trail.to_owned(), cursor);
            return Ok(false);
        }
        self.fix(course, era, files, cursor)?;
        Ok(cursor < view.state.next_seq())
    }

    /// Makes a plan durable: first the bytes, then the frame that names them.
    fn fix(
        &self,
        course: &Arc<Course>,
        era: u64,
        files: Vec<Closed>,
        cursor: Seq,
    ) -> Result<(), Error> {
        let now = self.shared.env.now();
        let mut planned = Vec::with_capacity(files.len());
        let is_late = fault::has(Bug::CursorBeforeEffect);
        let _staging = stage::hold(&self.shared);
        for (number, file) in (course.next_file..).zip(&files) {
            let hash = match is_late {
                true => Hash::of_bytes(&file.bytes),
                false => stage::write(&self.shared, &file.bytes)?,
            };
            planned.push(planned_file(course, (number, era), file, hash.to_string(), now));
        }
        fault::passes(Phase::Plan);
        self.commit_plan(course, cursor, planned, Vec::new())?;
        fault::passes(Phase::Plan);
        let mut late = files.iter().filter(|_| is_late);
        late.try_for_each(|file| stage::write(&self.shared, &file.bytes).map(drop))
    }

    /// INVARIANT (one plan): plans are made here only, one after the other, and each stands on the
    /// course that it was made from; of a course that is another meanwhile nothing is committed.
    pub(super) fn commit_plan(
        &self,
        course: &Arc<Course>,
        cursor: Seq,
        files: Vec<PlannedFile>,
        mut changes: Vec<Change>,
    ) -> Result<(), Error> {
        let (trail, base) = (course.trail.id.clone(), course.next_file);
        let before = course.cursor;
        let pending = commit(&self.shared, move |state| {
            if changes.iter().any(|change| digest_keys::is_taken(state, change)) {
                return ((), Effect::default());
            }
            let same = |now: &&Arc<Course>| now.next_file == base && now.cursor == before;
            if state.deliveries().course(&trail).filter(same).is_some() {
                changes.push(Change::DeliveryPlanned { trail, cursor, files });
            }
            ((), Effect { changes, ..Effect::default() })
        });
        pending.wait()?.into_inner();
        Ok(())
    }
}

/// Reads records until there are no more or the files are full; gives the number behind.
fn read(
    snapshot: &lake::Snapshot,
    course: &Course,
    range: Range<Seq>,
) -> Result<(Round, Seq), Error> {
    let mut round = Round::new(&course.trail.home_region);
    let mut next = range.start;
    while next < range.end {
        let page = snapshot.numbered(&course.trail.id, next..range.end, ROUND_PAGE_BYTES)?;
        for found in &page.rows {
            if !round.take(found) {
                return Ok((round, found.place.seq));
            }
        }
        next = page.next;
    }
    Ok((round, next))
}

fn planned_file(
    course: &Course,
    (number, era): (u64, u64),
    file: &Closed,
    file_hash: String,
    now: Timestamp,
) -> PlannedFile {
    let trail = &course.trail;
    let Closed { region, kind, summary, hash, bytes } = file;
    let folder =
        Folder { prefix: trail.prefix.as_deref(), account: trail.account.as_str(), region };
    // INVARIANT (one content a name): the name follows from the content, and no two files of a
    // trail hold the same records.
    let unique = suffix(&[trail.id.as_bytes(), &summary.first.0.to_le_bytes(), hash.as_bytes()]);
    PlannedFile {
        number,
        era,
        region: region.clone(),
        bucket: trail.bucket.clone(),
        object: folder.log_file(*kind, now, &unique),
        text_hash: hash.to_string(),
        file_hash,
        bytes: bytes.len() as u64,
        planned: now,
        content: FileContent::Log {
            records: summary.records,
            first: summary.first,
            last: summary.last,
            oldest: summary.oldest,
            newest: summary.newest,
        },
    }
}
