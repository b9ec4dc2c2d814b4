//! `DeleteBucketEncryption`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>

use super::named::{self, Named};
use super::prelude::*;
use model::resource::BucketEncryption;

/// Which bucket.
pub type Input = Named;

/// Proposes the default: the directory's own key.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.encryption = BucketEncryption::default();
    Ok((Reply::empty(204), Effect::from(Change::BucketPut(bucket))))
}
