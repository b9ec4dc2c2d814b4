//! How long a data key is to be.

use super::error::Error;

const BYTES_MAX: i64 = 1_024;

/// The length in bytes: `KeySpec` or `NumberOfBytes` says it, one of them.
pub(super) fn of(spec: Option<&str>, number: Option<i64>) -> Result<usize, Error> {
    let refuse = |why: String| Err(Error::Validation(why));
    match (spec, number) {
        (Some("AES_256"), None) => Ok(32),
        (Some("AES_128"), None) => Ok(16),
        (Some(other), None) => {
            let short: String = other.chars().take(64).collect();
            refuse(format!("`KeySpec` is `{short}`: ask for AES_256 or AES_128"))
        }
        (None, Some(number @ 1..=BYTES_MAX)) => Ok(usize::try_from(number).unwrap_or(1)),
        (None, Some(number)) => {
            refuse(format!("`NumberOfBytes` is {number}: ask for 1 to {BYTES_MAX}"))
        }
        _ => refuse("Please specify either number of bytes or key spec.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_member_says_the_length() {
        for (spec, number, length) in [
            (Some("AES_256"), None, Some(32)),
            (Some("AES_128"), None, Some(16)),
            (None, Some(1), Some(1)),
            (None, Some(1_024), Some(1_024)),
            (None, Some(1_025), None),
            (None, Some(0), None),
            (None, Some(-1), None),
            (Some("RSA"), None, None),
            (Some("AES_256"), Some(32), None),
            (None, None, None),
        ] {
            assert_eq!(of(spec, number).ok(), length, "{spec:?} {number:?}");
        }
    }
}
