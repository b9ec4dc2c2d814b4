//! `PutObjectLegalHold`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html>

use super::code::Code;
use super::found::Which;
use super::prelude::*;

/// Which object, and whether it is held.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "LegalHold")]
    hold: Hold,
}

/// `ON` or `OFF`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Hold {
    status: String,
}

/// Proposes the hold, or its end.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (bucket, mut object) = input.which.object(state)?;
    if bucket.object_lock.is_none() {
        return Err(Code::InvalidRequest.says("Bucket is missing Object Lock Configuration"));
    }
    object.lock.legal_hold = match input.hold.status.as_str() {
        "ON" => true,
        "OFF" => false,
        _ => return Err(Code::MalformedXML.error()),
    };
    Ok((Reply::empty(200), Effect::from(Change::ObjectPut(Box::new(object)))))
}
