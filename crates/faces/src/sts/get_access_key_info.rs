//! `GetAccessKeyInfo`:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>
//!
//! AWS reads the account out of the key's id; here a key says nothing, so only keys that are kept
//! and the caller's own are known. Temporary keys of others are not.

use super::prelude::*;

/// The key asked about.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    access_key_id: Option<String>,
}

/// Whose it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    account: String,
}

/// Finds the account of a key.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let id = input.access_key_id.ok_or_else(missing)?;
    check(&id)?;
    let kept = snapshot.state().access_key(&id).map(|key| &key.account);
    let own = (caller.identity().access_key_id == id).then(|| caller.account());
    let account = kept.or(own).ok_or_else(|| unknown(&id))?;
    Ok(Output {
        account: account.to_string(),
    })
}

fn missing() -> Error {
    let message = "1 validation error detected: Value null at 'accessKeyId' failed to satisfy \
        constraint: Member must not be null";
    Error::ValidationError(message.to_owned())
}

fn check(id: &str) -> Result<(), Error> {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let constraint = match id.len() {
        0..16 => "Member must have length greater than or equal to 16",
        129.. => "Member must have length less than or equal to 128",
        _ if id.bytes().all(letter) => return Ok(()),
        _ => "Member must satisfy regular expression pattern: [\\w]*",
    };
    let shown: String = id.chars().take(128).collect();
    Err(Error::ValidationError(format!(
        "1 validation error detected: Value '{shown}' at 'accessKeyId' failed to satisfy \
         constraint: {constraint}"
    )))
}

fn unknown(id: &str) -> Error {
    Error::ValidationError(format!(
        "no access key `{id}` is kept here, and temporary keys of others cannot be told apart: \
         look for its calls with cloudtrail:LookupEvents and AttributeKey=AccessKeyId"
    ))
}
