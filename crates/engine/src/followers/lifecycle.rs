//! The lifecycle's follower: goes through the buckets that have rules, a stretch at a time, and
//! takes away what is over.
//!
//! Where it is stands in memory only: after a start it begins anew, and what was taken away is not
//! there to be taken twice. What goes is looked up again by the writer, between two States: what
//! was put, locked or changed meanwhile stays. What a rule did where trails deliver is noted in the
//! same frame ([`Expiry`]); records are made of none of it, as at AWS.

use crate::engine::commit;
use crate::error::Error;
use crate::lifecycle::Lifecycle;
use crate::objects::{Fresh, Listing, may_delete, upload_over};
use crate::shared::Shared;
use crate::{Env, State};
use model::resource::{Bucket, Document, Expiry, ExpiryDeed, Object, Upload};
use model::{Change, Effect, Timestamp};
use std::sync::{Arc, PoisonError};

/// Versions, or uploads, that one step looks at.
const STRETCH: usize = 1_000;

/// Uploads are given up so many at a time: each may have ten thousand parts.
const UPLOADS: usize = 10;

/// Files of bytes that one step lets go of, about.
const FILES: usize = 20_000;

/// Parts of an upload, at most.
const PARTS_MAX: usize = 10_000;

/// How far the follower is.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// When the next one begins.
    due: Timestamp,
    place: Place,
}

/// Behind what was looked at.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The first name of a bucket that is still to be looked at.
    bucket: String,
    /// Its objects are done, its uploads are not.
    at_uploads: bool,
    after: String,
    behind: Option<String>,
    /// Of the last version seen: when it was put, and how many noncurrent ones it makes with those
    /// before it.
    last: Option<(Timestamp, u32)>,
}

/// What is to go, as it was seen, and by which rule.
#[derive(Debug)]
enum Doomed {
    Current { object: Box<Object>, rule: String, salt: u64 },
    Noncurrent { object: Box<Object>, rule: String },
    Upload(Box<Upload>),
}

/// Looks at the next stretch; returns how many steps were taken: versions and uploads that went,
/// markers that came.
pub(crate) fn step(shared: &Shared) -> Result<usize, Error> {
    let now = shared.env.now();
    let mut round = shared.lifecycle.lock().unwrap_or_else(PoisonError::into_inner);
    if now < round.due {
        return Ok(0);
    }
    let state = shared.state();
    let Some((bucket, rules)) = next(&state, &round.place.bucket) else {
        let due = Timestamp(now.0.saturating_add(shared.settings.lifecycle_interval_ms));
        *round = Round { due, place: Place::default() };
        return Ok(0);
    };
    let place = match bucket.name == round.place.bucket {
        true => round.place.clone(),
        false => Place { bucket: bucket.name.clone(), ..Place::default() },
    };
    let seen = match place.at_uploads {
        false => objects(&state, &rules, place, now, &shared.env)?,
        true => uploads(&state, &rules, place, now)?,
    };
    let gone = match seen.0.is_empty() {
        true => 0,
        false => take(shared, bucket, seen.0, now)?,
    };
    round.place = seen.1;
    Ok(gone)
}

/// A bucket's rules, as they are kept.
fn rules_of(bucket: &Bucket) -> Option<&String> {
    bucket.documents.get(&Document::Lifecycle)
}

/// The next bucket that has rules.
fn next(state: &State, from: &str) -> Option<(Bucket, Lifecycle)> {
    state.buckets_from(from).find_map(|bucket| {
        let text = rules_of(bucket)?;
        // It was read when it was put; what an older server took and this one cannot read asks for
        // nothing.
        let rules = Lifecycle::parse(&serde_json::from_str(text).ok()?).ok()?;
        (!rules.is_empty()).then(|| ((**bucket).clone(), rules))
    })
}

fn objects(
    state: &State,
    rules: &Lifecycle,
    place: Place,
    now: Timestamp,
    env: &Env,
) -> Result<(Vec<Doomed>, Place), Error> {
    let listing = Listing {
        bucket: &place.bucket,
        after: &place.after,
        limit: STRETCH,
        ..Listing::default()
    };
    let page = state.list_versions(&listing, place.behind.as_deref())?;
    let (mut doomed, mut last, mut files) = (Vec::new(), place.last, 0);
    for (object, is_current) in page.versions {
        let before = last.filter(|_| !is_current);
        last = Some((object.modified, before.map_or(0, |(_, newer)| newer + 1)));
        let rule = match before {
            None => rules.expires(&object, now),
            Some((since, newer)) => rules.drops(&object, since, newer, now),
        };
        let Some(rule) = rule.map(str::to_owned) else { continue };
        files += object.bodies.len();
        let (object_key, version) = (object.key.clone(), object.version.clone());
        let object = Box::new(object);
        doomed.push(match before {
            None => Doomed::Current { object, rule, salt: u64::from_le_bytes(env.bytes()) },
            Some(_) => Doomed::Noncurrent { object, rule },
        });
        if files >= FILES {
            let (after, behind) = (object_key, Some(version));
            return Ok((doomed, Place { after, behind, last, ..place }));
        }
    }
    let bucket = place.bucket;
    Ok((
        doomed,
        match page.next {
            Some((after, behind)) => Place { bucket, at_uploads: false, after, behind, last },
            None => Place { bucket, at_uploads: true, ..Place::default() },
        },
    ))
}

