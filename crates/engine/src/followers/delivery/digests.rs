//! Digests: when one is due, what it lists, and who signs it.

use super::{Delivery, stage};
use crate::deliveries::{Chain, Course, Era, whole};
use crate::error::Error;
use crate::{State, digest_keys};
use journal::fault::{self, Phase};
use ledger::digest::{Digest, Draft, Folder, LogFile, Place, Series, Signed, SigningKey};
use model::resource::{DigestKey, FileContent, PlannedFile};
use model::{Change, Timestamp};
use std::sync::Arc;

/// A digest to be made.
struct Due<'a> {
    era: u64,
    region: &'a str,
    chain: &'a Chain,
    start: Timestamp,
    end: Timestamp,
    files: Vec<LogFile>,
}

impl Delivery {
    /// Plans the digests of a trail that are due.
    pub(super) fn plan_digests(&self, trail: &str) -> Result<(), Error> {
        loop {
            let state = self.shared.state();
            let Some(course) = state.deliveries().course(trail) else { return Ok(()) };
            self.keep_key(course)?;
            let now = self.shared.env.now();
            let clock = Clock { now, interval_ms: self.shared.settings.digest_interval_ms.max(1) };
            let Some(due) = next_due(&state, course, clock) else { return Ok(()) };
            self.plan_digest(course, &due)?;
            // A plan that did not stand is made anew.
            if self.shared.is_stopping() {
                return Ok(());
            }
        }
    }

    /// Whoever asks for public keys before the first digest finds the one that will sign it.
    fn keep_key(&self, course: &Course) -> Result<(), Error> {
        let digests = course.eras.values().any(|era| era.digests && era.end.is_none());
        let (account, region) = (&course.trail.account, &course.trail.home_region);
        let now = self.shared.env.now();
        if !digests || self.shared.state().digest_key_room().at(account, region, now).is_some() {
            return Ok(());
        }
        let (_, made) = self.key(course, region, now)?;
        let pending = crate::engine::commit(&self.shared, move |state| {
            let made = made.filter(|made| !digest_keys::is_taken(state, made));
            ((), model::Effect { changes: made.into_iter().collect(), ..Default::default() })
        });
        pending.wait()?.into_inner();
        Ok(())
    }

    /// The key whose turn it is at `at`; where there is none it is made, and the change comes with
    /// it.
    fn key(
        &self,
        course: &Course,
        region: &str,
        at: Timestamp,
    ) -> Result<(SigningKey, Option<Change>), Error> {
        let (state, vault) = (self.shared.state(), &self.shared.vault);
        let account = &course.trail.account;
        let open = |key: &DigestKey| digest_keys::open(vault, key);
        if let Some(key) = state.digest_key_room().at(account, region, at) {
            return Ok((open(key)?, None));
        }
        let source = &self.shared.settings.digest_keys;
        let key = digest_keys::make(source, vault, account, region, at)?;
        Ok((open(&key)?, Some(Change::DigestKeyPut(key))))
    }

    fn plan_digest(&self, course: &Arc<Course>, due: &Due<'_>) -> Result<(), Error> {
        let (key, made) = self.key(course, due.region, due.end)?;
        let digest = sign(course, due, &key)?;
        let bytes = formats::gzip(digest.bytes());
        let _staging = stage::hold(&self.shared);
        let hash = stage::write(&self.shared, &bytes)?;
        fault::passes(Phase::Digest);
        let this = digest.as_previous();
        let planned = PlannedFile {
            number: course.next_file,
            era: due.era,
            region: due.region.to_owned(),
            bucket: this.place.bucket,
            object: this.place.object,
            text_hash: this.hash.to_string(),
            file_hash: hash.to_string(),
            bytes: bytes.len() as u64,
            planned: self.shared.env.now(),
            content: FileContent::Digest {
                start: due.start,
                end: due.end,
                files: due.files.len() as u64,
                signature: this.signature,
            },
        };
        self.commit_plan(course, course.cursor, vec![planned], made.into_iter().collect())?;
        fault::passes(Phase::Digest);
        Ok(())
    }
}

