//! `GetBucketOwnershipControls`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;

/// Which bucket.
pub type Input = Named;

/// Shows who owns what others put.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let missing = || Code::OwnershipControlsNotFoundError.error();
    let ownership = bucket.ownership.ok_or_else(missing)?;
    let rules = json!({ "Rule": [{ "ObjectOwnership": ownership }] });
    Ok(Reply::document("OwnershipControls", &rules))
}
