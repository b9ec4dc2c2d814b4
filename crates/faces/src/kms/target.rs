//! The key that a request names, if its policy lets the caller do what they want.

use super::encryption_context::EncryptionContext;
use super::error::Error;
use crate::door::Caller;
use engine::{Asking, KeyProblem, State};
use model::resource::KmsKey;
use policy::{Kind, Policy, Verdict};

/// Longest name of a key, in bytes.
const NAME_BYTES_MAX: usize = 2_048;

/// The key, in whatever state it is.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    name: &str,
    action: &str,
) -> Result<&'a KmsKey, Error> {
    let key = named(state, caller, name)?;
    check_policy(&caller.asking(state), key, caller, action)?;
    Ok(key)
}

/// The key, unless it is going to be deleted.
pub(super) fn find_lasting<'a>(
    state: &'a State,
    caller: &Caller,
    name: &str,
    action: &str,
) -> Result<&'a KmsKey, Error> {
    let key = find(state, caller, name, action)?;
    check_lasting(key)?;
    Ok(key)
}

/// The key, to encrypt or decrypt with.
pub(super) fn find_usable<'a>(
    state: &'a State,
    caller: &Caller,
    name: &str,
    action: &str,
    context: &EncryptionContext,
) -> Result<&'a KmsKey, Error> {
    context.check()?;
    let key = named(state, caller, name)?;
    let asking = caller.asking(state).for_purpose(&context.0);
    check_policy(&asking, key, caller, action)?;
    engine::check_key(key)?;
    Ok(key)
}

/// The key of this name, whoever may use it.
fn named<'a>(state: &'a State, caller: &Caller, name: &str) -> Result<&'a KmsKey, Error> {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        let message = format!("`KeyId` has 1 to {NAME_BYTES_MAX} characters");
        return Err(Error::Validation(message));
    }
    let key = state.kms_key(caller.account(), caller.region(), name)?;
    match key.is_gone(caller.at()) {
        true => Err(Error::NotFound(format!("Key '{}' does not exist", key.arn()))),
        false => Ok(key),
    }
}

pub(super) fn check_lasting(key: &KmsKey) -> Result<(), Error> {
    match key.deletion {
        Some(_) => Err(KeyProblem::PendingDeletion(key.arn().to_string()).into()),
        None => Ok(()),
    }
}

/// Whether the key lets the caller do this (`Encrypt`).
fn check_policy(asking: &Asking, key: &KmsKey, caller: &Caller, action: &str) -> Result<(), Error> {
    let (action, arn) = (format!("kms:{action}"), key.arn());
    let refuse = |because: &str| {
        let who = &caller.identity().arn;
        Error::AccessDenied(format!(
            "User: {who} is not authorized to perform: {action} on resource: {arn} {because}"
        ))
    };
    let policy = Policy::parse(&key.policy, Kind::Resource)
        .map_err(|malformed| refuse(&format!("because its policy cannot be read: {malformed}")))?;
    match asking.weigh_key(&action, key, &policy) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(refusal) => Err(refuse(&refusal.because(&action))),
    }
}
