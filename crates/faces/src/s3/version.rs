//! Which version an object that is put becomes, and what it replaces.

use super::error::Error;
use super::prelude::*;
use model::resource::{Bucket, Object};
use std::ops::Deref;

/// The place of a new version.
#[derive(Debug)]
pub(super) struct Fresh(engine::Fresh);

impl Deref for Fresh {
    type Target = engine::Fresh;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Fresh {
    /// The next version of a key in a bucket.
    pub(super) fn of(
        state: &State,
        caller: &Caller,
        bucket: &Bucket,
        key: &str,
    ) -> Result<Self, Error> {
        Ok(Self(engine::Fresh::of(state, bucket, key, salt(caller.fresh_id()))?))
    }
}

/// The step that takes a version away for good.
pub(super) fn removed(object: &Object) -> Change {
    engine::Fresh::removed(object)
}

/// The last 64 bits of a UUID, which are random but for two.
fn salt(uuid: &str) -> u64 {
    let digits: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    let tail = digits.get(digits.len().saturating_sub(16)..).unwrap_or_default();
    u64::from_str_radix(tail, 16).unwrap_or_default()
}
