//! `GetObjectAcl`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html>

use super::found::Which;
use super::grants;
use super::prelude::*;

/// Which object.
pub type Input = Which;

/// Shows that the owner may all, and nobody else anything.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let (_, object) = input.object(snapshot.state())?;
    Ok(Reply::document("AccessControlPolicy", &grants::list(&object.owner)))
}
