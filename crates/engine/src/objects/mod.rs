//! Objects of buckets and uploads under way: what cold State knows of them.

mod ending;
mod fresh;
pub(crate) mod listing;
pub(crate) mod place;
pub(crate) mod steps;
mod uploads;
pub(crate) mod walk;

pub use ending::{may_delete, upload_over};
pub use fresh::Fresh;
pub use listing::{Listing, ObjectPage, VersionPage};
pub use uploads::UploadPage;

use crate::{Error, State};
use model::resource::{NULL_VERSION, Object};
use std::ops::Bound;
use walk::Walk;
pub(crate) use walk::read;

impl State {
    /// The current version of a key; may be a delete marker.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn object(&self, bucket: &str, key: &str) -> Result<Option<Object>, Error> {
        let mut walk = self.versions(bucket, key);
        walk.step()?.map(|(_, value)| read(&value)).transpose()
    }

    /// A version of a key; may be a delete marker. The null version is looked for from the newest
    /// on.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn object_version(
        &self,
        bucket: &str,
        key: &str,
        version: &str,
    ) -> Result<Option<Object>, Error> {
        if version == NULL_VERSION {
            return self.null_version(bucket, key);
        }
        let Some(order) = Object::order_of(version) else {
            return Ok(None);
        };
        let value = self.cold().get(&place::version(bucket, key, order))?;
        let object: Option<Object> = value.map(|value| read(&value)).transpose()?;
        Ok(object.filter(|object| object.version == version))
    }

    fn null_version(&self, bucket: &str, key: &str) -> Result<Option<Object>, Error> {
        let mut walk = self.versions(bucket, key);
        while let Some((_, value)) = walk.step()? {
            let object: Object = read(&value)?;
            if object.version == NULL_VERSION {
                return Ok(Some(object));
            }
        }
        Ok(None)
    }

    /// All versions of a key, newest first.
    fn versions(&self, bucket: &str, key: &str) -> Walk<'_> {
        let prefix = place::versions(bucket, key);
        Walk::below(self.cold(), &prefix, Bound::Included(prefix.clone()))
    }

    /// Whether a bucket has no version of any object.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn bucket_is_empty(&self, bucket: &str) -> Result<bool, Error> {
        let prefix = place::objects(bucket);
        let mut walk = Walk::below(self.cold(), &prefix, Bound::Included(prefix.clone()));
        Ok(walk.step()?.is_none())
    }
}