fn sign(course: &Course, due: &Due<'_>, key: &SigningKey) -> Result<Digest<Signed>, Error> {
    let trail = &course.trail;
    let (prefix, account) = (trail.prefix.as_deref(), trail.account.as_str());
    let folder = Folder { prefix, account, region: due.region };
    let series = Series { trail: &trail.name, home_region: &trail.home_region };
    let draft = Draft {
        account: account.to_owned(),
        start: due.start,
        end: due.end,
        place: Place { bucket: trail.bucket.clone(), object: folder.digest(&series, due.end) },
        previous: due.chain.previous.clone(),
        log_files: due.files.clone(),
    };
    let signed = Digest::new(draft).sign(key);
    signed.map_err(|_| Error::NoKey { what: "the machine gives no randomness" })
}

/// When it is, and how often digests end.
#[derive(Clone, Copy)]
struct Clock {
    now: Timestamp,
    interval_ms: i64,
}

impl Clock {
    /// Where the interval that holds `time` begins.
    const fn boundary(self, time: Timestamp) -> Timestamp {
        Timestamp(time.0 - time.0.rem_euclid(self.interval_ms))
    }
}

/// The next digest that is to be made, if one is.
fn next_due<'a>(state: &State, course: &'a Course, clock: Clock) -> Option<Due<'a>> {
    course.eras.iter().filter(|(_, era)| era.digests).find_map(|(number, era)| {
        let is_over = course.is_over(*number, era);
        let mut chains = era.chains.iter().filter(|(region, _)| is_free(course, *number, region));
        chains.find_map(|(region, chain)| {
            let start = start(course, era, (region, chain), clock)?;
            // Perhaps of an older trail of the same name.
            let taken = state.deliveries().last_end(&course.trail, region).unwrap_or(start);
            let due = Due { era: *number, region, chain, start, end: start, files: Vec::new() };
            if is_over { due.last(clock, taken) } else { due.regular(clock, taken) }
        })
    })
}

impl Due<'_> {
    /// The last digest of a chain, if it has files to list. It ends when it is made, and at least
    /// a second after whatever came before: digests are named for their ends.
    fn last(self, clock: Clock, taken: Timestamp) -> Option<Self> {
        let files: Vec<LogFile> = self.chain.waiting.iter().map(|it| it.file.clone()).collect();
        let end = whole(clock.now).max(Timestamp(self.start.max(taken).0 + 1_000));
        (!files.is_empty()).then_some(Self { end, files, ..self })
    }

    /// The digest of an interval that is over, also of an empty one.
    fn regular(self, clock: Clock, taken: Timestamp) -> Option<Self> {
        let end = clock.boundary(clock.now);
        let listed = self.chain.waiting.iter().take_while(|waiting| waiting.at < end);
        let files = listed.map(|waiting| waiting.file.clone()).collect();
        (end > self.start.max(taken)).then_some(Self { end, files, ..self })
    }
}

/// Whether no digest of a chain is on its way.
fn is_free(course: &Course, era: u64, region: &str) -> bool {
    let is_digest = |file: &PlannedFile| matches!(file.content, FileContent::Digest { .. });
    let same = |file: &PlannedFile| file.era == era && file.region == region && is_digest(file);
    !course.planned.values().any(|file| same(file))
}

/// Where the next digest of a chain begins: where the last one of the region ended or, for a
/// chain's first, when logging began, or the interval of its first file.
fn start(
    course: &Course,
    era: &Era,
    (region, chain): (&str, &Chain),
    clock: Clock,
) -> Option<Timestamp> {
    let last = course.ends.get(region).copied();
    if chain.previous.is_some() {
        return last;
    }
    let first = chain.waiting.first().map(|it| clock.boundary(it.at));
    let is_home = region == course.trail.home_region;
    let begun = era.begun.filter(|_| is_home).or(first)?;
    Some(begun.max(era.begun.unwrap_or(begun)).max(last.unwrap_or(begun)))
}
