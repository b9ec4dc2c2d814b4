//! `GetBucketReplication`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;
use super::document;
use model::resource::Document;

/// Which bucket.
pub type Input = Named;

/// Nothing can be put here yet: there is none.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    document::shown(bucket, Document::Replication, "ReplicationConfiguration")?
        .ok_or_else(|| {
            let missing = Code::ReplicationConfigurationNotFoundError.error();
            missing.about("BucketName", &bucket.name)
        })
}
