//! `GetBucketPolicy`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;

/// Which bucket.
pub type Input = Named;

/// Shows the document, byte for byte.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let document = bucket.policy.as_deref();
    let missing = || Code::NoSuchBucketPolicy.error().about("BucketName", &bucket.name);
    Ok(Reply::text("application/json", document.ok_or_else(missing)?))
}
