//! Tokens between pages of lists.

use super::error::Error;
use crate::name_token;

/// The last item of the page before.
pub(super) fn read(token: &str) -> Result<String, Error> {
    let refuse = || Error::InvalidParameter("NextToken Reason: it is not one of ours".to_owned());
    name_token::read(token).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written_and_nothing_else() {
        assert_eq!(read(&name_token::write("topic")).as_deref(), Ok("topic"));
        for bad in ["", "x", "!", "AAAA", &"A".repeat(2_000)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
