//! `GetObjectTagging`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>

use super::found::Which;
use super::object_headers;
use super::prelude::*;
use super::tag_set::Tagging;

/// Which object.
pub type Input = Which;

/// Shows the tags.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let (bucket, object) = input.object(snapshot.state())?;
    let reply = Reply::document("Tagging", &Tagging::of(&object.tags));
    Ok(object_headers::version(reply, bucket, &object))
}
