//! `GetBucketVersioning`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>

use super::named::Named;
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Shows whether old versions stay; nothing where it was never said.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let status = bucket.versioning;
    Ok(Reply::document("VersioningConfiguration", &json!({ "Status": status })))
}
