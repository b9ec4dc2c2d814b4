//! `GetBucketAcl`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html>

use super::named::Named;
use super::prelude::*;
use super::grants;

/// Which bucket.
pub type Input = Named;

/// Shows that the owner may all, and nobody else anything.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    Ok(Reply::document("AccessControlPolicy", &grants::list(&bucket.account)))
}
