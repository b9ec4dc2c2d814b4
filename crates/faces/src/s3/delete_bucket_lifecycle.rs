//! `DeleteBucketLifecycle`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>

use super::named::{self, Named};
use super::prelude::*;
use model::resource::Document;

/// Which bucket.
pub type Input = Named;

/// Proposes no rules.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.documents.remove(&Document::Lifecycle);
    bucket.transition_size_varies = false;
    Ok((Reply::empty(204), Effect::from(Change::BucketPut(bucket))))
}
