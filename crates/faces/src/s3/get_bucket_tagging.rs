//! `GetBucketTagging`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;
use super::tag_set::Tagging;

/// Which bucket.
pub type Input = Named;

/// Shows the tags.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    if bucket.tags.is_empty() {
        return Err(Code::NoSuchTagSet.error().about("BucketName", &bucket.name));
    }
    Ok(Reply::document("Tagging", &Tagging::of(&bucket.tags)))
}
