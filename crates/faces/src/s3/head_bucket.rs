//! `HeadBucket`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>

use super::named::Named;
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Says that the bucket exists, and where.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let reply = Reply::empty(200).header("x-amz-bucket-region", &*bucket.region);
    Ok(reply.header("x-amz-access-point-alias", "false"))
}
