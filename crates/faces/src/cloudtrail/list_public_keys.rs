//! `ListPublicKeys`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html>
//!
//! The keys that sign the digests of the caller's account in the region of the call. AWS's own
//! validator asks once and follows no token: a page holds the keys of forty years.

use super::exception::Exception;
use super::list_token::Paging;
use super::prelude::*;
use super::time::Moment;
use super::window::When;
use model::Timestamp;
use model::resource::DigestKey;

/// Which time, and which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    start_time: Option<When>,
    end_time: Option<When>,
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    public_key_list: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// One key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    value: String,
    validity_start_time: Moment,
    validity_end_time: Moment,
    fingerprint: String,
}

/// Lists the keys that are valid at some moment of the time asked about; unasked, now.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let now = caller.at();
    let start = input.start_time.map_or(Ok(now), When::time)?;
    let end = input.end_time.map_or(Ok(now), When::time)?;
    if start > end {
        let message = "`StartTime` is after `EndTime` (now, where it is missing): exchange them";
        return Err(Error::InvalidTimeRange(message));
    }
    let keys = snapshot.state().digest_keys(caller.account(), caller.region());
    let keys: Vec<(String, &DigestKey)> =
        keys.filter(|key| key.from <= end && start <= key.until).map(named).collect();
    let list = ["ListPublicKeys", caller.account().as_str(), caller.region()];
    let paging = Paging { max_results: None, next_token: input.next_token.as_deref(), list };
    let (page, next_token) = paging.page(keys, |(name, _)| name).map_err(of_token)?;
    let public_key_list = page.into_iter().map(|(_, key)| Item::of(key)).collect();
    Ok(Output { public_key_list, next_token })
}

/// With a name that ascends with time.
fn named(key: &DigestKey) -> (String, &DigestKey) {
    let Timestamp(from) = key.from;
    (format!("{from:020}-{}", key.fingerprint), key)
}

/// This operation calls a bad token otherwise than others do.
fn of_token(error: Error) -> Error {
    match error {
        Error::InvalidNextToken(message) => Exception::InvalidToken.says(message.to_owned()),
        other => other,
    }
}

impl Item {
    fn of(key: &DigestKey) -> Self {
        Self {
            value: key.public.clone(),
            validity_start_time: Moment(key.from),
            validity_end_time: Moment(key.until),
            fingerprint: key.fingerprint.clone(),
        }
    }
}
