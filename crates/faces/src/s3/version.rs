//! Which version an object that is put becomes.

use super::error::Error;
use super::prelude::*;
use engine::Fresh;
use model::resource::Bucket;

/// The next version of a key in a bucket.
pub(super) fn fresh(
    state: &State,
    caller: &Caller,
    bucket: &Bucket,
    key: &str,
) -> Result<Fresh, Error> {
    Ok(Fresh::of(state, bucket, key, salt(caller.fresh_id()))?)
}

/// The last 64 bits of a UUID, which are random but for two.
fn salt(uuid: &str) -> u64 {
    let digits: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    let tail = digits.get(digits.len().saturating_sub(16)..).unwrap_or_default();
    u64::from_str_radix(tail, 16).unwrap_or_default()
}
