//! The one algorithm that keys here encrypt with.

use super::error::Error;

/// AWS's name for AES-256-GCM under a symmetric key.
pub(super) const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";

/// Refuses what only other kinds of keys do.
pub(super) fn check(asked: Option<&str>) -> Result<(), Error> {
    match asked {
        None | Some(SYMMETRIC_DEFAULT) => Ok(()),
        Some(other) => Err(Error::InvalidKeyUsage(format!(
            "the key encrypts with {SYMMETRIC_DEFAULT}, not with `{}`",
            other.chars().take(64).collect::<String>()
        ))),
    }
}

/// What a trial answers where all is well.
pub(super) const fn check_dry_run(asked: Option<bool>) -> Result<(), Error> {
    match asked {
        Some(true) => Err(Error::DryRunOperation),
        Some(false) | None => Ok(()),
    }
}

/// Refuses to answer to a Nitro enclave: there are none here.
pub(super) fn check_recipient(asked: Option<&serde_json::Value>) -> Result<(), Error> {
    match asked {
        None => Ok(()),
        Some(_) => Err(Error::UnsupportedOperation(
            "pugmark does not encrypt for Nitro enclaves: leave `Recipient` out".to_owned(),
        )),
    }
}
