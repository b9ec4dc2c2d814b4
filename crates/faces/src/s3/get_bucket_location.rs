//! `GetBucketLocation`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>

use super::named::Named;
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Shows the region; the first one has no name.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let region = Some(bucket.region.as_str()).filter(|region| *region != "us-east-1");
    Ok(Reply::document("LocationConstraint", &region.unwrap_or_default()))
}
