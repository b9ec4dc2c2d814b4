//! `GetPublicAccessBlock`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;

/// Which bucket.
pub type Input = Named;

/// Shows what of the public is kept out.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let missing = || Code::NoSuchPublicAccessBlockConfiguration.error();
    let access = bucket.public_access.ok_or_else(missing)?;
    Ok(Reply::document("PublicAccessBlockConfiguration", &access))
}
