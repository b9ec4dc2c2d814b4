//! Names of trails, by AWS's rules:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html>

use super::error::Error;
use super::exception::Exception;

const CHARS_MIN: usize = 3;
const CHARS_MAX: usize = 128;

/// Refuses a name that no trail may have, in AWS's words where they are known.
pub(super) fn check(name: &str) -> Result<(), Error> {
    let refuse = |why: String| Err(Exception::InvalidTrailName.says(why));
    let chars = name.chars().count();
    match () {
        () if name.is_empty() => refuse("Trail name cannot be blank!".to_owned()),
        () if chars < CHARS_MIN => refuse(format!(
            "Trail name too short. Minimum allowed length: {CHARS_MIN} characters. Specified name \
             length: {chars} characters."
        )),
        () if chars > CHARS_MAX => refuse(format!(
            "Trail name too long. Maximum allowed length: {CHARS_MAX} characters. Specified name \
             length: {chars} characters."
        )),
        () if !name.chars().all(is_plain) => refuse(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, \
             periods (.), hyphens (-), and underscores (_)."
                .to_owned(),
        ),
        () if name.starts_with(is_mark) => {
            refuse("Trail name must starts with a letter or number.".to_owned())
        }
        () if name.ends_with(is_mark) => {
            refuse("Trail name must ends with a letter or number.".to_owned())
        }
        () if has_neighbours(name) => refuse(format!(
            "`{name}` has two of `.`, `-` and `_` side by side: put a letter or number between them"
        )),
        () if is_address(name) => {
            refuse(format!("`{name}` is an IP address: give a name that is none"))
        }
        () => Ok(()),
    }
}

const fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || is_mark(letter)
}

const fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | '-' | '_')
}

fn has_neighbours(name: &str) -> bool {
    name.chars().zip(name.chars().skip(1)).any(|(one, next)| is_mark(one) && is_mark(next))
}

fn is_address(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, why: &str) {
        let error = check(name).unwrap_err();
        assert!(matches!(&error, Error::Lake(Exception::InvalidTrailName, _)), "{name}");
        assert!(error.to_string().contains(why), "{error}");
    }

    #[test]
    fn takes_the_names_that_aws_takes() {
        for good in ["abc", "9-a_b.C", "192.168.0", "192.168.0.999", &"x".repeat(128)] {
            check(good).unwrap();
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_others() {
        refused("", "cannot be blank");
        refused("ab", "too short. Minimum allowed length: 3 characters. Specified name length: 2");
        refused(&"x".repeat(129), "too long. Maximum allowed length: 128 characters.");
        refused("a b c", "can only contain uppercase letters");
        refused("trail/x", "can only contain uppercase letters");
        refused("mopsé", "can only contain uppercase letters");
        refused("-abc", "must starts with");
        refused("abc.", "must ends with");
        refused("my-_namespace", "side by side");
        refused("192.168.5.4", "is an IP address");
    }
}
