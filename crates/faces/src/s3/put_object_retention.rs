//! `PutObjectRetention`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html>

use super::code::Code;
use super::delete_object::is_true;
use super::found::Which;
use super::lock;
use super::prelude::*;
use crate::door::authorize;

/// Which object, and until when it is kept.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "x-amz-bypass-governance-retention")]
    bypass: Option<String>,
    #[serde(rename = "Retention")]
    retention: Retention,
}

/// Nothing in it: no retention.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Retention {
    mode: Option<String>,
    retain_until_date: Option<String>,
}

/// Proposes the retention.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (bucket, mut object) = input.which.object(state)?;
    if bucket.object_lock.is_none() {
        return Err(Code::InvalidRequest.says("Bucket is missing Object Lock Configuration"));
    }
    let asked = match (&input.retention.mode, &input.retention.retain_until_date) {
        (Some(mode), Some(until)) => Some((lock::parse_mode(mode)?, lock::parse_time(until)?)),
        (None, None) => None,
        _ => return Err(Code::MalformedXML.error()),
    };
    let action = "s3:BypassGovernanceRetention";
    let bypass = is_true(input.bypass.as_deref())
        && authorize::may_to_object(state, caller, bucket, action, &object.key);
    object.lock = lock::retain(&object, asked, bypass, caller.at())?;
    Ok((Reply::empty(200), Effect::from(Change::ObjectPut(Box::new(object)))))
}