fn uploads(
    state: &State,
    rules: &Lifecycle,
    place: Place,
    now: Timestamp,
) -> Result<(Vec<Doomed>, Place), Error> {
    let (bucket, after) = (&place.bucket, &place.after);
    let listing = Listing { bucket, after, limit: UPLOADS, ..Listing::default() };
    let page = state.uploads(&listing, place.behind.as_deref())?;
    let over = page.uploads.into_iter().filter(|it| rules.aborts(&it.key, it.initiated, now));
    let doomed = over.map(|upload| Doomed::Upload(Box::new(upload))).collect();
    let next = match page.next {
        Some((after, behind)) => Place { after, behind, ..place },
        // No name of a bucket holds NUL: the next one is behind this.
        None => Place { bucket: format!("{bucket}\0"), ..Place::default() },
    };
    Ok((doomed, next))
}

/// Takes away what is still as it was seen.
fn take(
    shared: &Shared,
    bucket: Bucket,
    doomed: Vec<Doomed>,
    now: Timestamp,
) -> Result<usize, Error> {
    let pending = commit(shared, move |state| match changes(state, &bucket, &doomed, now) {
        Ok(changes) => {
            let is_note = |change: &&Change| matches!(change, Change::ObjectExpired(_));
            let gone = changes.len() - changes.iter().filter(is_note).count();
            (Ok(gone), Effect { changes, ..Effect::default() })
        }
        Err(error) => (Err(error), Effect::default()),
    });
    pending.wait()?.into_inner()
}

fn changes(
    state: &State,
    seen: &Bucket,
    doomed: &[Doomed],
    now: Timestamp,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    let has_rules =
        |it: &&Arc<Bucket>| rules_of(it) == rules_of(seen) && it.created == seen.created;
    let Some(bucket) = state.bucket(&seen.name).filter(has_rules) else {
        return Ok(changes);
    };
    for doomed in doomed {
        changes.extend(match doomed {
            Doomed::Current { object, rule, salt } => {
                expired(state, bucket, object, *salt, &Told { rule, now })?
            }
            Doomed::Noncurrent { object, rule } => noncurrent(state, object, &Told { rule, now })?,
            Doomed::Upload(upload) => match state.upload(&bucket.name, &upload.key, &upload.id)? {
                Some(found) => {
                    let parts = state.upload_parts(&found, 0, PARTS_MAX)?;
                    vec![upload_over(&found, &parts, |_| true)]
                }
                None => Vec::new(),
            },
        });
    }
    Ok(changes)
}

/// By which rule, and when.
struct Told<'a> {
    rule: &'a str,
    now: Timestamp,
}

impl Told<'_> {
    /// What is noted beside the step, where trails deliver: `order` is that of what is gone or of
    /// the marker.
    fn of(&self, object: &Object, order: u64, deed: ExpiryDeed) -> Option<Change> {
        let is_archived = object.key.contains("AWSLogs/") && object.key.contains("/CloudTrail");
        let expiry = || Expiry {
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            order,
            deed,
            size: object.size,
            modified: object.modified,
            rule: self.rule.to_owned(),
            at: self.now,
        };
        (is_archived && !object.marker).then(|| Change::ObjectExpired(Box::new(expiry())))
    }

    fn removed(&self, object: &Object, deed: ExpiryDeed) -> Vec<Change> {
        let told = self.of(object, object.order, deed);
        [Fresh::removed(object)].into_iter().chain(told).collect()
    }
}

fn noncurrent(state: &State, seen: &Object, told: &Told<'_>) -> Result<Vec<Change>, Error> {
    let current = state.object(&seen.bucket, &seen.key)?;
    let is_newest = current.is_none_or(|current| current.order == seen.order);
    let found = state.object_version(&seen.bucket, &seen.key, &seen.version)?;
    // INVARIANT (locked stays): it is asked here, of what there is now.
    let found = found.filter(|it| it == seen && !is_newest && may_delete(it, false, told.now));
    Ok(found.map_or(Vec::new(), |it| told.removed(&it, ExpiryDeed::Noncurrent)))
}

/// Of a bucket with versions nothing is taken but delete markers that are alone.
fn expired(
    state: &State,
    bucket: &Bucket,
    seen: &Object,
    salt: u64,
    told: &Told<'_>,
) -> Result<Vec<Change>, Error> {
    let found = state.object(&bucket.name, &seen.key)?;
    let Some(current) = found.filter(|found| found == seen) else {
        return Ok(Vec::new());
    };
    // INVARIANT (locked stays): a marker takes nothing away, but for the null version that it
    // takes the place of.
    if current.marker {
        let alone = is_alone(state, &current)? && may_delete(&current, false, told.now);
        return Ok(if alone { vec![Fresh::removed(&current)] } else { Vec::new() });
    }
    if bucket.versioning.is_none() {
        let may = may_delete(&current, false, told.now);
        return Ok(if may { told.removed(&current, ExpiryDeed::Removed) } else { Vec::new() });
    }
    let fresh = Fresh::of(state, bucket, &current.key, salt)?;
    if fresh.replaced.as_ref().is_some_and(|it| !may_delete(it, false, told.now)) {
        return Ok(Vec::new());
    }
    // In place of the null version, the marker takes it away.
    let is_gone = fresh.replaced.as_ref().is_some_and(|it| it.order == current.order);
    let noted = match is_gone {
        true => told.of(&current, current.order, ExpiryDeed::Removed),
        false => told.of(&current, fresh.order, ExpiryDeed::Hidden),
    };
    let marker = fresh.marker(bucket, &current.key, told.now);
    Ok(fresh.put(marker).into_iter().chain(noted).collect())
}

/// Whether it is the only version of its key.
fn is_alone(state: &State, object: &Object) -> Result<bool, Error> {
    let Object { bucket, key, .. } = object;
    let listing = Listing { bucket, prefix: key, limit: 2, ..Listing::default() };
    let page = state.list_versions(&listing, None)?;
    Ok(page.versions.iter().filter(|(version, _)| version.key == *key).count() == 1)
}
