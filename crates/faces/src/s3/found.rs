//! The version of an object that a request means.

use super::code::Code;
use super::error::Error;
use super::prelude::*;
use super::{key, named};
use model::resource::{Bucket, Object};
use std::sync::Arc;

/// Which object, and perhaps which version of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Which {
    #[serde(rename = "bucketName")]
    pub(super) bucket_name: String,
    pub(super) key: String,
    #[serde(rename = "versionId")]
    pub(super) version_id: Option<String>,
}

impl Which {
    /// The version meant, which may be a delete marker; and its bucket.
    pub(super) fn any<'a>(&self, state: &'a State) -> Result<(&'a Arc<Bucket>, Object), Error> {
        let bucket = named::find(state, &self.bucket_name)?;
        key::check(&self.key)?;
        let found = match self.version_id.as_deref() {
            Some(version) => {
                check_version(version)?;
                let found = state.object_version(&bucket.name, &self.key, version)?;
                let missing = || Code::NoSuchVersion.error().about("VersionId", version);
                found.ok_or_else(|| missing().about("Key", &self.key))?
            }
            None => state.object(&bucket.name, &self.key)?.ok_or_else(|| self.missing())?,
        };
        Ok((bucket, found))
    }

    /// The version meant, which is no delete marker.
    pub(super) fn object<'a>(&self, state: &'a State) -> Result<(&'a Arc<Bucket>, Object), Error> {
        let (bucket, found) = self.any(state)?;
        match (found.marker, &self.version_id) {
            (false, _) => Ok((bucket, found)),
            (true, None) => Err(self
                .missing()
                .header("x-amz-delete-marker", "true")
                .header("x-amz-version-id", found.version)),
            (true, Some(_)) => Err(Code::MethodNotAllowed
                .error()
                .about("Method", "GET")
                .about("ResourceType", "DeleteMarker")
                .header("x-amz-delete-marker", "true")
                .header("allow", "DELETE")
                .header("x-amz-version-id", found.version)),
        }
    }

    fn missing(&self) -> Error {
        Code::NoSuchKey.error().about("Key", &self.key)
    }
}

/// A version's id is `null` or 32 digits.
pub(super) fn check_version(version: &str) -> Result<(), Error> {
    match version == model::resource::NULL_VERSION || Object::order_of(version).is_some() {
        true => Ok(()),
        false => Err(Code::InvalidArgument
            .says("Invalid version id specified")
            .about("ArgumentName", "versionId")
            .about("ArgumentValue", version)),
    }
}
