//! `GetObjectRetention`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html>

use super::code::Code;
use super::found::Which;
use super::lock::mode_name;
use super::prelude::*;
use model::format_seconds;

/// Which object.
pub type Input = Which;

/// Shows until when it is kept.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let (bucket, object) = input.object(snapshot.state())?;
    if bucket.object_lock.is_none() {
        return Err(Code::InvalidRequest.says("Bucket is missing Object Lock Configuration"));
    }
    let kept = object.lock.mode.zip(object.lock.until);
    let (mode, until) = kept.ok_or_else(|| Code::NoSuchObjectLockConfiguration.error())?;
    let until = format_seconds(until.seconds());
    let output = json!({ "Mode": mode_name(mode), "RetainUntilDate": until });
    Ok(Reply::document("Retention", &output))
}
