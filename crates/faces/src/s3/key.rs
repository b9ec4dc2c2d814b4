//! What a key may be: any UTF-8 of 1 to 1,024 bytes without NUL
//! (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>).

use super::code::Code;
use super::error::Error;

const KEY_BYTES_MAX: usize = 1_024;

/// Checks a key that a request names.
pub(super) fn check(key: &str) -> Result<(), Error> {
    if key.len() > KEY_BYTES_MAX {
        let error = Code::KeyTooLongError.error().about("Size", &key.len().to_string());
        return Err(error.about("MaxSizeAllowed", &KEY_BYTES_MAX.to_string()));
    }
    match key.is_empty() || key.contains('\0') {
        true => Err(Code::InvalidArgument.says("a key is 1 to 1024 bytes and holds no NUL")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_bounded_and_holds_no_nul() {
        for sound in ["a", "../a", "a//b", "ä/😀", &"x".repeat(1_024)] {
            assert!(check(sound).is_ok(), "{sound}");
        }
        for wrong in ["", "a\0b", &"x".repeat(1_025), &"ä".repeat(513)] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
