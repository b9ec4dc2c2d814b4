//! `GetBucketAccelerateConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html>

use super::named::Named;
use super::prelude::*;
use super::document;
use model::resource::Document;

/// Which bucket.
pub type Input = Named;

/// Acceleration cannot be put here: it was never set.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    document::or_empty(bucket, Document::Accelerate, "AccelerateConfiguration")
}
