//! `GetObjectLockConfiguration`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html>

use super::named::Named;
use super::prelude::*;
use super::code::Code;
use super::lock_rule;

/// Which bucket.
pub type Input = Named;

/// Shows what new objects are locked with.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let missing = || Code::ObjectLockConfigurationNotFoundError.error();
    let lock = bucket.object_lock.ok_or_else(missing)?;
    Ok(Reply::document("ObjectLockConfiguration", &lock_rule::shown(lock)))
}
