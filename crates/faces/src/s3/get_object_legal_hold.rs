//! `GetObjectLegalHold`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html>

use super::code::Code;
use super::found::Which;
use super::prelude::*;

/// Which object.
pub type Input = Which;

/// Shows whether it is held.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let (bucket, object) = input.object(snapshot.state())?;
    if bucket.object_lock.is_none() {
        return Err(Code::InvalidRequest.says("Bucket is missing Object Lock Configuration"));
    }
    let status = if object.lock.legal_hold { "ON" } else { "OFF" };
    Ok(Reply::document("LegalHold", &json!({ "Status": status })))
}
