//! `DeleteBucket`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>

use super::code::Code;
use super::named::Named;
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Proposes that the bucket is gone. No version of any object may be in it.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = input.find(state)?;
    if !state.bucket_is_empty(&bucket.name)? {
        return Err(Code::BucketNotEmpty.error().about("BucketName", &bucket.name));
    }
    let name = bucket.name.clone();
    Ok((Reply::empty(204), Effect::from(Change::BucketRemoved { name })))
}
