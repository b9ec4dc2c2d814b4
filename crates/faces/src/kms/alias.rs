//! Names that a key goes by besides its id.

use super::error::Error;
use super::target;
use crate::door::Caller;
use engine::State;
use model::Arn;
use model::resource::{KmsAlias, KmsKey};

const PREFIX: &str = "alias/";
/// AWS's own keys go by these.
const RESERVED: &str = "alias/aws/";
const NAME_BYTES_MAX: usize = 256;

/// Refuses what may not be the name of an alias.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_-".contains(&b);
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    let fits = !rest.is_empty() && name.len() <= NAME_BYTES_MAX && rest.bytes().all(plain);
    let short: String = name.chars().take(NAME_BYTES_MAX).collect();
    if !fits {
        return Err(Error::InvalidAliasName(format!(
            "`{short}` is no name of an alias: write alias/ and letters, digits and `/_-`"
        )));
    }
    match name.starts_with(RESERVED) {
        true => Err(Error::InvalidAliasName(format!(
            "`{short}` begins with {RESERVED}, as only aliases of AWS's own keys do"
        ))),
        false => Ok(()),
    }
}

/// The alias of this name in the caller's account and region.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    name: &str,
) -> Result<&'a KmsAlias, Error> {
    let arn = Arn::kms(caller.region(), caller.account(), name);
    state.kms_alias(arn.as_str()).ok_or_else(|| {
        let short: String = arn.as_str().chars().take(400).collect();
        Error::NotFound(format!("Alias {short} is not found."))
    })
}

/// The key that an alias is to be turned to: one of the caller's own, by id or ARN.
pub(super) fn aim<'a>(
    state: &'a State,
    caller: &Caller,
    name: &str,
    action: &str,
) -> Result<&'a KmsKey, Error> {
    if name.contains(PREFIX) {
        let message = "Aliases must refer to keys. Not aliases";
        return Err(Error::Validation(message.to_owned()));
    }
    let key = target::find_lasting(state, caller, name, action)?;
    match key.account == *caller.account() {
        true => Ok(key),
        false => Err(Error::NotFound(format!(
            "key {} is account {}'s: an alias names a key of its own account",
            key.arn(),
            key.account
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_form() {
        check_name("alias/Trail_1/a-b").unwrap();
        for bad in
            ["", "alias/", "x", "alias/a b", "alias/ü", "alias/aws/s3", &"alias/x".repeat(40)]
        {
            assert!(matches!(check_name(bad), Err(Error::InvalidAliasName(_))), "{bad}");
        }
    }
}
