//! `GetBucketLifecycleConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;
use super::document;
use super::transition_size;
use model::resource::Document;

/// Which bucket.
pub type Input = Named;

/// Shows the rules that were put.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    document::shown(bucket, Document::Lifecycle, "LifecycleConfiguration")?
        .map(|rules| transition_size::tell(bucket, rules))
        .ok_or_else(|| Code::NoSuchLifecycleConfiguration.error().about("BucketName", &bucket.name))
}
