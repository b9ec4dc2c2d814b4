//! The delivery follower: writes the records of trails into files, puts them into their buckets,
//! and signs the digests that list them.
//!
//! A file is planned first: its bytes lie below `delivery/` and are durable, then one frame fixes
//! its name and hash and moves the trail's cursor. Only then is it put, and one more frame confirms
//! that. Whatever happens between, the same bytes are put under the same name again.

mod digests;
pub(crate) mod own;
mod own_record;
pub(crate) mod pauses;
mod plan;
mod put;
mod road;
mod round;
pub(crate) mod stage;

use crate::archive::Archive;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::View;
use lake::{Part, Snapshot};
use model::{Seq, Timestamp};
use pauses::Pauses;
use road::Road;
use std::collections::HashMap;
use std::sync::Arc;

/// Delivers, a step at a time. What it remembers itself may be lost.
#[derive(Debug)]
pub struct Delivery {
    shared: Arc<Shared>,
    pauses: Pauses,
    /// By trail: no record of it lies between its cursor and this number.
    seen: HashMap<String, Seq>,
    /// When records were last planned.
    planned: Option<Timestamp>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Files and digests put.
    pub put: u64,
    /// Files and digests that their buckets refused.
    pub refused: u64,
    /// Files and digests given up.
    pub dropped: u64,
}

impl Delivery {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        let (pauses, seen) = (Pauses::default(), HashMap::new());
        Self { shared: Arc::clone(shared), pauses, seen, planned: None }
    }

    /// Does what is due now: plans what came in, puts what was planned, signs what is to be signed.
    /// What fails of one trail keeps no other from its turn. Files for buckets of others are
    /// planned and signed here, too, and put by [`Self::step_outside`].
    ///
    /// # Errors
    /// The first trouble with our own disk, after everything was tried.
    pub fn step(&mut self, archive: &dyn Archive) -> Result<Delivered, Error> {
        let now = self.shared.env.now();
        let is_due = self.is_due(now);
        if is_due {
            self.planned = Some(now);
        }
        let trails = self.trails();
        self.seen.retain(|trail, _| trails.contains(trail));
        let (mut done, mut failed) = (Delivered::default(), None);
        let road = Road::Here(archive);
        for trail in &trails {
            if let Err(error) = self.serve(trail, is_due, road, &mut done) {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(done), Err)
    }

    /// Puts what was planned for one bucket of others, and nothing else.
    ///
    /// # Errors
    /// Those of [`Self::step`].
    pub fn step_outside(
        &mut self,
        archive: &dyn Archive,
        bucket: &str,
    ) -> Result<Delivered, Error> {
        let (mut done, mut failed) = (Delivered::default(), None);
        for trail in &self.trails() {
            let road = Road::Outside { archive, bucket };
            if let Err(error) = self.put_planned(trail, road, &mut done) {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(done), Err)
    }

    fn trails(&self) -> Vec<String> {
        let state = self.shared.state();
        state.deliveries().courses().map(|course| course.trail.id.clone()).collect()
    }

    /// A little early, so that putting, too, is done in time.
    fn is_due(&self, now: Timestamp) -> bool {
        let early = self.shared.settings.delivery_interval_ms / 10 * 9;
        // A clock that was set back must not keep it waiting.
        self.planned.is_none_or(|last| now.0 - last.0 >= early || now < last)
    }

    fn serve(
        &mut self,
        trail: &str,
        is_due: bool,
        road: Road<'_>,
        done: &mut Delivered,
    ) -> Result<(), Error> {
        self.put_planned(trail, road, done)?;
        if is_due {
            self.plan(trail)?;
            self.put_planned(trail, road, done)?;
        }
        self.plan_digests(trail)?;
        self.put_planned(trail, road, done)
    }
}

/// Whether a part holds records of a trail that are in no file yet: its bucket refuses, and there
/// is room for no more files.
pub(crate) fn is_needed(view: &View, part: &Arc<Part>) -> Result<bool, Error> {
    let (parts, end) = (Arc::new(vec![Arc::clone(part)]), view.state.next_seq());
    let alone = Snapshot { parts, tail: Vec::new(), end };
    for course in view.state.deliveries().courses() {
        let unread = course.cursor..end;
        if !alone.numbered(&course.trail.id, unread, 1)?.rows.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
