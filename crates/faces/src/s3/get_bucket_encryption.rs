//! `GetBucketEncryption`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html>

use super::named::Named;
use super::prelude::*;
use super::encryption;

/// Which bucket.
pub type Input = Named;

/// Shows how objects are encrypted unless a request says otherwise.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let rules = encryption::shown(&bucket.encryption);
    Ok(Reply::document("ServerSideEncryptionConfiguration", &rules))
}
