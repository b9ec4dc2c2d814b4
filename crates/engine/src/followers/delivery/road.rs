//! Which files a thread puts, and into what.

use crate::State;
use crate::archive::Archive;

/// INVARIANT (one put): each file is on one road only, so that no two threads put it at a time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Road<'a> {
    /// All files but those for buckets of others.
    Here(&'a dyn Archive),
    /// Files for one bucket of others: one that does not answer must not keep the rest waiting.
    Outside { archive: &'a dyn Archive, bucket: &'a str },
}

impl<'a> Road<'a> {
    pub(super) fn archive(self) -> &'a dyn Archive {
        match self {
            Self::Here(archive) | Self::Outside { archive, .. } => archive,
        }
    }

    pub(super) fn leads_to(self, state: &State, bucket: &str) -> bool {
        match self {
            Self::Here(_) => state.outside_bucket(bucket).is_none(),
            Self::Outside { bucket: own, .. } => bucket == own,
        }
    }
}
