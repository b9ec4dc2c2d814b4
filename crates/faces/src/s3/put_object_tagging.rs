//! `PutObjectTagging`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>

use super::found::Which;
use super::object_headers;
use super::prelude::*;
use super::tag_set::{OBJECT_TAGS_MAX, Tagging};

/// Which object, and its tags.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "Tagging")]
    tagging: Tagging,
}

/// Proposes these tags and no others.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (bucket, mut object) = input.which.object(state)?;
    object.tags = input.tagging.tag_set.bounded(OBJECT_TAGS_MAX)?;
    let reply = object_headers::version(Reply::empty(200), bucket, &object);
    Ok((reply, Effect::from(Change::ObjectPut(Box::new(object)))))
}
