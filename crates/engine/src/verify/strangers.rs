//! Objects that lie where files of trails do, and that no trail delivered.

use super::report::Verdict;
use super::suspicion::{Deed, Suspicion, Suspicions};
use crate::delivered::DeliveredFile;
use crate::objects::walk::Walk;
use crate::objects::{place, read};
use crate::{Error, State};
use ledger::digest::Place;
use model::resource::Object;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Folders that are looked through; a trail has one unless its bucket or prefix was changed.
const FOLDERS_MAX: usize = 10_000;

/// Where trails put files: by bucket and by what keys begin with, the ids of the trails.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<(String, String), BTreeSet<String>>);

/// How the keys of an account's files begin behind the prefix, of logs and digests alike.
fn folder(account: &str) -> String {
    format!("AWSLogs/{account}/CloudTrail")
}

impl Places {
    /// A file of a trail lies here.
    pub(super) fn note(&mut self, trail: &str, delivered: &DeliveredFile) {
        let account = delivered.trail.split(':').nth(4).unwrap_or_default();
        let (bucket, key, folder) =
            (&delivered.file.bucket, &delivered.file.object, folder(account));
        let Some(at) = key.rfind(&folder) else { return };
        let begins = key.get(..at + folder.len()).unwrap_or_default();
        self.add(bucket, begins, Some(trail));
    }

    /// Trails that have delivered nothing yet have folders, too.
    pub(super) fn note_trails(&mut self, state: &State) {
        for trail in state.trails() {
            let prefix = trail.prefix.as_ref().map(|it| format!("{it}/")).unwrap_or_default();
            self.add(&trail.bucket, &(prefix + &folder(trail.account.as_str())), Some(&trail.id));
        }
    }

    fn add(&mut self, bucket: &str, begins: &str, trail: Option<&str>) {
        let at = (bucket.to_owned(), begins.to_owned());
        if self.0.len() < FOLDERS_MAX || self.0.contains_key(&at) {
            self.0.entry(at).or_default().extend(trail.map(str::to_owned));
        }
    }

    /// Looks through all of them.
    pub(super) fn check(&self, state: &State, suspicions: &mut Suspicions) -> Result<(), Error> {
        for ((bucket, begins), trails) in &self.0 {
            let prefix = [place::objects(bucket), begins.as_bytes().to_vec()].concat();
            let mut walk = Walk::below(state.cold(), &prefix, Bound::Included(prefix.clone()));
            let mut last = None::<String>;
            while let Some((_, value)) = walk.step()? {
                let object: Object = read(&value)?;
                // The newest version of each key comes first; the others nobody sees by its name.
                if last.as_ref() != Some(&object.key) {
                    last = Some(object.key.clone());
                    if is_strange(state, &object, begins, trails)? {
                        suspicions.add(stranger(object));
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_strange(
    state: &State,
    object: &Object,
    begins: &str,
    trails: &BTreeSet<String>,
) -> Result<bool, Error> {
    let is_folder = object.size == 0 && object.key.ends_with('/');
    if object.marker || is_folder {
        return Ok(false);
    }
    // `CloudTrail-Digest/eu-west-1/…`
    let rest = object.key.get(begins.len()..).unwrap_or_default();
    let region = rest.split('/').nth(1).unwrap_or_default();
    for trail in trails {
        let value = state.cold().get(&place::delivered(trail, region, &object.key))?;
        let found: Option<DeliveredFile> = value.map(|value| read(&value)).transpose()?;
        if found.is_some_and(|found| found.file.bucket == object.bucket) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn stranger(object: Object) -> Suspicion {
    Suspicion {
        verdict: Verdict::Unreferenced,
        expected: "no object: no trail delivered one".to_owned(),
        found: format!("{} bytes, put at {}", object.size, object.modified),
        deed: Deed::Writing,
        at: object.modified,
        place: Place { bucket: object.bucket, object: object.key },
    }
}
