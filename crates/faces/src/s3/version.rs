//! Which version an object that is put becomes, and what it replaces.

use super::error::Error;
use super::prelude::*;
use model::resource::{Bucket, NULL_VERSION, Object, Versioning};

/// The place of a new version.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) version: String,
    pub(super) order: u64,
    /// The null version that it takes the place of.
    pub(super) replaced: Option<Object>,
    /// What readers saw before.
    pub(super) current: Option<Object>,
}

impl Fresh {
    /// The next version of a key in a bucket.
    ///
    /// INVARIANT (newest first): its order is greater than that of every other version.
    pub(super) fn of(
        state: &State,
        caller: &Caller,
        bucket: &Bucket,
        key: &str,
    ) -> Result<Self, Error> {
        let newest = state.object(&bucket.name, key)?;
        let order = state.next_order();
        let keeps = bucket.is_versioned();
        let replaced = match (keeps, bucket.versioning) {
            (true, _) => None,
            (false, Some(Versioning::Suspended)) => {
                state.object_version(&bucket.name, key, NULL_VERSION)?
            }
            // Without versions there is one entry at most.
            (false, _) => newest.clone(),
        };
        let version = match keeps {
            true => Object::version_of(order, salt(caller.fresh_id())),
            false => NULL_VERSION.to_owned(),
        };
        Ok(Self { version, order, replaced, current: newest.filter(|it| !it.marker) })
    }

    /// The steps that put an object there.
    pub(super) fn put(&self, object: Object) -> Vec<Change> {
        let mut changes: Vec<Change> = self.replaced.iter().map(removed).collect();
        changes.push(Change::ObjectPut(Box::new(object)));
        changes
    }
}

/// The step that takes a version away for good.
pub(super) fn removed(object: &Object) -> Change {
    Change::ObjectRemoved {
        bucket: object.bucket.clone(),
        key: object.key.clone(),
        version: object.version.clone(),
        order: object.order,
        dropped: object.files().map(str::to_owned).collect(),
    }
}

/// The last 64 bits of a UUID, which are random but for two.
fn salt(uuid: &str) -> u64 {
    let digits: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    let tail = digits.get(digits.len().saturating_sub(16)..).unwrap_or_default();
    u64::from_str_radix(tail, 16).unwrap_or_default()
}
