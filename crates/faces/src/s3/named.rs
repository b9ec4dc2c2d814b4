//! Inputs that name a bucket and say nothing more.

use super::code::Code;
use super::error::Error;
use engine::State;
use model::resource::Bucket;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which bucket.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    pub(super) bucket_name: String,
}

impl Named {
    /// The bucket. The door has seen that the caller may.
    pub(super) fn find<'a>(&self, state: &'a State) -> Result<&'a Arc<Bucket>, Error> {
        find(state, &self.bucket_name)
    }
}

/// The bucket of this name.
pub(super) fn find<'a>(state: &'a State, name: &str) -> Result<&'a Arc<Bucket>, Error> {
    state.bucket(name).ok_or_else(|| Code::NoSuchBucket.error().about("BucketName", name))
}

/// The bucket of this name, to be changed.
pub(super) fn copy(state: &State, name: &str) -> Result<Box<Bucket>, Error> {
    find(state, name).map(|bucket| Box::new(Bucket::clone(bucket)))
}
