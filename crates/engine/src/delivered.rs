//! What was delivered, of every trail, for good: what an archive is compared with.

use crate::objects::{place, walk};
use crate::{Error, State};
use cold::Store;
use model::Timestamp;
use model::resource::{PlannedFile, Trail};
use serde::{Deserialize, Serialize};
use std::ops::Bound;

/// A file that was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredFile {
    /// The ARN of the trail.
    pub trail: String,
    /// The file.
    pub file: PlannedFile,
    /// When it was put.
    pub at: Timestamp,
    /// It was put into a bucket of others, where nobody here can look.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
}

/// Notes a file that was put.
///
/// INVARIANT (fits): the names of trails, prefixes and buckets are bounded where they are given,
/// so that cold State takes all.
pub(crate) fn note(cold: &mut Store, trail: &str, noted: &DeliveredFile) {
    let file = &noted.file;
    put(cold, &place::delivered(trail, &file.region, &file.object), noted);
}

/// Notes a file that was given up after thirty days; its time is that at which it was planned.
pub(crate) fn note_given_up(cold: &mut Store, trail: &Trail, file: &PlannedFile) {
    let at_place = place::given_up(&trail.id, &file.region, &file.object);
    let (trail, at) = (trail.arn().to_string(), file.planned);
    put(cold, &at_place, &DeliveredFile { trail, file: file.clone(), at, outside: false });
}

fn put(cold: &mut Store, at_place: &[u8], noted: &DeliveredFile) {
    let value = serde_json::to_vec(noted).ok();
    let outcome = value.map(|value| cold.put(at_place, Some(value.into())));
    assert!(matches!(outcome, Some(Ok(()))), "INVARIANT (fits): {outcome:?}");
}

impl State {
    /// The files that were delivered of a trail's records of a region, by key, behind the key
    /// `after`; at most `limit`. Digests come before log files.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn delivered_files(
        &self,
        trail: &str,
        region: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<DeliveredFile>, Error> {
        let prefix = place::delivered(trail, region, "");
        let from = Bound::Excluded(place::delivered(trail, region, after));
        let mut found = walk::Walk::below(self.cold(), &prefix, from);
        let mut files = Vec::new();
        while files.len() < limit
            && let Some((_, value)) = found.step()?
        {
            files.push(walk::read(&value)?);
        }
        Ok(files)
    }
}
