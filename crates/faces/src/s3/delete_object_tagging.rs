//! `DeleteObjectTagging`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>

use super::found::Which;
use super::object_headers;
use super::prelude::*;

/// Which object.
pub type Input = Which;

/// Proposes no tags.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (bucket, mut object) = input.object(state)?;
    object.tags.clear();
    let reply = object_headers::version(Reply::empty(204), bucket, &object);
    Ok((reply, Effect::from(Change::ObjectPut(Box::new(object)))))
}
