//! `DeleteBucketPolicy`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>

use super::named::{self, Named};
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Proposes no policy.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let mut bucket = named::copy(state, &input.bucket_name)?;
    bucket.policy = None;
    Ok((Reply::empty(204), Effect::from(Change::BucketPut(bucket))))
}
