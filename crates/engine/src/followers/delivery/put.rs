//! Putting what was planned, and confirming it.

use super::road::Road;
use super::{Delivered, Delivery, stage};
use crate::State;
use crate::archive::{Archive, Outgoing, Refusal};
use crate::deliveries::Course;
use crate::engine::commit;
use crate::error::Error;
use crate::settings::DELIVERY_TRIED_MS;
use journal::fault::{self, Phase};
use ledger::digest::SIGNATURE_ALGORITHM;
use model::resource::{FileContent, PlannedFile};
use model::{Change, Effect, Timestamp};
use std::sync::Arc;

impl Delivery {
    /// Puts all that was planned for a trail, in order, but for what waits out a refusal.
    pub(super) fn put_planned(
        &mut self,
        trail: &str,
        road: Road<'_>,
        done: &mut Delivered,
    ) -> Result<(), Error> {
        let state = self.shared.state();
        let Some(course) = state.deliveries().course(trail) else { return Ok(()) };
        let own = |file: &&Arc<PlannedFile>| road.leads_to(&state, &file.bucket);
        for file in course.planned.values().filter(own) {
            if self.shared.is_stopping() {
                break;
            }
            self.put_one(course, file, road.archive(), done)?;
        }
        Ok(())
    }

    fn put_one(
        &mut self,
        course: &Course,
        file: &Arc<PlannedFile>,
        archive: &dyn Archive,
        done: &mut Delivered,
    ) -> Result<(), Error> {
        let (trail, now) = (course.trail.id.as_str(), self.shared.env.now());
        if now.0 - file.planned.0 > DELIVERY_TRIED_MS {
            self.give_up(trail, file)?;
            done.dropped += 1;
            return Ok(());
        }
        if self.pauses.is_paused(trail, &file.bucket, now) {
            return Ok(());
        }
        match self.try_to_put(course, file, archive, now)? {
            Ok(()) => {
                self.pauses.taken(trail, &file.bucket);
                stage::remove(&self.shared, &file.file_hash);
                done.put += 1;
            }
            Err(refusal) => {
                let object = &file.object;
                tracing::warn!(%refusal, bucket = file.bucket, object, "a file was not taken");
                self.pauses.refused(trail, &file.bucket, now);
                done.refused += 1;
            }
        }
        Ok(())
    }

    /// The outer error is ours, the inner one the bucket's.
    fn try_to_put(
        &self,
        course: &Course,
        file: &Arc<PlannedFile>,
        archive: &dyn Archive,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Error> {
        let bytes = stage::read(&self.shared, &file.file_hash)?;
        let (trail, metadata) = (&course.trail, metadata(file));
        let outgoing = Outgoing { trail, file, bytes: &bytes, metadata };
        let put = archive.put(&self.shared.state(), &outgoing);
        fault::passes(Phase::Put);
        if let Err(refusal) = &put
            && self.shared.is_stopping()
        {
            // Very likely it was cut short; the next start puts the file again.
            return Ok(Err(refusal.clone()));
        }
        let (id, file) = (trail.id.clone(), Arc::clone(file));
        let pending = commit(&self.shared, move |state| confirm(state, id, &file, put, now));
        let outcome = pending.wait()?.into_inner();
        fault::passes(Phase::Put);
        Ok(outcome)
    }

    fn give_up(&self, trail: &str, file: &PlannedFile) -> Result<(), Error> {
        tracing::error!(
            bucket = file.bucket,
            object = file.object,
            "a file was given up: its bucket did not take it for thirty days"
        );
        let change = Change::DeliveryDropped { trail: trail.to_owned(), number: file.number };
        commit(&self.shared, move |_| ((), Effect::from(change))).wait()?.into_inner();
        stage::remove(&self.shared, &file.file_hash);
        Ok(())
    }
}

/// Confirms a file in the frame that holds what the archive made of it, or notes why not. A
/// planned file that is gone meanwhile, by a reset, is gone.
fn confirm(
    state: &State,
    trail: String,
    file: &PlannedFile,
    put: Result<crate::archive::Put, Refusal>,
    at: Timestamp,
) -> (Result<(), Refusal>, Effect) {
    let course = state.deliveries().course(&trail);
    if !course.is_some_and(|course| course.planned.contains_key(&file.number)) {
        return (Ok(()), Effect::default());
    }
    let outcome = put.and_then(|put| put(state));
    let (outcome, mut effect) = match outcome {
        Ok(effect) => (Ok(()), effect),
        Err(refusal) => (Err(refusal), Effect::default()),
    };
    let mut status = state.delivery_status(&trail, &file.region);
    let attempts = match file.content {
        FileContent::Log { .. } => &mut status.files,
        FileContent::Digest { .. } => &mut status.digests,
    };
    attempts.note(at, outcome.clone().map_err(|refusal| refusal.code));
    let region = file.region.clone();
    effect.changes.push(Change::DeliveryStatusPut { trail: trail.clone(), region, status });
    if outcome.is_ok() {
        effect.changes.push(Change::Delivered { trail, number: file.number, at });
    }
    (outcome, effect)
}

fn metadata(file: &PlannedFile) -> Vec<(&'static str, String)> {
    match &file.content {
        FileContent::Log { .. } => Vec::new(),
        FileContent::Digest { signature, .. } => vec![
            ("signature", signature.clone()),
            ("signature-algorithm", SIGNATURE_ALGORITHM.to_owned()),
        ],
    }
}
