//! What a bucket may be called:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use super::code::Code;
use super::error::Error;

/// Beginnings and ends that AWS keeps for itself.
const RESERVED_BEGINNINGS: [&str; 4] = ["xn--", "sthree-", "amzn-s3-demo-", "s3alias-"];
const RESERVED_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Checks the name of a bucket that is to be made.
pub(super) fn check(name: &str) -> Result<(), Error> {
    match is_sound(name) {
        true => Ok(()),
        false => Err(Code::InvalidBucketName.error().about("BucketName", name)),
    }
}

fn is_sound(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let inside = |b: u8| plain(b) || b == b'-' || b == b'.';
    let bytes = name.as_bytes();
    let ends = bytes.first().zip(bytes.last());
    (3..=63).contains(&name.len())
        && bytes.iter().all(|b| inside(*b))
        && ends.is_some_and(|(first, last)| plain(*first) && plain(*last))
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_BEGINNINGS.iter().any(|it| name.starts_with(it))
        && !RESERVED_ENDS.iter().any(|it| name.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_rules_hold() {
        for name in ["abc", "a.b-c", "audit", "1-2", &"x".repeat(63)] {
            assert!(is_sound(name), "{name}");
        }
        for name in [
            "ab",
            &"x".repeat(64),
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "abc-s3alias",
            "a b",
            "äbc",
            "a/b",
            "a\0b",
        ] {
            assert!(!is_sound(name), "{name}");
        }
    }
}
