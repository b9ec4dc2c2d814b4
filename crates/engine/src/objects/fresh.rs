//! Which version an object that is put becomes, and what it replaces.

use crate::{Error, State};
use model::Change;
use model::resource::{Bucket, NULL_VERSION, Object, Versioning};

/// The place of a new version.
#[derive(Debug)]
pub struct Fresh {
    /// [`NULL_VERSION`] where the bucket keeps no versions.
    pub version: String,
    /// Greater than that of every other version.
    pub order: u64,
    /// The null version that it takes the place of.
    pub replaced: Option<Object>,
    /// What readers saw before; `None` also where they saw a delete marker.
    pub current: Option<Object>,
}

impl Fresh {
    /// The next version of a key in a bucket; `salt` is random, so that nobody guesses its id.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn of(state: &State, bucket: &Bucket, key: &str, salt: u64) -> Result<Self, Error> {
        let newest = state.object(&bucket.name, key)?;
        let order = state.next_order();
        let keeps = bucket.is_versioned();
        let replaced = match bucket.versioning {
            Some(Versioning::Enabled) => None,
            Some(Versioning::Suspended) => state.object_version(&bucket.name, key, NULL_VERSION)?,
            // Without versions there is one entry at most.
            None => newest.clone(),
        };
        let version = match keeps {
            true => Object::version_of(order, salt),
            false => NULL_VERSION.to_owned(),
        };
        Ok(Self { version, order, replaced, current: newest.filter(|it| !it.marker) })
    }

    /// The steps that put an object there.
    pub fn put(&self, object: Object) -> Vec<Change> {
        let mut changes: Vec<Change> = self.replaced.iter().map(removed).collect();
        changes.push(Change::ObjectPut(Box::new(object)));
        changes
    }
}

/// The step that takes a version away for good.
pub fn removed(object: &Object) -> Change {
    Change::ObjectRemoved {
        bucket: object.bucket.clone(),
        key: object.key.clone(),
        version: object.version.clone(),
        order: object.order,
        dropped: object.files().map(str::to_owned).collect(),
    }
}
