//! Which version an object that is put becomes, and what it replaces.

use crate::{Error, State};
use model::resource::{Bucket, NULL_VERSION, Object, Versioning};
use model::{Change, Timestamp};

/// The place of a new version.
#[derive(Debug)]
pub struct Fresh {
    /// Its id.
    pub version: String,
    /// Its order.
    pub order: u64,
    /// The null version that it takes the place of.
    pub replaced: Option<Object>,
    /// What readers saw before.
    pub current: Option<Object>,
}

impl Fresh {
    /// The next version of a key in a bucket; `salt` is random, so that nobody guesses its id.
    ///
    /// INVARIANT (newest first): its order is greater than that of every other version.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn of(state: &State, bucket: &Bucket, key: &str, salt: u64) -> Result<Self, Error> {
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
            true => Object::version_of(order, salt),
            false => NULL_VERSION.to_owned(),
        };
        Ok(Self { version, order, replaced, current: newest.filter(|it| !it.marker) })
    }

    /// A marker, put at `at`, that says that the key is deleted.
    pub fn marker(&self, bucket: &Bucket, key: &str, at: Timestamp) -> Object {
        Object {
            bucket: bucket.name.clone(),
            key: key.to_owned(),
            version: self.version.clone(),
            order: self.order,
            marker: true,
            size: 0,
            etag: String::new(),
            modified: at,
            owner: bucket.account.clone(),
            headers: Default::default(),
            metadata: Default::default(),
            tags: Default::default(),
            storage_class: String::new(),
            checksum: None,
            encryption: Default::default(),
            parts: Vec::new(),
            lock: Default::default(),
            bodies: Vec::new(),
        }
    }

    /// The steps that put an object there.
    pub fn put(&self, object: Object) -> Vec<Change> {
        let mut changes: Vec<Change> = self.replaced.iter().map(Self::removed).collect();
        changes.push(Change::ObjectPut(Box::new(object)));
        changes
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
}
